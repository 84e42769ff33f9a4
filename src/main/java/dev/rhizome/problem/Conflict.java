package dev.rhizome.problem;

/** The request is well-formed and contradicts what is stored. */
public final class Conflict extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says what it contradicts. */
    public Conflict(String message) {
        super(message);
    }
}
