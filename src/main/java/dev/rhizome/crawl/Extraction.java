package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WebAddress;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What it took to fetch and read a page, as clients tell. */
final class Extraction {

    private static final int A_DAY = 86_400_000;

    private Extraction() {}

    /**
     * One page.
     *
     * @param url of the page
     * @param totalMs milliseconds in all, of which the next three are parts
     * @param statusCode of the answer
     * @param contentBytes of the answer
     * @param redirects that were followed
     * @param malicious whether something in it was found to be made to do harm
     * @param sanitized whether something was taken out
     */
    record Input(
            @WebAddress String url,
            @WholeNumber(min = 0, max = A_DAY) int totalMs,
            @Nullable @WholeNumber(min = 0, max = A_DAY) Integer fetchMs,
            @Nullable @WholeNumber(min = 0, max = A_DAY) Integer parseMs,
            @Nullable @WholeNumber(min = 0, max = A_DAY) Integer sanitizeMs,
            @Nullable @WholeNumber(min = 100, max = 599) Integer statusCode,
            @Nullable @Text(max = 200) String contentType,

            @Nullable @WholeNumber(min = 0, max = 1_000_000_000_000L)
            Long contentBytes,

            @Nullable @WholeNumber(min = 0, max = 100) Integer redirects,
            @Nullable Boolean sslVerified,
            @Default("false") boolean malicious,
            @Default("false") boolean sanitized) {}

    /**
     * An hour.
     *
     * @param hour when it began
     * @param pages that were told of
     * @param failed of them, with a status code of 400 and more
     * @param p50Ms median of the total time
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Hour(
            Instant hour,
            long pages,
            long failed,
            long malicious,
            long sanitized,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            @Nullable Double meanFetchMs,
            @Nullable Double meanParseMs,
            @Nullable Double meanSanitizeMs,
            long bytes) {

        static Hour of(Readable row) {
            return new Hour(
                    Rows.required(row, "hour", Instant.class),
                    Rows.required(row, "pages", Long.class),
                    Rows.required(row, "failed", Long.class),
                    Rows.required(row, "malicious", Long.class),
                    Rows.required(row, "sanitized", Long.class),
                    Rows.required(row, "p50", Double.class),
                    Rows.required(row, "p95", Double.class),
                    Rows.required(row, "p99", Double.class),
                    row.get("fetch", Double.class),
                    row.get("parse", Double.class),
                    row.get("sanitize", Double.class),
                    Rows.required(row, "bytes", Long.class));
        }
    }
}
