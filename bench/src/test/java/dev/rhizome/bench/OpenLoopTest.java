package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class OpenLoopTest {

    private static final Duration STALL = Duration.ofMillis(400);

    @Test
    void oneStallIsSeenInAllThatWereDueMeanwhile() {
        AtomicBoolean stalled = new AtomicBoolean();
        Mono<Integer> gate = Mono.delay(STALL)
                .doOnNext(end -> stalled.set(true))
                .thenReturn(0)
                .cache();

        OpenLoop.Figures figures =
                OpenLoop.run(number -> stalled.get() ? Mono.just(number) : gate, 100, Duration.ofMillis(800));

        assertThat(figures.failed()).isZero();
        assertThat(figures.p95Ms()).isBetween(200.0, 2_000.0);
    }

    @Test
    void whatFailsIsCountedAndNotTimed() {
        OpenLoop.Figures figures = OpenLoop.run(
                number -> number % 2 == 0 ? Mono.just(number) : Mono.error(new IllegalStateException()),
                200,
                Duration.ofMillis(100));

        assertThat(figures.failed()).isEqualTo(10);
        assertThat(figures.answered()).isPositive();
    }
}
