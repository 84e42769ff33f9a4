package dev.rhizome.search;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Statistics of the current tenant, believed the longer the more it takes to count: a millisecond a row, so that counting
 * costs next to nothing and a small tenant's figures are fresh.
 */
final class TenantStatisticsCache {

    private static final long MOST = 100_000;
    private static final Query<TenantStatistics> COUNT = Query.of(
            "select count(*) as documents, coalesce(avg(length), 0)::float8 as mean_length from hybrid_search_index",
            row -> new TenantStatistics(
                    Rows.required(row, "documents", Long.class), Rows.required(row, "mean_length", Double.class)));

    private final TenantTransactions transactions;
    private final Cache<TenantId, TenantStatistics> cache;

    TenantStatisticsCache(TenantTransactions transactions, Duration longest) {
        this.transactions = transactions;
        this.cache = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(Expiry.writing((TenantId tenant, TenantStatistics statistics) -> {
                    Duration age = Duration.ofMillis(statistics.documents());
                    return age.compareTo(longest) < 0 ? age : longest;
                }))
                .build();
    }

    Mono<TenantStatistics> current() {
        return TenantContext.current().flatMap(tenant -> {
            TenantStatistics known = cache.getIfPresent(tenant);
            return known == null
                    ? transactions.read(COUNT).single().doOnNext(counted -> cache.put(tenant, counted))
                    : Mono.just(known);
        });
    }
}
