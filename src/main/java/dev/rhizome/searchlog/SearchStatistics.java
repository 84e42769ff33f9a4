package dev.rhizome.searchlog;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant searched for in some time.
 *
 * @param searches how many
 * @param empty of them, how many had no hit
 * @param incomplete of them, in how many a retriever could not look
 * @param kinds each with its times, the one that was asked for most first
 * @param slow queries whose mean time is the longest, longest first
 * @param popular queries that were asked most often, most often first
 */
record SearchStatistics(
        long searches, long empty, long incomplete, List<Kind> kinds, List<Query> slow, List<Query> popular) {

    /** Searches of one kind; times are milliseconds. */
    record Kind(
            String kind,
            long searches,
            long empty,
            long incomplete,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double maxMs) {

        static Kind of(Readable row) {
            return new Kind(
                    Rows.required(row, "kind", String.class),
                    Rows.required(row, "searches", Long.class),
                    Rows.required(row, "empty", Long.class),
                    Rows.required(row, "incomplete", Long.class),
                    Rows.required(row, "p50_ms", Double.class),
                    Rows.required(row, "p95_ms", Double.class),
                    Rows.required(row, "p99_ms", Double.class),
                    Rows.required(row, "max_ms", Double.class));
        }
    }

    /**
     * Searches for the same words.
     *
     * @param queryHash null where only vectors were given, which are one
     * @param meanHits how many hits they had
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Query(@Nullable String queryHash, long searches, double meanMs, double maxMs, double meanHits) {

        static Query of(Readable row) {
            return new Query(
                    row.get("query_hash", String.class),
                    Rows.required(row, "searches", Long.class),
                    Rows.required(row, "mean_ms", Double.class),
                    Rows.required(row, "max_ms", Double.class),
                    Rows.required(row, "mean_hits", Double.class));
        }
    }

    static SearchStatistics of(List<Kind> kinds, List<Query> slow, List<Query> popular) {
        return new SearchStatistics(
                kinds.stream().mapToLong(Kind::searches).sum(),
                kinds.stream().mapToLong(Kind::empty).sum(),
                kinds.stream().mapToLong(Kind::incomplete).sum(),
                kinds,
                slow,
                popular);
    }
}
