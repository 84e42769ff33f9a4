package dev.rhizome.bench.service;

import dev.rhizome.client.ProblemException;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Where these programs, which do one thing after another, wait for an answer. */
public final class Blocking {

    private static final Duration LIMIT = Duration.ofHours(12);

    private Blocking() {}

    /**
     * What {@code answer} gives.
     *
     * @throws ProblemException where the service refuses
     * @throws IllegalStateException where no service answers
     */
    public static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(LIMIT), "an empty answer");
    }

    /** Waits until {@code done} is. */
    public static void await(Mono<Void> done) {
        done.block(LIMIT);
    }
}
