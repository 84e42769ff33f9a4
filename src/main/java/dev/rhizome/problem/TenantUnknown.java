package dev.rhizome.problem;

/** The caller's token is good, and the tenant that it names does not exist here, or not any more. */
public final class TenantUnknown extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says which claim of the token names it. */
    public TenantUnknown(String claim) {
        super("the token is valid, and its claim " + claim + " names no tenant that exists here");
    }
}
