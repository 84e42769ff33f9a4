package dev.rhizome.problem;

/** Tenant data was asked for where no tenant is set; raised before any connection is taken. */
public final class TenantMissing extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says so. */
    public TenantMissing() {
        super("this operation needs a tenant, and the caller's token belongs to none");
    }
}
