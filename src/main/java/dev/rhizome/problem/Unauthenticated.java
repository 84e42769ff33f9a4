package dev.rhizome.problem;

/** No token, or one that is unknown, expired or revoked; which of these is not told. */
public final class Unauthenticated extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says what is expected instead. */
    public Unauthenticated(String message) {
        super(message);
    }
}
