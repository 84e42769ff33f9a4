package dev.rhizome.provenance;

import dev.rhizome.http.Listing;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.ledger.ChainWalk;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Paged;
import dev.rhizome.problem.NotFound;
import dev.rhizome.provenance.ProvenanceVerification.Step;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
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
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    ChainHandler(
            ProvenanceChain chain,
            ProvenanceVerification verification,
            ChainExport export,
            CheckpointSigner checkpoints,
            Keyring keyring,
            RequestReader reader,
            Streams streams,
            Listing listing) {
        this.chain = chain;
        this.verification = verification;
        this.export = export;
        this.checkpoints = checkpoints;
        this.keyring = keyring;
        this.reader = reader;
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

    private record HeadsParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.NUMBER) Cursor cursor) implements Paged {}

    Mono<ServerResponse> heads(ServerRequest request) {
        HeadsParameters wanted = reader.parameters(request, HeadsParameters.class);
        return listing.respond(
                request,
                wanted,
                chain.checkpoints(ProvenanceHandler.before(wanted.cursor()), wanted.fetch()),
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
        return reader.body(request, CheckpointInput.class)
                .map(input -> input.signedBy(keyring.seal()))
                .flatMap(kept -> verifyAgainst(request, kept));
    }

    private Mono<ServerResponse> verifyAgainst(ServerRequest request, Checkpoint kept) {
        return respond(request, verification.verify(ALL, kept), kept.seal());
    }

    private Mono<ServerResponse> respond(ServerRequest request, Flux<Step> steps, String body) {
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? steps.last().flatMap(streams::json)
                : streams.respond(request, format, steps.map(ChainHandler::stage), () -> body);
    }

    private static List<StreamEvent> stage(Step step) {
        return List.of(
                step instanceof ProvenanceVerification.Done
                        ? StreamEvent.done(step)
                        : StreamEvent.of("progress", step));
    }

    private ChainWalk.Range range(ServerRequest request) {
        return reader.parameters(request, ChainWalk.Range.class);
    }
}
