package dev.rhizome.ledger;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Under whose id the chains of the current tenant are sealed: its own, or that of the tenant from which they were imported. It is the
 * same for as long as the tenant lives.
 */
public final class ChainIdentity {

    /** The id as a value of a statement in which {@code $1} is the tenant. */
    public static final String SQL =
            "(select coalesce(t.chain_origin, t.tenant_id) from rhizome.tenants t where t.tenant_id = $1)";

    private static final String FIND = "select " + SQL + " as chain where $1 = current_tenant()";

    private final TenantTransactions transactions;

    /** Reads through the one door. */
    public ChainIdentity(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The id; that of the current tenant where there is no such tenant, which has no chain then. */
    public Mono<TenantId> current() {
        return TenantContext.current().flatMap(this::current);
    }

    private Mono<TenantId> current(TenantId tenant) {
        return transactions.read(Query.ofTenant(FIND, row -> of(row, tenant))).next();
    }

    private static TenantId of(Readable row, TenantId tenant) {
        UUID chain = row.get("chain", UUID.class);
        return chain == null ? tenant : new TenantId(chain);
    }
}
