package dev.rhizome.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** What clients do over and over while something else goes on. */
public final class Traffic {

    /** Leaves the work its part of a small machine. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Traffic() {}

    /**
     * Runs each of {@code clients} again and again until {@code work} is over, and at least once.
     *
     * @return empty when all are done; the first error of any, which ends the others
     */
    public static Mono<Void> during(Mono<?> work, List<Supplier<Mono<?>>> clients) {
        return Mono.defer(() -> {
            AtomicBoolean over = new AtomicBoolean();
            List<Publisher<?>> all = new ArrayList<>();
            clients.forEach(client -> all.add(Mono.defer(client)
                    .repeatWhen(ends -> ends.takeWhile(end -> !over.get()).delayElements(PAUSE))));
            all.add(work.doFinally(end -> over.set(true)));
            return Mono.when(all);
        });
    }
}
