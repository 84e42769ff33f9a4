package dev.rhizome.http;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The end of the service as its requests see it. */
final class Closing {

    private final Sinks.Empty<Void> streamsEnd = Sinks.empty();
    private volatile boolean closing;
    private volatile boolean streamsAreEnding;

    /** Lets each answer that begins from now on be the last one of its connection. */
    void begin() {
        closing = true;
    }

    /** Whether {@link #begin} has been called. */
    boolean hasBegun() {
        return closing;
    }

    /** Ends all streams and bulk requests, those that begin later at once. */
    void endStreams() {
        streamsAreEnding = true;
        Sinks.EmitResult ignored = streamsEnd.tryEmitEmpty();
    }

    /** Whether {@link #endStreams} has been called. */
    boolean streamsAreEnding() {
        return streamsAreEnding;
    }

    /** Completes when streams and bulk requests are to end; nothing before. */
    Mono<Void> streamsEnd() {
        return streamsEnd.asMono();
    }
}
