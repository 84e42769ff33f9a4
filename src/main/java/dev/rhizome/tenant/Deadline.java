package dev.rhizome.tenant;

import dev.rhizome.problem.TimedOut;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The moment after which nobody waits for the answer of a request any more. */
public final class Deadline {

    private final long at;

    private Deadline(long at) {
        this.at = at;
    }

    /** In {@code time} from now on. */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** That of a pipeline; null where it has none. */
    public static @Nullable Deadline of(ContextView context) {
        return context.getOrDefault(Deadline.class, null);
    }

    /** A context that carries it, to be handed to {@code contextWrite}. */
    public Context context() {
        return Context.of(Deadline.class, this);
    }

    /** Time that is left, at least a millisecond. */
    public Duration remaining() {
        return Duration.ofMillis(Math.max(1, (at - System.nanoTime()) / 1_000_000));
    }

    /** An error of {@link TimedOut} when the deadline of the pipeline has passed; nothing ever where it has none. */
    public static <T> Mono<T> passed() {
        return Mono.deferContextual(context -> {
            Deadline deadline = of(context);
            return deadline == null
                    ? Mono.never()
                    : Mono.delay(deadline.remaining())
                            .then(Mono.error(() -> new TimedOut("the Request-Timeout has passed")));
        });
    }
}
