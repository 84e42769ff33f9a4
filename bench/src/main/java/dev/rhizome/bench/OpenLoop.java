package dev.rhizome.bench;

import dev.rhizome.bench.service.Blocking;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Requests that come at a steady rate, whether or not the ones before have been answered, as those of many people do. The
 * time of each counts from the moment when it was due, so one slow answer is seen in all that had to wait for it.
 */
final class OpenLoop {

    /** Of the histogram: 1 to 60,000 ms, three digits. */
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);

    private static final int DIGITS = 3;

    private OpenLoop() {}

    /**
     * What came of it.
     *
     * @param asked requests a second that were due
     * @param answered requests a second that were answered
     * @param failed requests that were refused or lost
     * @param p50Ms of the answered, as the next two
     * @param p95Ms see {@code p50Ms}
     * @param p99Ms see {@code p50Ms}
     */
    record Figures(double asked, double answered, long failed, double p50Ms, double p95Ms, double p99Ms) {}

    /** Sends {@code perSecond} of {@code requests}, by their numbers from 0, for {@code lasting}. */
    static Figures run(IntFunction<Mono<?>> requests, double perSecond, Duration lasting) {
        int count = (int) Math.max(1, perSecond * lasting.toMillis() / 1_000);
        Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, DIGITS);
        AtomicLong failed = new AtomicLong();
        long began = System.nanoTime();
        Scheduler clock = Schedulers.newSingle("clock");
        try {
            Flux<Object> all = Flux.range(0, count)
                    .concatMap(number -> due(number, began, perSecond, clock), 1)
                    .flatMap(
                            number -> timed(requests.apply(number), began + nanos(number, perSecond), micros)
                                    .onErrorResume(error -> Mono.fromRunnable(failed::incrementAndGet)),
                            Integer.MAX_VALUE);
            Blocking.await(all.then());
        } finally {
            clock.dispose();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Figures(
                perSecond,
                micros.getTotalCount() / seconds,
                failed.get(),
                millis(micros, 50),
                millis(micros, 95),
                millis(micros, 99));
    }

    private static Mono<Integer> due(int number, long began, double perSecond, Scheduler clock) {
        long wait = began + nanos(number, perSecond) - System.nanoTime();
        return wait <= 0
                ? Mono.just(number)
                : Mono.delay(Duration.ofNanos(wait), clock).thenReturn(number);
    }

    private static Mono<?> timed(Mono<?> request, long due, Histogram micros) {
        return request.doOnSuccess(
                answer -> micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - due) / 1_000)));
    }

    private static long nanos(int number, double perSecond) {
        return (long) (number / perSecond * 1e9);
    }

    private static double millis(Histogram micros, int percent) {
        return micros.getValueAtPercentile(percent) / 1e3;
    }
}
