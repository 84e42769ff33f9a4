package dev.rhizome.searchlog;

import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Searches of tenants. */
final class SearchLogRepository {

    /** Each batch takes some of those away that are too old. Nothing is added to a tenant that is being removed. */
    private static final String ADD = """
            with too_old as (
              delete from graph_search_sessions
               where tenant_id = $1 and ctid = any (array(
                 select ctid from graph_search_sessions
                  where tenant_id = $1 and searched_at < now() - $2::bigint * interval '1 s'
                  order by searched_at limit 2000))
            )
            insert into graph_search_sessions
              (tenant_id, session_id, searched_at, query_hash, kind, max_results, hops, hits, related, complete, took_ms,
               vector_ms, text_ms, graph_ms, vector_plan)
            select t.tenant_id, s.id::uuid, s.at, decode(s.hash, 'hex'), s.kind, s.max_results, s.hops, s.hits, s.related, s.complete,
                   s.took, s.vector, s.words, s.graph, s.plan
              from tenants t
             cross join unnest($3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::integer[], $8::integer[], $9::integer[],
                               $10::integer[], $11::boolean[], $12::real[], $13::real[], $14::real[], $15::real[], $16::text[])
                as s (id, at, hash, kind, max_results, hops, hits, related, complete, took, vector, words, graph, plan)
             where t.tenant_id = $1 and t.status <> 'closing'
            """;

    private static final String LIST = """
            select session_id, searched_at, encode(query_hash, 'hex') as query_hash, kind, max_results, hops::integer as hops, hits,
                   related, complete, took_ms, vector_ms, text_ms, graph_ms, vector_plan
              from graph_search_sessions
             where tenant_id = $1 and (searched_at, session_id) < ($2, $3::uuid) and searched_at >= $4
               and ($5::text is null or kind = $5) and ($6::text is null or query_hash = decode($6, 'hex')) and took_ms >= $7
             order by searched_at desc, session_id desc
             limit $8
            """;
    private static final String KINDS = """
            select kind, count(*) as searches, count(*) filter (where hits = 0) as empty,
                   count(*) filter (where not complete) as incomplete,
                   percentile_cont(.5) within group (order by took_ms) as p50_ms,
                   percentile_cont(.95) within group (order by took_ms) as p95_ms,
                   percentile_cont(.99) within group (order by took_ms) as p99_ms, max(took_ms)::double precision as max_ms
              from graph_search_sessions
             where tenant_id = $1 and searched_at >= $2 and searched_at < $3
             group by kind order by searches desc, kind
            """;
    private static final String QUERIES = """
            select encode(query_hash, 'hex') as query_hash, count(*) as searches, avg(took_ms)::double precision as mean_ms,
                   max(took_ms)::double precision as max_ms, avg(hits)::double precision as mean_hits
              from graph_search_sessions
             where tenant_id = $1 and searched_at >= $2 and searched_at < $3
             group by query_hash
            """;
    private static final String SLOW = QUERIES + " order by mean_ms desc, query_hash limit $4";
    private static final String POPULAR = QUERIES + " order by searches desc, query_hash limit $4";

    private final TenantTransactions transactions;
    private final Duration keep;

    /**
     * Works through the one door.
     *
     * @param keep how long searches are kept
     */
    SearchLogRepository(TenantTransactions transactions, Duration keep) {
        this.transactions = transactions;
        this.keep = keep;
    }

    /**
     * Which searches are listed.
     *
     * @param kind null for any
     * @param queryHash null for any
     * @param minMs that they took at least
     */
    record Filter(
            Instant since, @Nullable String kind, @Nullable String queryHash, float minMs) {}

    /** Stores searches of {@code tenant}; those of a tenant that is gone are gone too. */
    Mono<Void> add(TenantId tenant, List<SearchSession> sessions) {
        Query<Void> add = Query.changeOfTenant(
                ADD,
                keep.toSeconds(),
                Columns.texts(sessions, session -> session.id().toString()),
                Columns.of(sessions, SearchSession::at, Instant[]::new),
                Columns.texts(sessions, SearchSession::queryHash),
                Columns.texts(sessions, session -> session.searched().kind()),
                Columns.of(sessions, session -> session.searched().limit(), Integer[]::new),
                Columns.of(sessions, session -> session.searched().hops(), Integer[]::new),
                Columns.of(sessions, session -> session.searched().hits(), Integer[]::new),
                Columns.of(sessions, session -> session.searched().related(), Integer[]::new),
                Columns.of(sessions, session -> session.searched().complete(), Boolean[]::new),
                Columns.of(sessions, session -> single(session.searched().tookMs()), Float[]::new),
                Columns.of(sessions, session -> single(session.searched().vectorMs()), Float[]::new),
                Columns.of(sessions, session -> single(session.searched().textMs()), Float[]::new),
                Columns.of(sessions, session -> single(session.searched().graphMs()), Float[]::new),
                Columns.texts(sessions, session -> session.searched().vectorPlan()));
        return transactions
                .maintaining(connection -> connection.changed(add))
                .then()
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }

    private static @Nullable Float single(@Nullable Double value) {
        return value == null ? null : value.floatValue();
    }

    /** Searches that {@code filter} lets through, newest first, behind {@code after}. */
    Flux<SearchSession.Stored> list(Filter filter, Instant until, @Nullable Cursor after, int limit) {
        UUID afterId =
                after == null ? new UUID(0, 0) : UUID.fromString(after.key().getLast());
        return transactions.filtered(Query.ofTenant(
                LIST,
                SearchSession.Stored::of,
                Cursor.timeOf(after, until),
                afterId.toString(),
                filter.since(),
                Query.nullable(filter.kind(), String.class),
                Query.nullable(filter.queryHash(), String.class),
                filter.minMs(),
                limit));
    }

    /**
     * The figures of the searches from {@code since} on and before {@code until}.
     *
     * @param queries most of the slow ones, and of the popular ones
     */
    Mono<SearchStatistics> statistics(Instant since, Instant until, int queries) {
        return transactions.reading(connection -> Mono.zip(
                        connection.list(Query.ofTenant(KINDS, SearchStatistics.Kind::of, since, until)),
                        connection.list(Query.ofTenant(SLOW, SearchStatistics.Query::of, since, until, queries)),
                        connection.list(Query.ofTenant(POPULAR, SearchStatistics.Query::of, since, until, queries)))
                .map(all -> SearchStatistics.of(all.getT1(), all.getT2(), all.getT3())));
    }
}
