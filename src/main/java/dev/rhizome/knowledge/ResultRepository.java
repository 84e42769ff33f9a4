package dev.rhizome.knowledge;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Results of queries: a row and a node for each, and edges from its query to it and from it to its source. */
final class ResultRepository {

    static final String ORIGIN = "knowledge";

    private static final String STORED = """
            select result_id, query_id, encode(content_hash, 'hex') as hash
              from knowledge_results
             where tenant_id = $1
               and (result_id = any ($3) or (query_id = $2 and content_hash in (select decode(h, 'hex') from unnest($4::text[]) h)))
            """;
    /** {@code $2} to {@code $11} are the nodes of the results. A source that is there stays as it is. */
    private static final String PUT = """
            with query as materialized (
              select query_id, node_id from knowledge_queries where tenant_id = $1 and query_id = $12 for key share
            ), nodes as materialized (
              select %s as written from query
            ), added as (
              insert into knowledge_results
                (tenant_id, query_id, result_id, content_hash, title, content, url, domain, source_type, relevance, credibility,
                 quality, provider, provider_metadata, published_at, retrieved_at)
              select $1, q.query_id, id, decode(hash, 'hex'), title, content, url, domain, source_type, relevance, credibility,
                     quality, provider, provider_metadata, published_at, coalesce(retrieved_at, now())
                from query q left join nodes on true
               cross join unnest($13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[],
                                 $20::real[], $21::real[], $22::text[], $23::text[], $24::text[]::jsonb[], $25::timestamptz[],
                                 $26::timestamptz[])
                  as t (id, hash, title, content, url, domain, source_type, relevance, credibility, quality, provider,
                        provider_metadata, published_at, retrieved_at)
              returning result_id
            ), sources as (
              insert into entities (tenant_id, entity_id, type, name, digest, origin)
              select $1, 'source:' || domain, 'SOURCE', domain, '', 'knowledge'
                from query, (select distinct unnest($18::text[]) as domain) as d
               order by domain
                  on conflict on constraint entities_pkey do nothing
            )
            select q.query_id, a.result_id from query q left join added a on true
            """.formatted(Projection.putNodes("knowledge", 2));

    private static final String PUT_EDGES = """
            with edges as (
              select 'query:' || query_id as source_id, 'HAS_RESULT' as type, node_id as target_id, relevance as weight
                from knowledge_results where tenant_id = $1 and result_id = any ($2)
               union all
              select node_id, 'FROM_SOURCE', 'source:' || domain, credibility
                from knowledge_results where tenant_id = $1 and result_id = any ($2)
            )
            select put_edges('knowledge', array_agg(source_id), array_agg(type), array_agg(target_id), array_agg(true),
                             array_agg(1::real), array_agg(weight), array_agg('{}'::jsonb)) as written
              from edges having count(*) > 0
            """;
    private static final String GET =
            "select " + KnowledgeResult.COLUMNS + " from knowledge_results where tenant_id = $1 and result_id = $2";
    private static final String LIST = "select " + KnowledgeResult.COLUMNS + """

              from knowledge_results
             where tenant_id = $1 and query_id = $2 and (relevance < $3 or (relevance = $3 and result_id > $4))
               and relevance >= $5 and ($6::text is null or source_type = $6) and ($7::text is null or domain = $7)
             order by relevance desc, result_id
             limit $8
            """;
    private static final String DELETE = """
            with gone as (
              delete from knowledge_results where tenant_id = $1 and result_id = $2 returning domain
            )
            select array_agg(domain) as domains from gone having count(*) > 0
            """;
    /** Whoever adds a result from there waits for this, or is seen by the statement that follows. */
    private static final String LOCK_SOURCES = """
            select entity_id from entities
             where tenant_id = $1 and entity_id in (select 'source:' || domain from unnest($2::text[]) as d (domain))
             order by entity_id
               for update
            """;
    /** Sources go with the last result that is from them. */
    private static final String DELETE_ORPHANS = """
            select remove_nodes('knowledge', array(
              select 'source:' || domain from unnest($2::text[]) as d (domain)
               where not exists (select from knowledge_results r where r.tenant_id = $1 and r.domain = d.domain))) as removed
            """;

    private final TenantTransactions transactions;

    ResultRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** A result that is there. */
    record Stored(String id, String query, String hash) {}

    /**
     * Which results are listed; null is any.
     *
     * @param minRelevance 0 to 1
     */
    record Filter(
            float minRelevance,
            @Nullable String sourceType,
            @Nullable String domain) {}

    private record Added(String query, @Nullable String result) {}

    /** Those that have the id of one of {@code batch}, or in {@code query} its content. */
    Mono<List<Stored>> stored(String query, List<KnowledgeResultInput> batch) {
        return transactions
                .read(Query.ofTenant(
                        STORED,
                        row -> new Stored(
                                Rows.required(row, "result_id", String.class),
                                Rows.required(row, "query_id", String.class),
                                Rows.required(row, "hash", String.class)),
                        query,
                        Columns.texts(batch, KnowledgeResultInput::id),
                        Columns.texts(batch, KnowledgeResultInput::hash)))
                .collectList();
    }

