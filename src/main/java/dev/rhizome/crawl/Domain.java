package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a site may be asked, and was.
 *
 * @param status {@code ok}; {@code throttled} until {@code retryAt}; or {@code blocked} by the tenant
 * @param requestsPerMinute that may be sent in a minute of the clock
 * @param requestsThisMinute that were let through
 * @param requests let through in all
 * @param refused told to wait, in all
 * @param errors that were told of
 * @param consecutiveErrors since the last success
 * @param retryAt when the next may be sent; null where that is now, or never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Domain(
        String domain,
        String status,
        int requestsPerMinute,
        boolean blocked,
        int requestsThisMinute,
        long requests,
        long refused,
        long errors,
        int consecutiveErrors,
        @Nullable Instant retryAt,
        @Nullable Instant lastRequestAt,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt,
        Instant updatedAt) {

    private static final String RETRY_AT = """
            greatest(case when d.backoff_until > now() then d.backoff_until end,
                     case when d.minute_began_at = date_trunc('minute', now()) and d.minute_requests >= d.requests_per_minute
                          then d.minute_began_at + interval '1 minute' end)""";

    /** Of a domain {@code d}. A window that is over counts nothing. */
    static final String COLUMNS = """
            d.domain, d.requests_per_minute, d.blocked, d.requests, d.refused, d.errors, d.consecutive_errors,
            case when d.minute_began_at = date_trunc('minute', now()) then d.minute_requests else 0 end as minute_requests,
            d.last_request_at, d.last_error, d.last_error_at, d.updated_at,
            """ + RETRY_AT + " as retry_at, (extract(epoch from " + RETRY_AT
            + " - now()) * 1000)::bigint as retry_after_ms";

    /**
     * What a tenant says of a site.
     *
     * @param requestsPerMinute that may be sent to it
     * @param blocked whether nothing may
     */
    record Policy(
            @Default("60") @WholeNumber(min = 1, max = 100_000)
            int requestsPerMinute,

            @Default("false") boolean blocked) {}

    /**
     * Whether a request may be sent.
     *
     * @param allowed that it may; it is counted as sent then
     * @param retryAfterMs when to ask again; null where it may be sent, or the site is blocked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Permit(
            boolean allowed,
            String status,
            @Nullable Long retryAfterMs,
            int requestsThisMinute,
            int requestsPerMinute) {

        static Permit of(Readable row) {
            Domain domain = Domain.of(row);
            boolean allowed = Rows.required(row, "allowed", Boolean.class);
            Long wait = row.get("retry_after_ms", Long.class);
            return new Permit(
                    allowed,
                    domain.status(),
                    allowed || domain.blocked() ? null : wait,
                    domain.requestsThisMinute(),
                    domain.requestsPerMinute());
        }
    }

    /**
     * How a request ended.
     *
     * @param success whether the site answered as it should
     * @param retryAfterSeconds that the site wants to be left alone
     * @param error what went wrong
     */
    record Outcome(
            boolean success,

            @Nullable @WholeNumber(min = 0, max = 86_400) Integer retryAfterSeconds,

            @Nullable @Text(max = 4_000) String error)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (success && (error != null || retryAfterSeconds != null)) {
                faults.reject(error == null ? "retryAfterSeconds" : "error", "given", "nothing, where success is true");
            }
        }
    }

    static Domain of(Readable row) {
        boolean blocked = Rows.required(row, "blocked", Boolean.class);
        Instant retryAt = row.get("retry_at", Instant.class);
        return new Domain(
                Rows.required(row, "domain", String.class),
                blocked ? "blocked" : retryAt == null ? "ok" : "throttled",
                Rows.required(row, "requests_per_minute", Integer.class),
                blocked,
                Rows.required(row, "minute_requests", Integer.class),
                Rows.required(row, "requests", Long.class),
                Rows.required(row, "refused", Long.class),
                Rows.required(row, "errors", Long.class),
                Rows.required(row, "consecutive_errors", Integer.class),
                blocked ? null : retryAt,
                row.get("last_request_at", Instant.class),
                row.get("last_error", String.class),
                row.get("last_error_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(domain);
    }
}
