package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The current tenant's pages as a cache: looked up by their URL until they expire, with true counts of what was found and what was not. */
final class PageCache {

    private static final String FIND = """
            with hit as (
              update web_pages set hits = hits + 1, last_hit_at = now()
               where tenant_id = $1 and page_id = $2 and expires_at > now()
              returning *
            ), counted as (
              insert into web_lookups as l (tenant_id, hits, misses)
              select $1, count(*), 1 - count(*) from hit
                  on conflict on constraint web_lookups_pkey do update
                 set hits = l.hits + excluded.hits, misses = l.misses + excluded.misses
            )
            select %s, c.text
              from hit p join web_contents c on c.tenant_id = $1 and c.content_id = p.content_id
            """.formatted(Page.COLUMNS);
    private static final String PURGE = """
            with gone as (
              delete from web_pages
               where tenant_id = $1 and page_id in (
                 select page_id from web_pages where tenant_id = $1 and expires_at <= now() order by expires_at limit $2
                    for update skip locked)
              returning node_id, content_id
            )
            select array_agg(distinct content_id) as contents, count(*) as pages, remove_nodes('web', array_agg(node_id)) as removed
              from gone having count(*) > 0
            """;
    private static final String STATISTICS = """
            select count(*) filter (where p.expires_at > now()) as pages, count(*) filter (where p.expires_at <= now()) as expired,
                   count(distinct p.content_id) as contents,
                   coalesce((select sum(bytes) from web_contents where tenant_id = $1), 0)::bigint as bytes,
                   count(*) filter (where p.fetched_at > now() - interval '1 hour') as under_1,
                   count(*) filter (where p.fetched_at between now() - interval '6 hours' and now() - interval '1 hour') as under_6,
                   count(*) filter (where p.fetched_at between now() - interval '24 hours' and now() - interval '6 hours') as under_24,
                   count(*) filter (where p.fetched_at < now() - interval '24 hours') as older,
                   coalesce((select hits from web_lookups where tenant_id = $1), 0) as hits,
                   coalesce((select misses from web_lookups where tenant_id = $1), 0) as misses
              from web_pages p
             where p.tenant_id = $1
            """;
    /** Pages that one request removes, so that it does not hold their locks for long. */
    private static final int PURGED_AT_ONCE = 200;

    private final TenantTransactions transactions;

    PageCache(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * What is stored, and how often it was of use.
     *
     * @param pages that have not expired
     * @param contents different texts
     * @param bytes of all texts as they were sent
     * @param hitRate hits by look-ups, 0 to 1; null before the first
     * @param ages how many pages were fetched how long ago, in bands that do not overlap
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Statistics(
            long pages,
            long expired,
            long contents,
            long bytes,
            long hits,
            long misses,
            @Nullable Double hitRate,
            Ages ages) {}

    /** Pages by age. */
    record Ages(long underOneHour, long oneToSixHours, long sixTo24Hours, long older) {}

    /** The page with its text, which this counts as a hit; an error of {@link NotFound}, which counts as a miss, where it has expired too. */
    Mono<Page> find(WebUrl url) {
        Query<Page> query = Query.ofTenant(FIND, Page::whole, url.id());
        return transactions
                .writing(connection -> connection.rows(query).next())
                .switchIfEmpty(PageRepository.missing(url.text()));
    }

    private record Gone(List<String> contents, long pages) {

        static Gone of(Readable row) {
            return new Gone(
                    List.of(Rows.required(row, "contents", String[].class)), Rows.required(row, "pages", Long.class));
        }
    }

    /** Removes pages that have expired, at most 200; gives how many. */
    Mono<Long> purge() {
        return transactions
                .writing(connection -> connection
                        .rows(Query.ofTenant(PURGE, Gone::of, PURGED_AT_ONCE))
                        .next()
                        .delayUntil(gone -> PageRepository.removeOrphans(connection, gone.contents())))
                .map(Gone::pages)
                .defaultIfEmpty(0L);
    }

    /** What is stored now. */
    Mono<Statistics> statistics() {
        return transactions
                .read(Query.ofTenant(STATISTICS, PageCache::statistics))
                .single();
    }

    private static Statistics statistics(Readable row) {
        long hits = Rows.required(row, "hits", Long.class);
        long misses = Rows.required(row, "misses", Long.class);
        return new Statistics(
                Rows.required(row, "pages", Long.class),
                Rows.required(row, "expired", Long.class),
                Rows.required(row, "contents", Long.class),
                Rows.required(row, "bytes", Long.class),
                hits,
                misses,
                hits + misses == 0 ? null : (double) hits / (hits + misses),
                new Ages(
                        Rows.required(row, "under_1", Long.class),
                        Rows.required(row, "under_6", Long.class),
                        Rows.required(row, "under_24", Long.class),
                        Rows.required(row, "older", Long.class)));
    }
}
