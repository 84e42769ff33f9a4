package dev.rhizome.ledger;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.problem.Refused;
import reactor.core.publisher.Mono;

/**
 * The lock under which a chain grows: the row that says where the chain ends, locked until the transaction is over. So
 * writers of one tenant append one after another, and those of different tenants side by side.
 *
 * @param <C> what the row says
 */
public final class ChainLock<C> {

    private final Query<C> query;

    /**
     * Locks by {@code query}.
     *
     * @param query locks the chain's row, inserting it first where there is none, and the tenant's row against a change of its
     *     status; gives no row where the tenant is being removed
     */
    public ChainLock(Query<C> query) {
        this.query = query;
    }

    /** Takes the lock; an error of {@link Refused} where the tenant is suspended or being removed. */
    public Mono<C> take(TenantConnection connection) {
        return connection
                .rows(query)
                .next()
                .switchIfEmpty(Mono.error(() -> new Refused("the tenant is suspended or being removed")));
    }
}
