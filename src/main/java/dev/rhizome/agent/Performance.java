package dev.rhizome.agent;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;

/**
 * How an agent did. Before its first outcome it has what is expected of a new one: success .8, quality .7, 5,000 ms.
 *
 * @param taskCount outcomes recorded
 * @param successCount of them that were successes
 * @param successRate 0 to 1
 * @param averageQuality 0 to 1
 * @param averageLatencyMs mean of the outcomes
 * @param tokensTotal tokens used, as far as it was told
 */
record Performance(
        long taskCount,
        long successCount,
        double successRate,
        double averageQuality,
        double averageLatencyMs,
        long tokensTotal) {

    static final double EXPECTED_SUCCESS = 0.8;
    static final double EXPECTED_QUALITY = 0.7;
    private static final double EXPECTED_LATENCY_MS = 5_000;

    static Performance of(Readable row) {
        long tasks = Rows.required(row, "task_count", Long.class);
        long successes = Rows.required(row, "success_count", Long.class);
        double quality = Rows.required(row, "quality_total", BigDecimal.class).doubleValue();
        long latency = Rows.required(row, "latency_total", Long.class);
        return new Performance(
                tasks,
                successes,
                tasks == 0 ? EXPECTED_SUCCESS : (double) successes / tasks,
                tasks == 0 ? EXPECTED_QUALITY : quality / tasks,
                tasks == 0 ? EXPECTED_LATENCY_MS : (double) latency / tasks,
                Rows.required(row, "tokens_total", Long.class));
    }
}
