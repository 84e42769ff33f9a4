package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.http.JsonFields;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run of an agent over a data set.
 *
 * @param id unique in its tenant
 * @param datasetId of the data set
 * @param agentId of the agent
 * @param status {@code queued} at first, see {@link #TRANSITIONS}
 * @param progress 0 to 1
 * @param score 0 to 1, null until there is one
 * @param metrics a JSON object
 * @param error why it failed, null where it has not
 * @param createdAt when it was queued
 * @param startedAt when it began to run, null until then
 * @param completedAt when it ended in whatever way, null until then
 * @param updatedAt when it was changed last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Evaluation(
        String id,
        String datasetId,
        String agentId,
        String status,
        double progress,
        @Nullable Double score,
        @JsonRawValue String metrics,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    static final Map<String, String> STATUSES = Words.known("queued", "running", "completed", "failed", "cancelled");
    static final Transitions TRANSITIONS = new Transitions(Map.of(
            "running", Set.of("queued"),
            "completed", Set.of("running"),
            "failed", Set.of("running"),
            "cancelled", Set.of("queued", "running")));

    private static final int LONGEST_TEXT = 4_000;

    static Evaluation of(Readable row) {
        return new Evaluation(
                Rows.required(row, "evaluation_id", String.class),
                Rows.required(row, "dataset_id", String.class),
                Rows.required(row, "agent_id", String.class),
                Rows.required(row, "status", String.class),
                Rows.required(row, "progress", Double.class),
                row.get("score", Double.class),
                Rows.required(row, "metrics", String.class),
                row.get("error", String.class),
                Rows.required(row, "created_at", Instant.class),
                row.get("started_at", Instant.class),
                row.get("completed_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    /** What a client queues. */
    record Queued(String id, String datasetId, String agentId) {

        static Queued parse(byte[] json) {
            JsonFields body = JsonFields.parse(json, Set.of("id", "datasetId", "agentId"));
            Queued queued = new Queued(
                    Words.idOrNew(body, "id"),
                    body.fields().id("datasetId", body.requiredText("datasetId")),
                    body.fields().id("agentId", body.requiredText("agentId")));
            body.finish();
            return queued;
        }
    }

    /** What is new of it; null leaves it as it is. */
    record Change(
            @Nullable String status,
            @Nullable Double progress,
            @Nullable Double score,
            @Nullable String metrics,
            @Nullable String error) {

        static Change parse(byte[] json) {
            JsonFields body = JsonFields.parse(json, Set.of("status", "progress", "score", "metrics", "error"));
            String status = body.text("status");
            Double score = body.number("score", 0, 1);
            if ("completed".equals(status) && score == null) {
                body.fields().reject("score", "missing", "a number from 0 to 1 with the status completed");
            }
            Change change = new Change(
                    status == null ? null : body.fields().word("status", status, STATUSES),
                    body.number("progress", 0, 1),
                    score,
                    body.object("metrics"),
                    body.text("error") == null ? null : Words.text(body, "error", LONGEST_TEXT));
            body.finish();
            return change;
        }
    }

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
