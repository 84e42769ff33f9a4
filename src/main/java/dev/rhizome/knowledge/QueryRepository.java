package dev.rhizome.knowledge;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.WrittenOnce;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Queries of the current tenant. */
final class QueryRepository implements BatchWriter<KnowledgeQueryInput> {

    /** Those that are there keep what they have; whether that is what was sent, {@code same} says. */
    private static final String PUT = """
            with incoming as materialized (
              select *, string_to_array(nullif(source_list, ''), E'\\x01') as sources,
                     string_to_array(nullif(tag_list, ''), E'\\x01') as given_tags
                from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::real[], $9::bigint[],
                            $10::text[], $11::smallint[], $12::text[], $13::text[]::jsonb[])
                  as t (id, name, query_text, query_type, source_list, max_results, threshold, timeout_ms,
                        requester, priority, tag_list, context)
            ), added as (
              insert into knowledge_queries
                (tenant_id, query_id, query_text, query_type, preferred_sources, max_results, relevance_threshold, timeout_ms,
                 requester_id, priority, tags, context)
              select $1, id, query_text, query_type, coalesce(sources, '{}'), max_results, threshold, timeout_ms,
                     requester, priority, coalesce(given_tags, '{}'), context
                from incoming
                  on conflict on constraint knowledge_queries_pkey do nothing
              returning query_id, node_id
            ), nodes as (
              select put_graph_nodes('knowledge', array_agg(a.node_id), array_agg('KNOWLEDGE_QUERY'::text), array_agg(i.name),
                                     array_agg(i.query_text), array_agg(1::real), array_agg('{}'::jsonb)) as written
                from incoming i join added a on a.query_id = i.id having count(*) > 0
            )
            select i.id, a.query_id is not null as created, q.query_id is not null as known,
                   coalesce((q.query_text, q.query_type, q.preferred_sources, q.max_results, q.relevance_threshold,
                             q.timeout_ms, q.requester_id, q.priority, q.tags, q.context)
                            is not distinct from
                            (i.query_text, i.query_type, coalesce(i.sources, '{}'), i.max_results, i.threshold,
                             i.timeout_ms, i.requester, i.priority, coalesce(i.given_tags, '{}'), i.context), false) as same
              from incoming i
              left join added a on a.query_id = i.id
              left join knowledge_queries q on q.tenant_id = $1 and q.query_id = i.id
              left join nodes on true
            """;

    /** Ids of those from before {@code $2}, the oldest first. */
    static final String OLDEST = """
            select query_id as id from knowledge_queries where tenant_id = $1 and created_at < $2 order by created_at limit $3
            """;

    private static final String GET = "select " + KnowledgeQuery.COLUMNS + """
                 , (select count(*) from knowledge_results r where r.tenant_id = $1 and r.query_id = q.query_id) as results
              from knowledge_queries q
             where q.tenant_id = $1 and q.query_id = $2
            """;
    private static final String LIST = "select " + KnowledgeQuery.COLUMNS + """
              from knowledge_queries q
             where q.tenant_id = $1 and (q.created_at, q.query_id) < ($2, $3)
               and ($4::text is null or q.status = $4) and ($5::text is null or q.query_type = $5)
               and ($6::text is null or q.requester_id = $6) and ($7::text is null or $7 = any (q.tags))
             order by q.created_at desc, q.query_id desc
             limit $8
            """;
    private static final String CHANGE = """
            update knowledge_queries q
               set status = $3, error = case when $3 = 'processing' then null else coalesce($4, error) end,
                   retry_count = retry_count + case when status = 'failed' then 1 else 0 end,
                   started_at = case when $3 = 'processing' then now() else started_at end,
                   completed_at = case when $3 in ('completed', 'failed') then now() end,
                   updated_at = now()
             where tenant_id = $1 and query_id = $2 and status = any ($5)
            returning %s
            """.formatted(KnowledgeQuery.COLUMNS);
    /** Whoever adds a result waits for this, or is seen by the statements that follow. */
    private static final String LOCK =
            "select query_id from knowledge_queries where tenant_id = $1 and query_id = $2 for update";
    /** Before the query, with which they go. */
    private static final String NODES_OF_RESULTS = """
            select coalesce(array_agg(node_id), '{}') as nodes, coalesce(array_agg(distinct domain), '{}') as domains
              from knowledge_results where tenant_id = $1 and query_id = $2
            """;

    private static final String DELETE = """
            with gone as (
              delete from knowledge_queries where tenant_id = $1 and query_id = $2 returning node_id
            )
            select remove_nodes('knowledge', array_agg(node_id)) as removed from gone having count(*) > 0
            """;

    private final TenantTransactions transactions;

    QueryRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which queries are listed; null is any.
     *
     * @param tag one of theirs
     */
    record Filter(
            @Nullable String status,
            @Nullable String type,
            @Nullable String requesterId,
            @Nullable String tag) {}

    private record Below(List<String> nodes, List<String> domains) {

