package dev.rhizome.tenancy;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tenants. The operator acts as the tenant in question, so that row-level security holds for its work too. */
public final class TenantRepository {

    private static final String MODEL =
            "(select s.model from rhizome.vector_spaces s where s.space = t.vector_space) as embedding_model";
    private static final String CREATE = """
            insert into tenants as t (tenant_id, slug, name, isolation, privacy, retention, language, vector_space)
            select $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, space from vector_spaces where model = $8
            returning *, %s
            """.formatted(MODEL);
    private static final String FIND = "select *, " + MODEL + " from tenants t where tenant_id = $1";
    private static final String CHANGE = """
            update tenants as t
               set name = coalesce($2, name), isolation = coalesce($3, isolation),
                   privacy = coalesce($4::jsonb, privacy), retention = coalesce($5::jsonb, retention),
                   language = coalesce($6, language), updated_at = now()
             where tenant_id = $1
               and (coalesce($6, language) = language or not exists (select from hybrid_search_index where tenant_id = $1))
            returning *, %s
            """.formatted(MODEL);
    private static final String LIST = "select *, " + MODEL + " from rhizome.list_tenants($1, $2) as t";
    private static final String SUSPEND = "select suspend_tenant($2) as done where $1 = current_tenant()";
    private static final String CLOSE = "select close_tenant($2, $3, $4) as done where $1 = current_tenant()";
    private static final String AWAIT_WRITERS = "select await_writers() is null as done where $1 = current_tenant()";
    private static final String END = "select is_left from end_tenant() as is_left where $1 = current_tenant()";

    private static final String PURGE_APPEND_ONLY = "select purge_append_only(5000) as removed";
    private static final String DROP_VECTOR_TABLES = "select drop_vector_tables() as removed";

    /** Children before parents, a move to another model before what it would fill; each removes one bounded batch. */
    private static final List<Query<Void>> PURGES = List.of(
            purge("event_progress"),
            purge("performance_rollups"),
            purge("performance_anomalies"),
            purge("benchmark_evaluations"),
            purge("benchmark_datasets"),
            purge("agent_performance_profiles"),
            purge("verification_evidence"),
            purge("verification_results"),
            purge("verification_requests"),
            purge("verification_methods"),
            purge("knowledge_responses"),
            purge("knowledge_results"),
            purge("knowledge_queries"),
            purge("knowledge_providers"),
            purge("knowledge_cache"),
            purge("knowledge_cache_lookups"),
            purge("graph_search_sessions"),
            purge("documents"),
            purge("chunks"),
            purge("reembedding_jobs"),
            purge("entity_chunk_mappings"),
            purge("agent_relationships"),
            purge("agent_centrality"),
            purge("agent_capabilities_graph"),
            purge("agent_performance_events"),
            purge("agent_performance_history"),
            purge("current_load"),
            purge("agent_capabilities"),
            purge("agent_profiles"),
            purge("provenance_payloads"),
            purge("search_terms"),
            purge("search_vocabulary"),
            purge("vectors"),
            purge("late_vectors"),
            purge("vector_changes"),
            purge("vector_homes"),
            purge("hybrid_search_index"),
            purge("relationships"),
            purge("entities"),
            purge("job_leases"),
            purge("api_keys"),
            purge("tenant_limits"),
            purge("tenant_usage"));

    private static final int PURGES_IN_A_ROW = 3;

    private final TenantTransactions transactions;
    private final UntenantedQueries untenanted;
    private final ModelName modelOfNewTenants;

    /** Works through the one door, and lists through the operator's function. */
    public TenantRepository(
            TenantTransactions transactions, UntenantedQueries untenanted, ModelName modelOfNewTenants) {
        this.transactions = transactions;
        this.untenanted = untenanted;
        this.modelOfNewTenants = modelOfNewTenants;
    }

    /**
     * A new tenant.
     *
     * @return the tenant, or an error of {@code Conflict} where the slug is taken
     */
    public Mono<Tenant> create(TenantId id, TenantInput input) {
        String slug = String.valueOf(input.slug());
        String name = input.name() == null ? slug : input.name();
        Query<Tenant> query = Query.ofTenant(
                CREATE,
                Tenant::of,
                slug,
                name,
                input.isolation() == null ? "strict" : input.isolation(),
                input.privacy() == null ? "{}" : input.privacy(),
                input.retention() == null ? "{}" : input.retention().text(),
                input.language() == null ? "english" : input.language(),
                modelOfNewTenants.id());
        return transactions
                .maintaining(connection -> recorded(connection, connection.rows(query), "created"))
                .contextWrite(TenantContext.of(id));
    }

    /** The tenant, or an error of {@link NotFound}. */
    public Mono<Tenant> get(TenantId id) {
        return transactions
                .read(Query.ofTenant(FIND, Tenant::of))
                .next()
                .switchIfEmpty(notFound(id))
                .contextWrite(TenantContext.of(id));
    }

    /** Tenants by slug, those behind {@code afterSlug}. */
    public Flux<Tenant> list(String afterSlug, int limit) {
        return untenanted.rows(Query.of(LIST, Tenant::of, afterSlug, limit));
    }

