package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A stream that is silent between two stages beats, and does nothing else differently. */
class HeartbeatTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    @Test
    void aSilentStreamBeatsBetweenItsStagesAndNotBeforeTheFirst() {
        StepVerifier.withVirtualTime(() -> alive(Flux.concat(
                        Mono.just("first").delayElement(Duration.ofSeconds(40)),
                        Mono.just("last").delayElement(Duration.ofSeconds(40)))))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(40))
                .expectNext("first")
                .thenAwait(Duration.ofSeconds(40))
                .expectNext(" ", " ", " ", "last")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStreamThatFailsFailsAsBefore() {
        StepVerifier.withVirtualTime(() -> alive(Flux.concat(
                        Mono.just("first"),
                        Mono.delay(INTERVAL.plusSeconds(1)).then(Mono.error(new IllegalStateException("broken"))))))
                .expectNext("first")
                .thenAwait(INTERVAL.plusSeconds(1))
                .expectNext(" ")
                .expectErrorMessage("broken")
                .verify(LIMIT);
    }

    @Test
    void aStreamThatFailsBeforeItsFirstStageFailsOnce() {
        StepVerifier.create(alive(Flux.error(new IllegalStateException("broken"))))
                .expectErrorMessage("broken")
                .verifyThenAssertThat(LIMIT)
                .hasNotDroppedErrors();
    }

    @Test
    void aSlowReaderIsNotReadAheadForByMoreThanAFewStages() {
        AtomicInteger made = new AtomicInteger();

        StepVerifier.create(alive(Flux.range(1, 1000).map(i -> "stage " + made.incrementAndGet())), 1)
                .expectNext("stage 1")
                .then(() -> assertThat(made.get()).isLessThan(5))
                .thenCancel()
                .verify(LIMIT);
    }

    private static Flux<String> alive(Flux<String> stages) {
        return Heartbeat.after(stages.map(text -> text.getBytes(StandardCharsets.UTF_8)), Heartbeat.NDJSON, INTERVAL)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
