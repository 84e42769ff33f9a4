package dev.rhizome.tenancy;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenancy.AccessChanges.Subject;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import reactor.core.publisher.Mono;

/** How tenants are that exist: active, suspended, or being removed. */
final class ActiveTenants {

    static final String ACTIVE = "active";
    static final String SUSPENDED = "suspended";

    private static final String STATUS = "select status from tenants where tenant_id = $1";
    private static final int MAX_ENTRIES = 100_000;

    private final TenantTransactions transactions;
    private final Remembered<TenantId, String> found;

    ActiveTenants(TenantTransactions transactions, AccessChanges changes) {
        this.transactions = transactions;
        this.found = new Remembered<>(changes, MAX_ENTRIES);
    }

    /** The status of {@code tenant}; empty where there is none. */
    Mono<String> status(TenantId tenant) {
        return found.get(tenant, new Subject(tenant, ""), lookUp(tenant));
    }

    private Mono<String> lookUp(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(STATUS, row -> Rows.required(row, "status", String.class)))
                .next()
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }
}