    /**
     * The tenant as changed.
     *
     * @return the tenant; an error of {@link NotFound}; of {@link Conflict} where its language would change under its texts
     */
    public Mono<Tenant> change(TenantId id, TenantInput input) {
        Query<Tenant> query = Query.ofTenant(
                CHANGE,
                Tenant::of,
                Query.nullable(input.name(), String.class),
                Query.nullable(input.isolation(), String.class),
                Query.nullable(input.privacy(), String.class),
                Query.nullable(input.retentionText(), String.class),
                Query.nullable(input.language(), String.class));
        return transactions
                .maintaining(connection -> recorded(connection, connection.rows(query), "updated")
                        .flatMap(tenant -> inState(connection, tenant, input.status())))
                .contextWrite(TenantContext.of(id))
                .switchIfEmpty(get(id).flatMap(tenant -> languageConflict(tenant, input)));
    }

    private static Mono<Tenant> inState(TenantConnection connection, Tenant tenant, @Nullable String status) {
        if (status == null || status.equals(tenant.status())) {
            return Mono.just(tenant);
        }
        boolean suspends = status.equals("suspended");
        return isTrue(connection, Query.ofTenant(SUSPEND, TenantRepository::isDone, suspends))
                .filter(changed -> changed)
                .switchIfEmpty(Mono.error(() -> new Conflict("the tenant is being removed")))
                .thenMany(connection.rows(Query.ofTenant(FIND, Tenant::of)))
                .as(now -> recorded(connection, now, suspends ? "suspended" : "resumed"));
    }

    private static Mono<Tenant> languageConflict(Tenant tenant, TenantInput input) {
        return Mono.error(() -> new Conflict("language: " + input.language() + " (expected: " + tenant.language()
                + ", since texts are indexed in it already)"));
    }

    /** Closes the tenant, for good. Its keys are refused from then on. Closing it again changes nothing. */
    public Mono<Void> close(TenantId id) {
        return Actor.current()
                .flatMap(actor -> transactions.maintaining(connection -> isTrue(connection, closeBy(actor))))
                .filter(closed -> closed)
                .switchIfEmpty(notFound(id))
                .then()
                .contextWrite(TenantContext.of(id));
    }

    /**
     * Removes the rows of a tenant that is closed, in batches, and the tenant. What still writes for it is waited for. Cancelled
     * or failed half-way it stays closing, and doing it again goes on. An error of {@code Conflict} where rows are left.
     */
    public Mono<Void> purge(TenantId id) {
        Query<Boolean> await = Query.ofTenant(AWAIT_WRITERS, TenantRepository::isDone);
        return transactions
                .maintaining(connection -> isTrue(connection, await))
                .then(Mono.defer(() -> purged(PURGES_IN_A_ROW)))
                .contextWrite(TenantContext.of(id));
    }

    private static Query<Boolean> closeBy(Actor actor) {
        return Query.ofTenant(
                CLOSE,
                TenantRepository::isDone,
                actor.name(),
                actor.role(),
                Query.nullable(actor.requestId(), String.class));
    }

    /** Long work that had begun before may have left something behind the first purge. */
    private Mono<Void> purged(int attempts) {
        return purgeAll(connection -> removed(connection, PURGE_APPEND_ONLY))
                .then(purgeAll(connection -> removed(connection, DROP_VECTOR_TABLES)))
                .thenMany(Flux.fromIterable(PURGES).concatMap(this::purgeAll))
                .then(ended())
                .flatMap(left -> left.isEmpty()
                        ? Mono.empty()
                        : attempts > 1 ? purged(attempts - 1) : Mono.error(stillThere(left)));
    }

    private Mono<List<String>> ended() {
        Query<String> end = Query.ofTenant(END, row -> Rows.required(row, "is_left", String.class));
        return transactions.maintaining(connection -> connection.rows(end).collectList());
    }

    private static Conflict stillThere(List<String> tables) {
        return new Conflict("rows of the tenant are still in " + String.join(", ", tables) + "; delete it again");
    }

    private static Boolean isDone(Readable row) {
        return Rows.required(row, "done", Boolean.class);
    }

    private static Mono<Boolean> isTrue(TenantConnection connection, Query<Boolean> query) {
        return connection.rows(query).single();
    }

    private static Mono<Long> removed(TenantConnection connection, String sql) {
        return connection
                .rows(Query.of(sql, row -> Rows.required(row, "removed", Long.class)))
                .single();
    }

    private Mono<Long> purgeAll(Query<Void> purge) {
        return purgeAll(connection -> connection.changed(purge));
    }

    private Mono<Long> purgeAll(Function<TenantConnection, Mono<Long>> batch) {
        return transactions
                .maintaining(batch)
                .repeat()
                .takeUntil(removed -> removed == 0)
                .reduce(0L, Long::sum);
    }

    /** The one tenant that was written, once what was done to it is in the audit log; empty where there is none. */
    private static Mono<Tenant> recorded(TenantConnection connection, Flux<Tenant> written, String action) {
        return written.next()
                .delayUntil(tenant -> AuditLog.record(
                        connection, action, "tenant", tenant.id().toString()));
    }

    private static Query<Void> purge(String table) {
        return Query.changeOfTenant("""
                delete from TABLE
                 where tenant_id = $1 and ctid = any (array(select ctid from TABLE where tenant_id = $1 limit 5000))
                """.replace("TABLE", table));
    }

    private static <T> Mono<T> notFound(TenantId id) {
        return Mono.error(() -> new NotFound("tenant", id.toString()));
    }

    /** An id for a new tenant, ordered by time so that keys stay local in their indexes. */
    static TenantId newId() {
        long millis = System.currentTimeMillis();
        UUID random = UUID.randomUUID();
        long high = (millis << 16) | 0x7000L | (random.getMostSignificantBits() & 0x0fffL);
        return new TenantId(new UUID(high, random.getLeastSignificantBits()));
    }
}
