package dev.rhizome.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of an agent over a dataset.
 *
 * @param id unique in its tenant
 * @param datasetId of the dataset
 * @param agentId of the agent
 * @param status a key of {@link #BEFORE}; {@code queued} at first
 * @param progress 0 to 1
 * @param score 0 to 1, null until there is one
 * @param metrics a JSON object
 * @param error why it failed, null where it did not
 * @param createdAt when it was queued
 * @param startedAt when it began to run, null until then
 * @param completedAt when it ended, null until then
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

    /** Statuses, each with those that it can follow. */
    private static final Map<String, List<String>> BEFORE = Map.of(
            "queued", List.of(),
            "running", List.of("queued"),
            "completed", List.of("running"),
            "failed", List.of("running"),
            "cancelled", List.of("queued", "running"));

    /** Statuses of evaluations that have not ended. */
    private static final List<String> OPEN = List.of("queued", "running");

    /** The statuses that {@code status} can follow; null, which keeps the status, can follow those that have not ended. */
    static String[] before(@Nullable String status) {
        List<String> before = status == null ? OPEN : BEFORE.getOrDefault(status, List.of());
        return before.toArray(String[]::new);
    }

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

    /** An evaluation to be queued. */
    record Queued(
            @NewIdIfAbsent @Identifier String id,
            @Identifier String datasetId,
            @Identifier String agentId) {}

    /** A change; null leaves the value as it is. */
    record Change(
            @Nullable @EvaluationStatus String status,
            @Nullable @Ratio Double progress,
            @Nullable @Ratio Double score,
            @Nullable @JsonObject String metrics,
            @Nullable @Text(min = 0, max = 4_000) String error)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if ("completed".equals(status) && score == null) {
                faults.reject("score", "missing", "a number from 0 to 1 with the status completed");
            }
        }
    }

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
