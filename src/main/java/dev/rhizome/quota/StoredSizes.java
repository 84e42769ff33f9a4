package dev.rhizome.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * How much tenants have stored. It is counted when somebody asks, and believed for a hundred times as long as it took, so that
 * counting costs a hundredth of one connection's time, or until this process has written a tenth more.
 */
public final class StoredSizes {

    private static final long MOST = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(30);

    private final TenantTransactions transactions;
    private final Cache<TenantId, TenantSize> sizes = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(FORGOTTEN_AFTER)
            .build();

    /** Counts through {@code transactions}, in the current tenant's turns. */
    public StoredSizes(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** That of the current tenant, as it was counted; an error of {@link NotFound} where the tenant is gone. */
    public Mono<StoredSize> current() {
        return ofCurrentTenant().flatMap(TenantSize::known).map(TenantSize.Known::size);
    }

    /** That of the current tenant, to be counted and added to. */
    Mono<TenantSize> ofCurrentTenant() {
        return TenantContext.current().map(tenant -> sizes.get(tenant, missing -> new TenantSize(count(missing))));
    }

    private Mono<StoredSize> count(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(StoredSize.COUNT, StoredSize::of))
                .next()
                .contextWrite(TenantContext.of(tenant));
    }
}
