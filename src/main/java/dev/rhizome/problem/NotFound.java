package dev.rhizome.problem;

/** There is no such thing for this caller, which is also all that is said of another tenant's. */
public final class NotFound extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /**
     * Names what was looked for.
     *
     * @param what kind of thing, {@code entity}
     * @param id the id as the caller gave it
     */
    public NotFound(String what, String id) {
        this("no " + what + " with id " + id);
    }

    private NotFound(String message) {
        super(message);
    }

    /** Where it is not an id by which it was looked for. */
    public static NotFound saying(String message) {
        return new NotFound(message);
    }
}
