package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;

/**
 * The pool at one moment.
 *
 * @param totalConnections open, in use or not
 * @param idleConnections open and free
 * @param activeConnections in use
 * @param pendingAcquires requests that wait for one
 * @param maxConnections most there may be
 */
public record PoolStatistics(
        int totalConnections, int idleConnections, int activeConnections, int pendingAcquires, int maxConnections) {

    private static final double DEGRADED = 0.75;

    /** The figures of {@code pool} now, and {@code waiting} requests that wait for a turn to ask it. */
    public static PoolStatistics of(ConnectionPool pool, int waiting) {
        PoolMetrics metrics = pool.getMetrics().orElseThrow();
        return new PoolStatistics(
                metrics.allocatedSize(),
                metrics.idleSize(),
                metrics.acquiredSize(),
                metrics.pendingAcquireSize() + waiting,
                metrics.getMaxAllocatedSize());
    }

    /** {@code degraded} above 75 % in use, else {@code healthy}. Requests that wait for a connection say that it is busy, not broken. */
    public String healthStatus() {
        return (double) activeConnections / maxConnections > DEGRADED ? "degraded" : "healthy";
    }
}
