package dev.rhizome.rollup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An hour of an agent that was much worse than the hours before, or what a client reports.
 *
 * @param id unique in its tenant
 * @param type such as {@code latency_spike}
 * @param severity {@code low}, {@code medium}, {@code high} or {@code critical}
 * @param status a key of {@link #BEFORE}; {@code active} at first
 * @param agentId of the agent, null for none
 * @param taskId of the task, null for none
 * @param method {@code median-mad} for the roll-up job, {@code client} for a client
 * @param description for people
 * @param evidence thresholds and values, a JSON object
 * @param impact a JSON object
 * @param relatedEventIds of events that show it
 * @param detectedAt when it was found
 * @param resolvedAt when it was resolved, null before that
 * @param notes of the investigation
 * @param updatedAt when it was changed last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Anomaly(
        String id,
        String type,
        String severity,
        String status,
        @Nullable String agentId,
        @Nullable String taskId,
        String method,
        String description,
        @JsonRawValue String evidence,
        @JsonRawValue String impact,
        List<String> relatedEventIds,
        Instant detectedAt,
        @Nullable Instant resolvedAt,
        String notes,
        Instant updatedAt) {

    /** Statuses, each with those that it can follow. */
    private static final Map<String, List<String>> BEFORE = Map.of(
            "active", List.of(),
            "investigating", List.of("active"),
            "resolved", List.of("investigating"),
            "false_positive", List.of("investigating"));

    /** The statuses that {@code status} can follow; none for null. */
    static String[] before(@Nullable String status) {
        return status == null
                ? new String[0]
                : BEFORE.getOrDefault(status, List.of()).toArray(String[]::new);
    }

    static Anomaly of(Readable row) {
        return new Anomaly(
                Rows.required(row, "anomaly_id", String.class),
                Rows.required(row, "type", String.class),
                Rows.required(row, "severity", String.class),
                Rows.required(row, "status", String.class),
                row.get("agent_id", String.class),
                row.get("task_id", String.class),
                Rows.required(row, "method", String.class),
                Rows.required(row, "description", String.class),
                Rows.required(row, "evidence", String.class),
                Rows.required(row, "impact", String.class),
                List.of(Rows.required(row, "related_event_ids", String[].class)),
                Rows.required(row, "detected_at", Instant.class),
                row.get("resolved_at", Instant.class),
                Rows.required(row, "notes", String.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    /**
     * A change; null leaves the value as it is.
     *
     * @param status the new one
     * @param notes replace those before
     */
    record Change(
            @Nullable @AnomalyStatus String status,
            @Nullable @Text(min = 0, max = 4_000) String notes) implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (status == null && notes == null) {
                faults.reject("status", "missing", "status or notes");
            }
        }
    }

    Cursor cursor() {
        return Cursor.of(detectedAt.toString(), id);
    }
}
