package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.http.JsonFields;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something out of the ordinary.
 *
 * @param id unique in its tenant
 * @param type such as {@code latency_spike}
 * @param severity {@code low}, {@code medium}, {@code high} or {@code critical}
 * @param status {@code active} at first, see {@link #TRANSITIONS}
 * @param agentId whose it is, null for nobody's
 * @param taskId in which task, null for none
 * @param method {@code median-mad} of the roll-up job, {@code client} of a client
 * @param description for people
 * @param evidence thresholds and values, a JSON object
 * @param impact a JSON object
 * @param relatedEventIds of events that show it
 * @param detectedAt when it was found
 * @param resolvedAt when it ended, null while it has not
 * @param notes of whoever looked into it
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

    static final Map<String, String> SEVERITIES = Words.known("low", "medium", "high", "critical");
    static final Map<String, String> STATUSES = Words.known("active", "investigating", "resolved", "false_positive");
    static final Transitions TRANSITIONS = new Transitions(Map.of(
            "investigating", Set.of("active"),
            "resolved", Set.of("investigating"),
            "false_positive", Set.of("investigating")));

    private static final Set<String> FIELDS = Set.of(
            "id",
            "type",
            "severity",
            "agentId",
            "taskId",
            "description",
            "evidence",
            "impact",
            "relatedEventIds",
            "at");
    private static final int LONGEST_TEXT = 4_000;
    private static final int MOST_EVENTS = 100;

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
     * Reads one that a client has found.
     *
     * @param now when it was found, unless the client says so
     */
    static Anomaly parse(byte[] json, Instant now) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String severity = body.fields().word("severity", body.requiredText("severity"), SEVERITIES);
        List<String> events = body.list("relatedEventIds").stream()
                .map(event -> body.fields().id("relatedEventIds", event))
                .toList();
        if (events.size() > MOST_EVENTS) {
            body.fields().reject("relatedEventIds", events.size() + " ids", "at most " + MOST_EVENTS);
        }
        Anomaly anomaly = new Anomaly(
                Words.idOrNew(body, "id"),
                Words.type(body.fields(), "type", body.requiredText("type")),
                severity == null ? "" : severity,
                "active",
                Words.id(body, "agentId"),
                Words.id(body, "taskId"),
                "client",
                Words.text(body, "description", LONGEST_TEXT),
                Words.object(body, "evidence"),
                Words.object(body, "impact"),
                events,
                body.instant("at", now),
                null,
                "",
                now);
        body.finish();
        return anomaly;
    }

    /**
     * What whoever looks into it says of it; null leaves it as it is.
     *
     * @param status to be entered
     * @param notes replace those before
     */
    record Change(@Nullable String status, @Nullable String notes) {

        static Change parse(byte[] json) {
            JsonFields body = JsonFields.parse(json, Set.of("status", "notes"));
            String status = body.text("status");
            String known = status == null ? null : body.fields().word("status", status, STATUSES);
            String notes = body.text("notes") == null ? null : Words.text(body, "notes", LONGEST_TEXT);
            if (status == null && notes == null) {
                body.fields().reject("status", "missing", "status or notes");
            }
            body.finish();
            return new Change(known, notes);
        }
    }

    Cursor cursor() {
        return Cursor.of(detectedAt.toString(), id);
    }
}
