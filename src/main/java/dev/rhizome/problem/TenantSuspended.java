package dev.rhizome.problem;

/** The caller's token is good, and its tenant is suspended: it works again when the operator resumes the tenant. */
public final class TenantSuspended extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says so. */
    public TenantSuspended() {
        super("the tenant is suspended; the operator can resume it");
    }
}
