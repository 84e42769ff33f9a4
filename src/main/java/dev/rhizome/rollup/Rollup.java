package dev.rhizome.rollup;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the events of one hour, agent and type; each is over the events that have it, and null where none has.
 *
 * @param hour its beginning
 * @param agentId null for events without agent
 * @param type of the events
 * @param events how many
 * @param successRate mean, 0 to 1
 * @param errorRatePercent mean
 * @param latencies how many events have an average latency, of which the figures that follow are
 * @param latencyMeanMs mean
 * @param latencyP50Ms median, interpolated as the other percentiles
 * @param latencyP95Ms 95th percentile
 * @param latencyP99Ms 99th percentile
 * @param latencyMaxMs largest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Rollup(
        Instant hour,
        @Nullable String agentId,
        String type,
        long events,
        @Nullable Double successRate,
        @Nullable Double errorRatePercent,
        long latencies,
        @Nullable Double latencyMeanMs,
        @Nullable Double latencyP50Ms,
        @Nullable Double latencyP95Ms,
        @Nullable Double latencyP99Ms,
        @Nullable Double latencyMaxMs) {

    static Rollup of(Readable row) {
        String agent = Rows.required(row, "agent_id", String.class);
        return new Rollup(
                Rows.required(row, "hour", Instant.class),
                agent.isEmpty() ? null : agent,
                Rows.required(row, "type", String.class),
                Rows.required(row, "events", Long.class),
                row.get("success_rate", Double.class),
                row.get("error_rate", Double.class),
                Rows.required(row, "latencies", Long.class),
                row.get("latency_mean", Double.class),
                row.get("latency_p50", Double.class),
                row.get("latency_p95", Double.class),
                row.get("latency_p99", Double.class),
                row.get("latency_max", Double.class));
    }

    Cursor cursor() {
        return Cursor.of(hour.toString(), agentId == null ? "" : agentId, type);
    }
}
