package dev.rhizome.provenance;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.Listing;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.ProvenanceVerification.Step;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that ask what a chain proves. */
final class ChainHandler {

    private static final ChainWalk.Range ALL = new ChainWalk.Range(1, Long.MAX_VALUE);

    private final ProvenanceChain chain;
    private final ProvenanceVerification verification;
    private final ChainExport export;
    private final CheckpointSigner checkpoints;
    private final Keyring keyring;
    private final Bodies bodies;
    private final Streams streams;
    private final Listing listing;

    ChainHandler(
            ProvenanceChain chain,
            ProvenanceVerification verification,
            ChainExport export,
            CheckpointSigner checkpoints,
            Keyring keyring,
            Bodies bodies,
            Streams streams,
            Listing listing) {
        this.chain = chain;
        this.verification = verification;
        this.export = export;
        this.checkpoints = checkpoints;
        this.keyring = keyring;
        this.bodies = bodies;
        this.streams = streams;
        this.listing = listing;
    }

    /** Public keys, the one that signs first. */
    private record Keys(List<ChainExport.Key> items) {}

    Mono<ServerResponse> keys(ServerRequest request) {
        return streams.json(new Keys(ChainExport.keys(keyring.seal())));
    }

    Mono<ServerResponse> head(ServerRequest request) {
        return checkpoints
                .newest()
                .switchIfEmpty(Mono.error(() -> new NotFound("provenance", "head of an empty chain")))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> heads(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("limit", "cursor"));
        Listing.Paging paging = Listing.Paging.read(query);
        query.finish();
        return listing.respond(
                request,
                paging,
                chain.checkpoints(ProvenanceHandler.before(paging), paging.fetch()),
                new Listing.Shape<>("head", head -> Cursor.of(String.valueOf(head.sequence()))));
    }

    Mono<ServerResponse> export(ServerRequest request) {
        ChainWalk.Range range = range(request);
        return streams.respond(request, StreamFormat.NDJSON, export.lines(range).map(ChainHandler::lines));
    }

    private static List<StreamEvent> lines(List<ChainExport.Line> lines) {
        return lines.stream().map(ChainHandler::line).toList();
    }

    private static StreamEvent line(ChainExport.Line line) {
        return line.kind() == ChainExport.Kind.DONE
                ? StreamEvent.done(line.data())
                : StreamEvent.of(line.kind().name().toLowerCase(Locale.ROOT), line.data());
    }

    Mono<ServerResponse> verify(ServerRequest request) {
        return respond(request, verification.verify(range(request), null), "");
    }

    /** Verifies the whole chain against a checkpoint in the body. */
    Mono<ServerResponse> verifyAgainst(ServerRequest request) {
        return bodies.json(request)
                .flatMap(json -> verifyAgainst(request, CheckpointInput.parse(json, keyring.seal())));
    }

    private Mono<ServerResponse> verifyAgainst(ServerRequest request, Checkpoint kept) {
        return respond(request, verification.verify(ALL, kept), kept.seal());
    }

    private Mono<ServerResponse> respond(ServerRequest request, Flux<Step> steps, String body) {
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? steps.last().flatMap(streams::json)
                : streams.respond(request, format, steps.map(ChainHandler::stage), body);
    }

    private static List<StreamEvent> stage(Step step) {
        return List.of(
                step instanceof ProvenanceVerification.Done
                        ? StreamEvent.done(step)
                        : StreamEvent.of("progress", step));
    }

    private static ChainWalk.Range range(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("from", "to"));
        long from = sequence(query, "from", ALL.from());
        long to = sequence(query, "to", ALL.to());
        if (to < from) {
            query.fields().reject("to", to, "no less than from");
        }
        query.finish();
        return new ChainWalk.Range(from, to);
    }

    private static long sequence(QueryParameters query, String name, long otherwise) {
        String text = query.text(name);
        try {
            long sequence = text == null ? otherwise : Long.parseLong(text);
            if (sequence >= 1) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            // the same answer as out of range
        }
        query.fields().reject(name, String.valueOf(text), "a sequence, a whole number from 1 on");
        return otherwise;
    }
}
