package dev.rhizome.tenancy;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenancy.AccessChanges.Subject;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import reactor.core.publisher.Mono;

/** Which tenants are active: they exist, and are neither suspended nor being removed. */
final class ActiveTenants {

    private static final String ACTIVE = "select 1 from tenants where tenant_id = $1 and status = 'active'";
    private static final int MAX_ENTRIES = 100_000;

    private final TenantTransactions transactions;
    private final Remembered<TenantId, TenantId> found;

    ActiveTenants(TenantTransactions transactions, AccessChanges changes) {
        this.transactions = transactions;
        this.found = new Remembered<>(changes, MAX_ENTRIES);
    }

    /** Whether {@code tenant} may work. */
    Mono<Boolean> contains(TenantId tenant) {
        return found.get(tenant, new Subject(tenant, ""), lookUp(tenant)).hasElement();
    }

    private Mono<TenantId> lookUp(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(ACTIVE, row -> tenant))
                .next()
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }
}
