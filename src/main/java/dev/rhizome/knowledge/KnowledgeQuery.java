package dev.rhizome.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Text;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query as it is stored; see {@link KnowledgeQueryInput} for what its writer said.
 *
 * @param nodeId of its node in the graph
 * @param status pending, processing, completed or failed
 * @param retries how often it was taken up again after it had failed
 * @param error why it failed last, null where it did not
 * @param results how many it has; null in lists, which would count them for each query
 * @param startedAt when it was taken up last, null until then
 * @param completedAt when it ended, null while it has not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record KnowledgeQuery(
        String id,
        String nodeId,
        String query,
        String type,
        List<String> preferredSources,
        int maxResults,
        float relevanceThreshold,
        long timeoutMs,
        @Nullable String requesterId,
        int priority,
        List<String> tags,
        @JsonRawValue String context,
        String status,
        int retries,
        @Nullable String error,
        @Nullable Long results,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    static final String COLUMNS = """
            q.query_id, q.node_id, q.query_text, q.query_type, q.preferred_sources, q.max_results, q.relevance_threshold,
            q.timeout_ms, q.requester_id, q.priority, q.tags, q.context, q.status, q.retry_count, q.error, q.created_at,
            q.started_at, q.completed_at, q.updated_at""";

    /** Statuses, each with those that it can follow. */
    private static final Map<String, List<String>> BEFORE = Map.of(
            "pending", List.of(),
            "processing", List.of("pending", "failed"),
            "completed", List.of("processing"),
            "failed", List.of("pending", "processing"));

    /** The statuses that {@code status} can follow. */
    static String[] before(String status) {
        return BEFORE.getOrDefault(status, List.of()).toArray(String[]::new);
    }

    /** Of a row without its count of results. */
    static KnowledgeQuery of(Readable row) {
        return of(row, null);
    }

    /** Of a row with its count of results. */
    static KnowledgeQuery counted(Readable row) {
        return of(row, Rows.required(row, "results", Long.class));
    }

    private static KnowledgeQuery of(Readable row, @Nullable Long results) {
        return new KnowledgeQuery(
                Rows.required(row, "query_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "query_text", String.class),
                Rows.required(row, "query_type", String.class),
                List.of(Rows.required(row, "preferred_sources", String[].class)),
                Rows.required(row, "max_results", Integer.class),
                Rows.required(row, "relevance_threshold", Float.class),
                Rows.required(row, "timeout_ms", Long.class),
                row.get("requester_id", String.class),
                Rows.required(row, "priority", Short.class),
                List.of(Rows.required(row, "tags", String[].class)),
                Rows.required(row, "context", String.class),
                Rows.required(row, "status", String.class),
                Rows.required(row, "retry_count", Integer.class),
                row.get("error", String.class),
                results,
                Rows.required(row, "created_at", Instant.class),
                row.get("started_at", Instant.class),
                row.get("completed_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    /**
     * A step of its state machine: pending, processing, completed or failed; one that failed can be taken up again.
     *
     * @param status the next
     * @param error why it failed, null for nothing; forgotten when it is taken up again
     */
    record Change(
            @QueryStatus String status,
            @Nullable @Text(max = 4_000) String error) {}

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
