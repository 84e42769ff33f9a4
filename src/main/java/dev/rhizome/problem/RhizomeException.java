package dev.rhizome.problem;

/**
 * An expected failure that a caller can act on. It carries no stack trace: what it says is in its fields.
 *
 * <p>{@code http.Problems} maps each permitted class to a status, a problem type and a title.
 */
public abstract sealed class RhizomeException extends RuntimeException
        permits InvalidRequest,
                NotFound,
                Conflict,
                TenantMissing,
                Unauthenticated,
                Refused,
                BudgetSpent,
                OptimisticLockConflict,
                Overloaded,
                QuotaExceeded,
                ShareExceeded,
                Stopping,
                TenantSuspended,
                TenantUnknown,
                TimedOut,
                TooFewTenants,
                UpstreamFailed {

    private static final long serialVersionUID = 1L;

    RhizomeException(String message) {
        super(message, null, false, false);
    }

    /** The message, which these exceptions always have. */
    public final String detail() {
        String message = getMessage();
        return message == null ? getClass().getSimpleName() : message;
    }
}
