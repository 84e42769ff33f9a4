package dev.rhizome.problem;

/** The caller is known and may not do this. */
public final class Refused extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says what would be needed. */
    public Refused(String message) {
        super(message);
    }
}
