package dev.rhizome.problem;

/** The tenant has stored as much as it may; trying again succeeds when something was removed or the quota was raised. */
public final class QuotaExceeded extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says of what. */
    public QuotaExceeded(String message) {
        super(message);
    }
}
