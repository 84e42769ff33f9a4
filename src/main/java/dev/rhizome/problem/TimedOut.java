package dev.rhizome.problem;

/** The work was stopped because it took longer than it may. */
public final class TimedOut extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says which limit it was. */
    public TimedOut(String message) {
        super(message);
    }
}
