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
        super("no " + what + " with id " + id);
    }
}
