package dev.rhizome.knowledge;

import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/** The current tenant's cache of answers. */
final class CacheRepository {

    /** Whoever stores something removes a few that have expired, so that nobody has to come and do it. */
    private static final String PUT = """
            with expired as (
              delete from knowledge_cache
               where tenant_id = $1 and cache_key in (
                 select cache_key from knowledge_cache
                  where tenant_id = $1 and expires_at <= now() and cache_key <> $2
                  order by expires_at limit 10 for update skip locked)
            )
            insert into knowledge_cache as c (tenant_id, cache_key, kind, content, metadata, bytes, expires_at)
            values ($1, $2, $3, $4::jsonb, $5::jsonb, $6, now() + $7 * interval '1 second')
                on conflict on constraint knowledge_cache_pkey do update
               set kind = excluded.kind, content = excluded.content, metadata = excluded.metadata, bytes = excluded.bytes,
                   expires_at = excluded.expires_at, stored_at = now(), hits = 0, last_hit_at = null
            returning (xmax = 0) as created
            """;

    private static final String FIND = """
            with hit as (
              update knowledge_cache set hits = hits + 1, last_hit_at = now()
               where tenant_id = $1 and cache_key = $2 and expires_at > now()
              returning cache_key, kind, content, metadata, bytes, hits, stored_at, expires_at, last_hit_at
            ), counted as (
              insert into knowledge_cache_lookups as l (tenant_id, hits, misses)
              select $1, count(*), 1 - count(*) from hit
                  on conflict on constraint knowledge_cache_lookups_pkey do update
                 set hits = l.hits + excluded.hits, misses = l.misses + excluded.misses
            )
            select * from hit
            """;
    private static final String DELETE = "delete from knowledge_cache where tenant_id = $1 and cache_key = $2";
    private static final String PURGE = """
            delete from knowledge_cache
             where tenant_id = $1 and cache_key in (
               select cache_key from knowledge_cache where tenant_id = $1 and expires_at <= now() order by expires_at limit $2)
            """;
    private static final String STATISTICS = """
            select count(*) filter (where c.expires_at > now()) as entries,
                   coalesce(sum(c.bytes) filter (where c.expires_at > now()), 0)::bigint as bytes,
                   count(*) filter (where c.expires_at <= now()) as expired,
                   coalesce((select hits from knowledge_cache_lookups where tenant_id = $1), 0) as hits,
                   coalesce((select misses from knowledge_cache_lookups where tenant_id = $1), 0) as misses
              from knowledge_cache c
             where c.tenant_id = $1
            """;
    /** Rows that one request removes, so that it does not hold their locks for long. */
    private static final int PURGED_AT_ONCE = 10_000;

    private final TenantTransactions transactions;

    CacheRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Stores an entry, in the place of an earlier one of that key, whose hits are forgotten. */
    Mono<Outcome> put(String key, CacheEntry.Input entry) {
        Query<Outcome> query = Query.ofTenant(
                PUT,
                row -> Rows.required(row, "created", Boolean.class) ? Outcome.CREATED : Outcome.UPDATED,
                key,
                entry.kind(),
                entry.content(),
                entry.metadata(),
                (long) entry.content().getBytes(StandardCharsets.UTF_8).length,
                entry.ttlSeconds());
        return transactions.writing(connection -> connection.rows(query).next());
    }

    /** The entry, which this counts as a hit; an error of {@link NotFound}, which is counted as a miss, where there is none. */
    Mono<CacheEntry> find(String key) {
        Query<CacheEntry> query = Query.ofTenant(FIND, CacheEntry::of, key);
        return transactions.writing(connection -> connection.rows(query).next()).switchIfEmpty(missing(key));
    }

    /** Removes an entry; an error of {@link NotFound} where there is none. */
    Mono<Void> delete(String key) {
        return transactions
                .writing(connection -> connection.changed(Query.changeOfTenant(DELETE, key)))
                .filter(removed -> removed > 0)
                .switchIfEmpty(missing(key))
                .then();
    }

    /** Removes entries that have expired, at most 10,000; gives how many. */
    Mono<Long> purge() {
        return transactions.writing(connection -> connection.changed(Query.changeOfTenant(PURGE, PURGED_AT_ONCE)));
    }

    /** What the cache has now. */
    Mono<CacheEntry.Statistics> statistics() {
        return transactions
                .read(Query.ofTenant(STATISTICS, CacheEntry.Statistics::of))
                .single();
    }

    private static <T> Mono<T> missing(String key) {
        return Mono.error(() -> new NotFound("cache entry", key));
    }
}