    /**
     * Adds results to {@code query}, none of which is there.
     *
     * @param arrays of their nodes
     * @param chunks of those with long contents
     * @return when they are added; an error of {@link NotFound} where there is no such query
     */
    Mono<Void> add(
            String query, List<KnowledgeResultInput> batch, IndexArrays arrays, List<ChunkedTexts.Store> chunks) {
        Query<Added> statement = Query.ofTenant(
                PUT,
                row -> new Added(Rows.required(row, "query_id", String.class), row.get("result_id", String.class)),
                arrays.with(
                        query,
                        Columns.texts(batch, KnowledgeResultInput::id),
                        Columns.texts(batch, KnowledgeResultInput::hash),
                        Columns.texts(batch, result -> result.body().title()),
                        Columns.texts(batch, result -> result.body().content()),
                        Columns.texts(batch, result -> result.body().url()),
                        Columns.texts(batch, KnowledgeResultInput::domain),
                        Columns.texts(batch, result -> result.body().sourceType()),
                        Columns.of(batch, result -> result.body().relevance(), Float[]::new),
                        Columns.of(batch, result -> result.body().credibility(), Float[]::new),
                        Columns.texts(batch, result -> result.body().quality()),
                        Columns.texts(batch, result -> result.body().provider()),
                        Columns.texts(batch, result -> result.body().providerMetadata()),
                        Columns.of(batch, result -> result.body().publishedAt(), Instant[]::new),
                        Columns.of(batch, result -> result.body().retrievedAt(), Instant[]::new)));
        return transactions
                .writing(connection -> add(connection, statement, query)
                        .delayUntil(added -> Flux.fromIterable(chunks).concatMap(store -> store.by(connection))))
                .then();
    }

    private static Mono<List<Added>> add(TenantConnection connection, Query<Added> statement, String query) {
        return connection
                .list(statement)
                .filter(rows -> !rows.isEmpty())
                .switchIfEmpty(QueryRepository.missing(query))
                .delayUntil(rows -> putEdges(connection, rows))
                .delayUntil(rows -> record(connection, rows));
    }

    private static Mono<List<Boolean>> putEdges(TenantConnection connection, List<Added> rows) {
        return connection.list(Query.ofTenant(PUT_EDGES, row -> true, (Object) ids(rows)));
    }

    private static Mono<Void> record(TenantConnection connection, List<Added> rows) {
        Map<String, Outcome> created = new HashMap<>();
        for (String id : ids(rows)) {
            created.put(id, Outcome.CREATED);
        }
        return AuditLog.record(connection, KnowledgeResultInput.KIND, created);
    }

    private static String[] ids(List<Added> rows) {
        return rows.stream().map(Added::result).filter(Objects::nonNull).toArray(String[]::new);
    }

    /** The result, or an error of {@link NotFound}. */
    Mono<KnowledgeResult> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, KnowledgeResult::of, id))
                .next()
                .switchIfEmpty(missing(id));
    }

    /** Results of {@code query} that match {@code filter}, the most relevant first, behind {@code after}. */
    Flux<KnowledgeResult> list(String query, Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                KnowledgeResult::of,
                query,
                after == null ? 2f : Float.parseFloat(after.key().getFirst()),
                Cursor.idOf(after),
                filter.minRelevance(),
                Query.nullable(filter.sourceType(), String.class),
                Query.nullable(filter.domain(), String.class),
                limit));
    }

    /** Removes a result, and its source with the last one from there; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(missing(id))
                .then();
    }

    private static Mono<List<String>> delete(TenantConnection connection, String id) {
        return connection
                .rows(Query.ofTenant(DELETE, row -> List.of(Rows.required(row, "domains", String[].class)), id))
                .next()
                .delayUntil(domains -> ChunkedTexts.remove(
                        connection, ORIGIN, List.of(Projection.nodeId(KnowledgeResultInput.KIND, id))))
                .delayUntil(domains -> deleteOrphans(connection, domains))
                .delayUntil(domains -> AuditLog.record(connection, "deleted", KnowledgeResultInput.KIND, id));
    }

    /** Removes those sources among {@code domains} that no result is from. */
    static Mono<List<Boolean>> deleteOrphans(TenantConnection connection, List<String> domains) {
        Object wanted = domains.toArray(String[]::new);
        return connection
                .list(Query.ofTenant(LOCK_SOURCES, row -> true, wanted))
                .flatMap(locked -> connection.list(Query.ofTenant(DELETE_ORPHANS, row -> true, wanted)));
    }

    private static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(KnowledgeResultInput.KIND, id));
    }
}
