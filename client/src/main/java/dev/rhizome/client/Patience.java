package dev.rhizome.client;

import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Sends a request again when the service asked for it by {@code Retry-After}, and not before the time that it named.
 */
final class Patience extends Retry {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final int retries;

    Patience(int retries) {
        this.retries = retries;
    }

    @Override
    public Publisher<?> generateCompanion(Flux<RetrySignal> failures) {
        return failures.map(RetrySignal::copy).concatMap(this::wait);
    }

    private Mono<Long> wait(RetrySignal failed) {
        Duration time = failed.failure() instanceof ProblemException problem ? problem.retryAfter() : null;
        return time == null || time.compareTo(LONGEST) > 0 || failed.totalRetries() >= retries
                ? Mono.error(failed.failure())
                : Mono.delay(time);
    }
}
