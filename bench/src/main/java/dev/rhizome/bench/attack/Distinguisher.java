package dev.rhizome.bench.attack;

import java.util.Arrays;
import java.util.SplittableRandom;

/** How well one can tell, from how long one request took, of which of two kinds it was. */
public final class Distinguisher {

    private static final int RESAMPLES = 400;
    private static final int BINS = 20;
    private static final double TAIL = 0.025;

    /**
     * What times tell of two kinds of requests.
     *
     * @param medianMs of the first kind
     * @param otherMedianMs of the second
     * @param differenceMs the second's median less the first's
     * @param lowMs 2.5 % of the resampled differences are below it
     * @param highMs 2.5 % of them are above it
     * @param auc chance that one of the second kind took longer than one of the first; 0.5 where times tell nothing
     * @param advantage of the best threshold, by which more than half of one's guesses are right: from 0, where times tell
     *     nothing, to 1. It is never quite 0, since the threshold is chosen afterwards
     * @param chance advantage that as many times give in 95 % of cases where they tell nothing (Kolmogorov and Smirnov)
     * @param bits of mutual information of one time and its kind, in twenty bins, without what chance gives
     */
    public record Told(
            double medianMs,
            double otherMedianMs,
            double differenceMs,
            double lowMs,
            double highMs,
            double auc,
            double advantage,
            double chance,
            double bits) {

        /** Whether times tell more than chance. */
        public boolean isMoreThanChance() {
            return advantage > chance;
        }
    }

    private Distinguisher() {}

    /** Compares {@code first} and {@code second}, in nanoseconds and any order; at least one each. */
    public static Told of(long[] first, long[] second, long seed) {
        long[] one = sorted(first);
        long[] other = sorted(second);
        double[] differences = resampled(one, other, new SplittableRandom(seed));
        double difference = median(other) - median(one);
        return new Told(
                median(one),
                median(other),
                difference,
                differences[(int) (TAIL * RESAMPLES)],
                differences[(int) ((1 - TAIL) * RESAMPLES)],
                auc(one, other),
                advantage(one, other),
                1.358 * Math.sqrt((one.length + other.length) / ((double) one.length * other.length)),
                bits(one, other));
    }

    private static double[] resampled(long[] one, long[] other, SplittableRandom random) {
        double[] differences = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            differences[i] = median(drawn(other, random)) - median(drawn(one, random));
        }
        Arrays.sort(differences);
        return differences;
    }

    private static long[] drawn(long[] values, SplittableRandom random) {
        return sorted(random.ints(values.length, 0, values.length)
                .mapToLong(index -> values[index])
                .toArray());
    }

    private static long[] sorted(long[] values) {
        long[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static double median(long[] sorted) {
        return sorted[sorted.length / 2] / 1e6;
    }

    /** By the rank sum of Mann and Whitney; ties count half. */
    private static double auc(long[] one, long[] other) {
        double sum = 0;
        for (long value : other) {
            sum += (below(one, value) + below(one, value + 1)) / 2.0;
        }
        return sum / one.length / other.length;
    }

    /** The largest distance of the two distributions. */
    private static double advantage(long[] one, long[] other) {
        double largest = 0;
        for (long[] values : new long[][] {one, other}) {
            for (long value : values) {
                double distance =
                        below(one, value + 1) / (double) one.length - below(other, value + 1) / (double) other.length;
                largest = Math.max(largest, Math.abs(distance));
            }
        }
        return largest;
    }

    private static int below(long[] sorted, long value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** In bins that have as many times each; what is expected by chance (Miller and Madow) is taken off. */
    private static double bits(long[] one, long[] other) {
        long[] all = new long[one.length + other.length];
        System.arraycopy(one, 0, all, 0, one.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        Arrays.sort(all);
        double bits = 0;
        int from = 0;
        int fromOther = 0;
        for (int bin = 1; bin <= BINS; bin++) {
            long end = bin == BINS ? Long.MAX_VALUE : all[(int) ((long) bin * all.length / BINS)];
            int to = below(one, end);
            int toOther = below(other, end);
            double inBin = to - from + toOther - fromOther;
            bits += share(to - from, inBin, one.length, all.length)
                    + share(toOther - fromOther, inBin, other.length, all.length);
            from = to;
            fromOther = toOther;
        }
        return Math.max(0, bits - (BINS - 1) / (2.0 * all.length * Math.log(2)));
    }

    private static double share(double both, double inBin, double ofKind, double all) {
        return both == 0 ? 0 : both / all * Math.log(both * all / inBin / ofKind) / Math.log(2);
    }
}
