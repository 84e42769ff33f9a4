package dev.rhizome.event;

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
import dev.rhizome.validation.Default;
import dev.rhizome.validation.PageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that ask what the chain of events proves. */
final class EventChainHandler {

    private static final ChainWalk.Range ALL = new ChainWalk.Range(1, Long.MAX_VALUE);

    private final EventVerification verification;
    private final EventHeads heads;
    private final RequestReader reader;
    private final Streams streams;
    private final Listing listing;

    EventChainHandler(
            EventVerification verification, EventHeads heads, RequestReader reader, Streams streams, Listing listing) {
        this.verification = verification;
        this.heads = heads;
        this.reader = reader;
        this.streams = streams;
        this.listing = listing;
    }

    private record NoParameters() {}

    private record TruncationsParameters(
            @Default("50") @PageSize int limit,
            @Nullable @CursorOf(Cursor.Part.NUMBER) Cursor cursor) implements Paged {

        /** The sequence in front of which the page begins; a cursor past the end gives an empty page. */
        private long before() {
            return cursor == null
                    ? Long.MAX_VALUE
                    : (long) Double.parseDouble(cursor.key().getFirst());
        }
    }

    Mono<ServerResponse> head(ServerRequest request) {
        NoParameters ignored = reader.parameters(request, NoParameters.class);
        return heads.newest()
                .switchIfEmpty(Mono.error(() -> new NotFound("events", "head of an empty chain")))
                .flatMap(streams::json);
    }

    Mono<ServerResponse> truncations(ServerRequest request) {
        TruncationsParameters wanted = reader.parameters(request, TruncationsParameters.class);
        return listing.respond(
                request,
                wanted,
                heads.truncations(wanted.before(), wanted.fetch()),
                new Listing.Shape<>("truncation", TruncationPoint::cursor));
    }

    Mono<ServerResponse> verify(ServerRequest request) {
        ChainWalk.Range range = reader.parameters(request, ChainWalk.Range.class);
        return respond(request, verification.verify(range, null), "");
    }

    /** Verifies the whole chain against a head in the body. */
    Mono<ServerResponse> verifyAgainst(ServerRequest request) {
        return reader.body(request, EventHeadInput.class)
                .map(EventHeadInput::checkpoint)
                .map(heads::trusted)
                .flatMap(kept -> verifyAgainst(request, kept));
    }

    private Mono<ServerResponse> verifyAgainst(ServerRequest request, Checkpoint kept) {
        return respond(request, verification.verify(ALL, kept), kept.seal());
    }

    private Mono<ServerResponse> respond(ServerRequest request, Flux<EventVerification.Step> steps, String body) {
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? steps.last().flatMap(streams::json)
                : streams.respond(request, format, steps.map(EventChainHandler::stage), () -> body);
    }

    private static List<StreamEvent> stage(EventVerification.Step step) {
        return List.of(
                step instanceof EventVerification.Done ? StreamEvent.done(step) : StreamEvent.of("progress", step));
    }
}
