package dev.rhizome.problem;

/** The request is well-formed and contradicts what is stored. */
public final class Conflict extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says what it contradicts. */
    public Conflict(String message) {
        super(message);
    }

    /** A step that the state of a {@code kind} does not allow. */
    public static Conflict ofStep(String kind, String from, String to) {
        return new Conflict(kind + ": illegal transition from " + from + " to " + to);
    }
}
