package dev.rhizome.problem;

/** What the request was prepared with has changed since; made anew it may succeed. */
public final class OptimisticLockConflict extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says what has changed. */
    public OptimisticLockConflict(String message) {
        super(message);
    }
}
