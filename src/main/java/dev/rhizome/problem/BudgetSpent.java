package dev.rhizome.problem;

import java.time.Instant;

/** So much was told of tenants that a new answer would tell too much; what was answered before still is. */
public final class BudgetSpent extends RhizomeException {

    private static final long serialVersionUID = 1L;

    private final Instant renewsAt;

    /**
     * Does not say whose budget it is, for that would tell something of a tenant.
     *
     * @param renewsAt when there is a new one
     */
    public BudgetSpent(Instant renewsAt) {
        super("the budget for new figures is spent until " + renewsAt + "; those that were given before still are");
        this.renewsAt = renewsAt;
    }

    /** When there is a new one. */
    public Instant renewsAt() {
        return renewsAt;
    }
}
