package dev.rhizome.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import reactor.core.publisher.Mono;

/**
 * Which tenants exist and are not closing. A tenant that was found is remembered for as long as a proven API key;
 * closing it here forgets it at once.
 */
final class ActiveTenants {

    private static final String ACTIVE = "select 1 from tenants where tenant_id = $1 and status = 'active'";
    private static final long MAX_ENTRIES = 100_000;

    private final TenantTransactions transactions;
    private final Cache<TenantId, Boolean> found = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(ApiKeyAuthenticator.REMEMBERED)
            .build();

    ActiveTenants(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Whether {@code tenant} may work. */
    Mono<Boolean> contains(TenantId tenant) {
        return found.getIfPresent(tenant) != null
                ? Mono.just(true)
                : transactions
                        .read(Query.ofTenant(ACTIVE, row -> true))
                        .doOnNext(active -> found.put(tenant, active))
                        .single(false)
                        .contextWrite(TenantTransactions.asService())
                        .contextWrite(TenantContext.of(tenant));
    }

    /** Looks {@code tenant} up again at its next request. */
    void forget(TenantId tenant) {
        found.invalidate(tenant);
    }
}
