package dev.rhizome.bench;

import java.util.Arrays;

/**
 * How long requests took, from sending to the last byte of the answer. Percentiles are nearest ranks of all of them, so
 * each is a latency that was measured.
 *
 * @param requests how many
 * @param p50Ms half of them took no longer
 * @param p95Ms 95 % of them took no longer
 * @param p99Ms 99 % of them took no longer
 * @param perSecond requests answered a second, by all clients together
 */
record Latencies(int requests, double p50Ms, double p95Ms, double p99Ms, double perSecond) {

    /**
     * Of measurements in any order.
     *
     * @param nanos of each request; at least one
     * @param wallNanos in which they were all made
     */
    static Latencies of(long[] nanos, long wallNanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latencies(
                sorted.length,
                percentile(sorted, 50),
                percentile(sorted, 95),
                percentile(sorted, 99),
                sorted.length * 1e9 / wallNanos);
    }

    private static double percentile(long[] sorted, int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }
}
