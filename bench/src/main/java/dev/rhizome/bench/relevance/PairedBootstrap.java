package dev.rhizome.bench.relevance;

import java.util.Arrays;
import java.util.Random;

/**
 * Whether one system is better than another over queries, by resampling the queries (Efron and Tibshirani, An
 * Introduction to the Bootstrap, 1993, sections 13.3 and 16.4; Sakai, SIGIR 2006, for the use on rankings).
 *
 * <p>Each resample draws as many queries as there are, with repetition, and takes the mean of their differences. The
 * same seed draws the same queries, so a run can be repeated to the last digit.
 */
public final class PairedBootstrap {

    /**
     * The first system's mean minus the second's.
     *
     * @param mean of the differences
     * @param low 2.5 % of the resampled means are below it
     * @param high 2.5 % of the resampled means are above it
     * @param p probability of a mean at least this far from 0, either way, if there were no difference: the part of the
     *     resampled means that are at least this far from the mean of all, both counts plus one, so that it is never 0
     * @param better queries that the first system answers better
     * @param worse queries that it answers worse
     */
    public record Difference(double mean, double low, double high, double p, int better, int worse) {}

    private static final double TAIL = 0.025;

    private final int resamples;
    private final long seed;

    /** Draws {@code resamples} times, beginning with {@code seed}. */
    public PairedBootstrap(int resamples, long seed) {
        this.resamples = resamples;
        this.seed = seed;
    }

    /**
     * Compares two systems.
     *
     * @param first scores of the first system, one a query; at least one
     * @param second scores of the second system for the same queries
     */
    public Difference compare(double[] first, double[] second) {
        double[] differences = new double[first.length];
        for (int i = 0; i < first.length; i++) {
            differences[i] = first[i] - second[i];
        }
        double mean = Arrays.stream(differences).average().orElse(Double.NaN);
        double[] means = means(differences);
        long far = Arrays.stream(means)
                .filter(resampled -> Math.abs(resampled - mean) >= Math.abs(mean))
                .count();
        return new Difference(
                mean,
                quantile(means, TAIL),
                quantile(means, 1 - TAIL),
                (far + 1.0) / (resamples + 1),
                (int) Arrays.stream(differences).filter(d -> d > 0).count(),
                (int) Arrays.stream(differences).filter(d -> d < 0).count());
    }

    private double[] means(double[] differences) {
        Random random = new Random(seed);
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            double sum = 0;
            for (int j = 0; j < differences.length; j++) {
                sum += differences[random.nextInt(differences.length)];
            }
            means[i] = sum / differences.length;
        }
        Arrays.sort(means);
        return means;
    }

    /** The nearest rank, of sorted values. */
    private static double quantile(double[] sorted, double part) {
        return sorted[Math.clamp((int) Math.ceil(part * sorted.length) - 1, 0, sorted.length - 1)];
    }
}
