package dev.rhizome.bench.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.client.RhizomeClient;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writes many things through the API, showing how far it is, how fast, and how long it will take. */
public final class BulkLoad {

    /**
     * A load that has ended.
     *
     * @param count how many things were sent
     * @param seconds from the first to the last acknowledgement
     * @param totals what became of them
     */
    public record Loaded(long count, double seconds, Totals totals) {

        /** Things a second. */
        public double rate() {
            return count / seconds;
        }

        /**
         * This, if everything was taken.
         *
         * @throws IllegalStateException with the first problem where something was refused
         */
        @CanIgnoreReturnValue
        public Loaded complete() {
            if (totals.failed() > 0) {
                throw new IllegalStateException(
                        totals.failed() + " of " + count + " were refused, the first with: " + totals.problem());
            }
            return this;
        }
    }

    private final RhizomeClient client;
    private final PrintWriter out;

    /** Writes through {@code client} and tells the result to {@code out}. */
    public BulkLoad(RhizomeClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /** Sends {@code items}, of which there are {@code count}, to {@code path}. */
    @CanIgnoreReturnValue
    public <T> Loaded load(String what, String path, Iterable<T> items, long count) {
        long began = System.nanoTime();
        Totals totals;
        try (ProgressBar bar = progress(what, count)) {
            totals = Blocking.get(totals(client, path, items, bar));
        }
        Loaded loaded = new Loaded(count, (System.nanoTime() - began) / 1e9, totals);
        out.printf(
                "%,d %s in %.1f s (%,.0f/s): %,d created, %,d updated, %,d unchanged, %,d failed%n",
                count,
                what,
                loaded.seconds(),
                loaded.rate(),
                totals.created(),
                totals.updated(),
                totals.unchanged(),
                totals.failed());
        out.flush();
        return loaded;
    }

    /**
     * Sends {@code items} to {@code path}, moving {@code bar} by each that is answered; items are made off the event
     * loops.
     */
    public static <T> Mono<Totals> totals(RhizomeClient client, String path, Iterable<T> items, ProgressBar bar) {
        return client.upload(path, Flux.fromIterable(items).subscribeOn(Schedulers.boundedElastic()))
                .doOnNext(result -> bar.step())
                .reduce(Totals.NONE, Totals::with);
    }

    /** A bar of {@code count} steps on the terminal. */
    public static ProgressBar progress(String what, long count) {
        return new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(count)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .showSpeed()
                .build();
    }
}