        private static Below of(Readable row) {
            return new Below(
                    List.of(Rows.required(row, "nodes", String[].class)),
                    List.of(Rows.required(row, "domains", String[].class)));
        }
    }

    /** Stores queries that are new; each is a node of the graph, and not of search, where it would be found before its results. */
    @Override
    public Mono<List<Result>> write(List<KnowledgeQueryInput> batch) {
        Query<WrittenOnce> query = Query.ofTenant(
                PUT,
                QueryRepository::written,
                Columns.texts(batch, KnowledgeQueryInput::id),
                Columns.texts(batch, KnowledgeQueryInput::name),
                Columns.texts(batch, KnowledgeQueryInput::query),
                Columns.texts(batch, KnowledgeQueryInput::type),
                Columns.texts(batch, asked -> String.join("\u0001", asked.preferredSources())),
                Columns.of(batch, KnowledgeQueryInput::maxResults, Integer[]::new),
                Columns.of(batch, KnowledgeQueryInput::relevanceThreshold, Float[]::new),
                Columns.of(batch, KnowledgeQueryInput::timeoutMs, Long[]::new),
                Columns.texts(batch, KnowledgeQueryInput::requesterId),
                Columns.of(batch, asked -> (short) asked.priority(), Short[]::new),
                Columns.texts(batch, asked -> String.join("\u0001", asked.tags())),
                Columns.texts(batch, KnowledgeQueryInput::context));
        return Mono.defer(() -> transactions.writing(connection -> write(connection, query)))
                .retryWhen(WrittenOnce.UNTIL_SEEN)
                .map(rows -> WrittenOnce.results(KnowledgeQueryInput.KIND, batch, rows));
    }

    private static Mono<List<WrittenOnce>> write(TenantConnection connection, Query<WrittenOnce> query) {
        return connection
                .list(query)
                .map(WrittenOnce::seen)
                .delayUntil(rows -> AuditLog.recordCreated(connection, KnowledgeQueryInput.KIND, rows));
    }

    private static WrittenOnce written(Readable row) {
        return new WrittenOnce(
                Rows.required(row, "id", String.class),
                Rows.required(row, "created", Boolean.class),
                Rows.required(row, "known", Boolean.class),
                Rows.required(row, "same", Boolean.class));
    }

    /** The query, or an error of {@link NotFound}. */
    Mono<KnowledgeQuery> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, KnowledgeQuery::counted, id))
                .next()
                .switchIfEmpty(missing(id));
    }

    /** Queries that match {@code filter}, newest first, behind {@code after}. */
    Flux<KnowledgeQuery> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                KnowledgeQuery::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.type(), String.class),
                Query.nullable(filter.requesterId(), String.class),
                Query.nullable(filter.tag(), String.class),
                limit));
    }

    /**
     * Takes a query a step further.
     *
     * @return the query as changed; an error of {@link NotFound}, or of {@link Conflict} where its status may not change so
     */
    Mono<KnowledgeQuery> change(String id, KnowledgeQuery.Change change) {
        Query<KnowledgeQuery> query = Query.ofTenant(
                CHANGE,
                KnowledgeQuery::of,
                id,
                change.status(),
                Query.nullable(change.error(), String.class),
                KnowledgeQuery.before(change.status()));
        String details = "{\"status\":\"" + change.status() + "\"}"; // one of the known words
        AuditLog.Change audited = new AuditLog.Change("updated", KnowledgeQueryInput.KIND, List.of(id), details);
        return transactions
                .writing(connection -> changed(connection, query, audited))
                .switchIfEmpty(Mono.defer(() -> get(id))
                        .flatMap(found -> Mono.error(
                                Conflict.ofStep(KnowledgeQueryInput.KIND, found.status(), change.status()))));
    }

    private static Mono<KnowledgeQuery> changed(
            TenantConnection connection, Query<KnowledgeQuery> query, AuditLog.Change audited) {
        return connection.rows(query).next().delayUntil(changed -> AuditLog.record(connection, audited));
    }

    /** Removes a query with its results and responses, and sources that nothing else is from; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(missing(id))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String id) {
        return connection
                .rows(Query.ofTenant(LOCK, row -> id, id))
                .next()
                .flatMap(locked -> connection
                        .rows(Query.ofTenant(NODES_OF_RESULTS, Below::of, id))
                        .single())
                .flatMap(below -> delete(connection, id, below))
                .delayUntil(removed -> AuditLog.record(connection, "deleted", KnowledgeQueryInput.KIND, id));
    }

    private static Mono<Long> delete(TenantConnection connection, String id, Below below) {
        Query<Long> delete = Query.ofTenant(DELETE, row -> Rows.required(row, "removed", Long.class), id);
        return connection
                .rows(delete)
                .next()
                .delayUntil(removed -> ChunkedTexts.remove(connection, ResultRepository.ORIGIN, below.nodes()))
                .delayUntil(removed -> ResultRepository.deleteOrphans(connection, below.domains()));
    }

    static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(KnowledgeQueryInput.KIND, id));
    }
}
