package dev.rhizome.testing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;
import reactor.test.StepVerifier;

/**
 * Verifies signals once all of them are there. Left to itself, {@link StepVerifier} looks for the end every ten nanoseconds, and
 * keeps a core busy for as long as a test waits.
 */
public final class Awaited {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private Awaited() {}

    /** Waits for the end of {@code publisher}, of which everything is requested; for {@code .as(Awaited::create)}. */
    public static <T> StepVerifier.FirstStep<T> create(Publisher<T> publisher) {
        List<Signal<T>> signals = Objects.requireNonNull(
                Flux.from(publisher).materialize().collectList().block(LONGEST));
        return StepVerifier.create(Flux.fromIterable(signals).dematerialize());
    }
}
