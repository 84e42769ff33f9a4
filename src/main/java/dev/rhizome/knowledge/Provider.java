package dev.rhizome.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How somebody who is asked for knowledge is doing.
 *
 * @param available whether fewer than three requests in a row have failed
 * @param requests all that were told of
 * @param failures of them, those that failed
 * @param consecutiveFailures since the last success
 * @param meanResponseTimeMs of all requests
 * @param errorRate of this hour of the clock, 0 to 1; null where it was not asked in it
 * @param requestsThisMinute of the clock
 * @param requestsThisHour of the clock
 * @param rateLimitRemaining as it told last, null where it never did
 * @param rateLimitResetAt as it told last
 * @param lastError of the last failure, null where there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Provider(
        String provider,
        boolean available,
        long requests,
        long failures,
        long consecutiveFailures,
        double meanResponseTimeMs,
        @Nullable Double errorRate,
        long requestsThisMinute,
        long requestsThisHour,
        @Nullable Long rateLimitRemaining,
        @Nullable Instant rateLimitResetAt,
        @Nullable String lastError,
        @Nullable Instant lastFailureAt,
        @Nullable Instant lastSuccessAt,
        Instant updatedAt) {

    /** Failures in a row after which a provider is not available. */
    private static final int TOO_MANY_FAILURES = 3;

    /** Windows that are over count nothing. */
    static final String COLUMNS = """
            provider, requests, failures, consecutive_failures, response_time_ms::float8 / requests as mean_response_time,
            case when minute_began_at = date_trunc('minute', now()) then minute_requests else 0 end as minute_requests,
            case when hour_began_at = date_trunc('hour', now()) then hour_requests else 0 end as hour_requests,
            case when hour_began_at = date_trunc('hour', now()) then hour_failures::float8 / hour_requests end as error_rate,
            rate_limit_remaining, rate_limit_reset_at, last_error, last_failure_at, last_success_at, updated_at""";

    /**
     * How one request to a provider ended.
     *
     * @param success whether it was answered
     * @param responseTimeMs how long that took, at most a day
     * @param error why it failed
     * @param rateLimitRemaining how many more it lets us send, null where it did not tell
     * @param rateLimitResetAt when that begins anew, null where it did not tell
     */
    record Outcome(
            boolean success,
            @WholeNumber(min = 0, max = 86_400_000) long responseTimeMs,
            @Nullable @Text(max = 4_000) String error,

            @Nullable @WholeNumber(min = 0, max = 1_000_000_000_000L)
            Long rateLimitRemaining,

            @Nullable Instant rateLimitResetAt)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (success && error != null) {
                faults.reject("error", error, "nothing, where success is true");
            }
        }
    }

    static Provider of(Readable row) {
        long consecutive = Rows.required(row, "consecutive_failures", Long.class);
        return new Provider(
                Rows.required(row, "provider", String.class),
                consecutive < TOO_MANY_FAILURES,
                Rows.required(row, "requests", Long.class),
                Rows.required(row, "failures", Long.class),
                consecutive,
                Rows.required(row, "mean_response_time", Double.class),
                row.get("error_rate", Double.class),
                Rows.required(row, "minute_requests", Long.class),
                Rows.required(row, "hour_requests", Long.class),
                row.get("rate_limit_remaining", Long.class),
                row.get("rate_limit_reset_at", Instant.class),
                row.get("last_error", String.class),
                row.get("last_failure_at", Instant.class),
                row.get("last_success_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(provider);
    }
}
