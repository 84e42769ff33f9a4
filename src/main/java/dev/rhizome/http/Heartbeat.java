package dev.rhizome.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Flux;

/**
 * Keeps a stream alive that has nothing to say for a while, so that nobody between it and its reader takes it for dead. In
 * SSE it is a comment, which readers skip; in NDJSON a space in front of the next line, which JSON allows there.
 */
final class Heartbeat {

    static final byte[] SSE = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] NDJSON = " ".getBytes(StandardCharsets.US_ASCII);

    private Heartbeat() {}

    /**
     * {@code stages}, and from the first of them on a {@code beat} after each {@code interval}. Before, nothing is written,
     * since the status leaves with the first byte.
     */
    static Flux<byte[]> after(Flux<byte[]> stages, byte[] beat, Duration interval) {
        Flux<byte[]> beats = Flux.interval(interval).onBackpressureDrop().map(tick -> beat);
        return stages.publish(shared -> Flux.merge(1, shared, between(beats, shared.onErrorComplete())), 1);
    }

    /** An error of the stages is theirs to tell; told by the beats as well, it would be dropped into the log. */
    private static Flux<byte[]> between(Flux<byte[]> beats, Flux<byte[]> stages) {
        return beats.skipUntilOther(stages).takeUntilOther(stages.ignoreElements());
    }
}
