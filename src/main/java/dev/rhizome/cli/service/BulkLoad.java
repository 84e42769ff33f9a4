package dev.rhizome.cli.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.PrintWriter;
import java.util.Iterator;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Writes many things through the API, showing how far it is, how fast, and how long it will take. */
public final class BulkLoad {

    /**
     * A load that has ended.
     *
     * @param count how many things were sent
     * @param seconds from the first to the last acknowledgement
     * @param totals what became of them
     */
    public record Loaded(long count, double seconds, ApiClient.Totals totals) {

        /** TestDocuments a second. */
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

    private final ApiClient api;
    private final PrintWriter out;

    /** Writes through {@code api} and tells the result to {@code out}. */
    public BulkLoad(ApiClient api, PrintWriter out) {
        this.api = api;
        this.out = out;
    }

    /** Sends {@code items}, of which there are {@code count}, to {@code path}. */
    @CanIgnoreReturnValue
    public Loaded load(String what, String path, Iterator<?> items, long count) {
        long began = System.nanoTime();
        ApiClient.Totals totals;
        try (ProgressBar bar = progress(what, count)) {
            totals = api.postLines(path, items, done -> bar.stepBy(done));
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
