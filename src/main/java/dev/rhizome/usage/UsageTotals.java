package dev.rhizome.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has used in a time.
 *
 * @param since the first hour of it in which anything was used, null for none
 * @param requests with a valid token; a bulk request is one
 * @param refused of them, those that were not answered well
 * @param notWritten things that were not written because a quota was used up, each line of a bulk request by itself
 * @param databaseMillis for how long transactions have had connections
 * @param embeddedTexts texts that were made vectors of
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record UsageTotals(
        @Nullable Instant since,
        long requests,
        Refused refused,
        long notWritten,
        long databaseMillis,
        long embeddedTexts) {

    /**
     * Requests that were not answered well.
     *
     * @param limits 429
     * @param capacity 503
     * @param invalid any other 4xx
     * @param failed any other 5xx
     */
    record Refused(long limits, long capacity, long invalid, long failed) {}

    static UsageTotals of(Readable row) {
        return new UsageTotals(
                row.get("since", Instant.class),
                Rows.required(row, "requests", Long.class),
                new Refused(
                        Rows.required(row, "refused_by_limits", Long.class),
                        Rows.required(row, "refused_for_capacity", Long.class),
                        Rows.required(row, "refused_as_invalid", Long.class),
                        Rows.required(row, "failed", Long.class)),
                Rows.required(row, "not_written", Long.class),
                Rows.required(row, "database_millis", Long.class),
                Rows.required(row, "embedded_texts", Long.class));
    }
}
