package dev.rhizome.rollup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of an agent at a kind of task. The groups are those of events; null where nothing is expected.
 *
 * @param agentId of the agent
 * @param taskType kind of task
 * @param latency see {@link dev.rhizome.event.Metrics}, as the three that follow
 * @param updatedAt when it was changed last, null before it is stored
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Profile(
        String agentId,
        String taskType,
        @JsonRawValue @Nullable String latency,
        @JsonRawValue @Nullable String accuracy,
        @JsonRawValue @Nullable String cost,
        @JsonRawValue @Nullable String reliability,
        @Nullable Instant updatedAt) {

    static Profile of(Readable row) {
        return new Profile(
                Rows.required(row, "agent_id", String.class),
                Rows.required(row, "task_type", String.class),
                row.get("latency", String.class),
                row.get("accuracy", String.class),
                row.get("cost", String.class),
                row.get("reliability", String.class),
                row.get("updated_at", Instant.class));
    }

    /** The profile's name in the audit. */
    String key() {
        return agentId + " " + taskType;
    }

    Cursor cursor() {
        return Cursor.of(agentId, taskType);
    }
}
