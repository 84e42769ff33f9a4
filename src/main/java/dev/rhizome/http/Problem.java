package dev.rhizome.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.problem.BudgetSpent;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.FieldError;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.OptimisticLockConflict;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.QuotaExceeded;
import dev.rhizome.problem.Refused;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Stopping;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.problem.TenantSuspended;
import dev.rhizome.problem.TenantUnknown;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.problem.TooFewTenants;
import dev.rhizome.problem.Unauthenticated;
import dev.rhizome.problem.UpstreamFailed;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ResponseStatusException;

/**
 * A problem document of RFC 9457.
 *
 * @param type {@code urn:rhizome:problem:<slug>}
 * @param title the same for every problem of the type
 * @param status the HTTP status
 * @param detail this one
 * @param requestId what to quote when asking about it
 * @param errors fields that are wrong, the first of them; empty for other problems
 * @param moreErrors how many more there are
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String requestId,
        List<FieldError> errors,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int moreErrors) {

    private static final String OURS = "something went wrong on our side; the request id finds it in the log";

    /** What {@code error} becomes; unknown errors say nothing of themselves. */
    public static Problem of(Throwable error, @Nullable String requestId) {
        return switch (error) {
            case InvalidRequest e ->
                new Problem(
                        urn("invalid-request"), "Invalid request", 400, e.detail(), requestId, e.errors(), e.more());
            case RhizomeException e -> known(e, requestId);
            case DataBufferLimitException e ->
                plain(HttpStatus.CONTENT_TOO_LARGE, "the body is larger than it may be", requestId);
            case ReadTimeoutException e ->
                plain(HttpStatus.REQUEST_TIMEOUT, "the body stopped coming before its end", requestId);
            case NoResourceFoundException e -> plain(HttpStatus.NOT_FOUND, "there is nothing at this path", requestId);
            case ResponseStatusException e ->
                plain(
                        HttpStatus.valueOf(e.getStatusCode().value()),
                        e.getReason() == null ? "this request is not understood" : e.getReason(),
                        requestId);
            default -> plain(HttpStatus.INTERNAL_SERVER_ERROR, OURS, requestId);
        };
    }

    private static Problem known(RhizomeException error, @Nullable String requestId) {
        return switch (error) {
            case InvalidRequest e -> of(e, requestId);
            case NotFound e -> plain(HttpStatus.NOT_FOUND, e.detail(), requestId);
            case Conflict e -> plain(HttpStatus.CONFLICT, e.detail(), requestId);
            case Unauthenticated e -> plain(HttpStatus.UNAUTHORIZED, e.detail(), requestId);
            case Refused e -> plain(HttpStatus.FORBIDDEN, e.detail(), requestId);
            case QuotaExceeded e -> forbidden("quota-exceeded", "Quota exceeded", e, requestId);
            case BudgetSpent e -> forbidden("privacy-budget-spent", "Privacy budget spent", e, requestId);
            case TooFewTenants e -> forbidden("too-few-tenants", "Too few tenants", e, requestId);
            case TenantMissing e -> forbidden("tenant-missing", "Tenant missing", e, requestId);
            case TenantUnknown e -> forbidden("tenant-unknown", "Tenant unknown", e, requestId);
            case TenantSuspended e -> forbidden("tenant-suspended", "Tenant suspended", e, requestId);
            case ShareExceeded e -> plain(HttpStatus.TOO_MANY_REQUESTS, e.detail(), requestId);
            case Overloaded e -> plain(HttpStatus.SERVICE_UNAVAILABLE, e.detail(), requestId);
            case Stopping e ->
                new Problem(urn("stopping"), "Service stopping", 503, e.detail(), requestId, List.of(), 0);
            case OptimisticLockConflict e -> plain(HttpStatus.SERVICE_UNAVAILABLE, e.detail(), requestId);
            case UpstreamFailed e -> plain(HttpStatus.BAD_GATEWAY, e.detail(), requestId);
            case TimedOut e -> plain(HttpStatus.GATEWAY_TIMEOUT, e.detail(), requestId);
        };
    }

    private static Problem forbidden(String slug, String title, RhizomeException error, @Nullable String requestId) {
        return new Problem(urn(slug), title, 403, error.detail(), requestId, List.of(), 0);
    }

    private static Problem plain(HttpStatus status, String detail, @Nullable String requestId) {
        String slug = status.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        return new Problem(urn(slug), status.getReasonPhrase(), status.value(), detail, requestId, List.of(), 0);
    }

    private static String urn(String slug) {
        return "urn:rhizome:problem:" + slug;
    }
}
