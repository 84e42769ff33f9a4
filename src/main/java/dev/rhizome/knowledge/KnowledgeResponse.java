package dev.rhizome.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to a query.
 *
 * @param query id of the query
 * @param meanRelevance of the query's results when it was stored, 0 to 1; null where it had none, as the two that follow
 * @param meanCredibility of the same
 * @param sourceDiversity how many different sources they were from, by how many they were: 1 where no two share one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record KnowledgeResponse(
        String id,
        String query,
        String summary,
        float confidence,
        List<String> sourcesUsed,
        List<String> providersQueried,
        long totalResultsFound,
        long resultsFiltered,
        long processingTimeMs,
        boolean cacheUsed,
        @Nullable Double meanRelevance,
        @Nullable Double meanCredibility,
        @Nullable Double sourceDiversity,
        Instant createdAt) {

    private static final long MOST = 1_000_000_000_000L;

    /**
     * A response as a client sends it.
     *
     * @param summary the answer, up to 100 KB
     * @param confidence 0 to 1
     * @param sourcesUsed at most 200
     * @param providersQueried at most 50
     * @param totalResultsFound by all providers
     * @param resultsFiltered of them, left out
     * @param processingTimeMs from the query to this
     * @param cacheUsed whether a part came from a cache
     */
    record Input(
            @NewIdIfAbsent @Identifier String id,
            @TextBytes(max = 100 * 1024) String summary,
            @Default("1") @Ratio float confidence,
            @Size(max = 200) List<@Identifier String> sourcesUsed,
            @Size(max = 50) List<@Identifier String> providersQueried,
            @Default("0") @WholeNumber(min = 0, max = MOST) long totalResultsFound,
            @Default("0") @WholeNumber(min = 0, max = MOST) long resultsFiltered,
            @Default("0") @WholeNumber(min = 0, max = MOST) long processingTimeMs,
            @Default("false") boolean cacheUsed) {}

    static KnowledgeResponse of(Readable row) {
        return new KnowledgeResponse(
                Rows.required(row, "response_id", String.class),
                Rows.required(row, "query_id", String.class),
                Rows.required(row, "summary", String.class),
                Rows.required(row, "confidence", Float.class),
                List.of(Rows.required(row, "sources_used", String[].class)),
                List.of(Rows.required(row, "providers_queried", String[].class)),
                Rows.required(row, "total_results_found", Long.class),
                Rows.required(row, "results_filtered", Long.class),
                Rows.required(row, "processing_time_ms", Long.class),
                Rows.required(row, "cache_used", Boolean.class),
                row.get("mean_relevance", Double.class),
                row.get("mean_credibility", Double.class),
                row.get("source_diversity", Double.class),
                Rows.required(row, "created_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
