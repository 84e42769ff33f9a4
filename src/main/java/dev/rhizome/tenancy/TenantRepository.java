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
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tenants. The operator acts as the tenant in question, so that row-level security holds for its work too. */
public final class TenantRepository {

    private static final String MODEL =
            "(select s.model from rhizome.vector_spaces s where s.space = t.vector_space) as embedding_model";
    private static final String CREATE = """
            insert into tenants as t
                   (tenant_id, slug, name, isolation, privacy, retention, language, chain_origin, vector_space)
            select $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, space from vector_spaces where model = $9
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
        Query<Tenant> query = creation(input, Query.nullable(null, UUID.class), modelOfNewTenants.id());
        return transactions
                .maintaining(connection -> recorded(connection, connection.rows(query), "created"))
                .contextWrite(TenantContext.of(id));
    }

    /**
     * A new tenant that rows of another one come to. It is suspended until {@link #change} says otherwise.
     *
     * @param model whose vectors it is searched by
     * @param chains under whose id its chains are sealed
     * @return the tenant; an error of {@code Conflict} where the slug is taken, or where this installation does not have the model
     */
    public Mono<Tenant> createForRows(TenantId id, TenantInput input, String model, TenantId chains) {
        Query<Tenant> query = creation(input, chains.value(), model);
        return transactions
                .maintaining(connection -> recorded(connection, connection.rows(query), "imported")
                        .flatMap(tenant -> inState(connection, tenant, "suspended")))
                .switchIfEmpty(Mono.error(() -> new Conflict("embeddingModel: " + model
                        + " (expected: a model of this installation, see rhizome.embedding)")))
                .contextWrite(TenantContext.of(id));
    }

    private static Query<Tenant> creation(TenantInput input, Object chainOrigin, String model) {
        String slug = String.valueOf(input.slug());
        return Query.ofTenant(
                CREATE,
                Tenant::of,
                slug,
                input.name() == null ? slug : input.name(),
                input.isolation() == null ? "strict" : input.isolation(),
                input.privacy() == null ? "{}" : input.privacy().text(),
                input.retention() == null ? "{}" : input.retention().text(),
                input.language() == null ? "english" : input.language(),
                chainOrigin,
                model);
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
                Query.nullable(input.privacyText(), String.class),
                Query.nullable(input.retentionText(), String.class),
                Query.nullable(input.language(), String.class));
        return transactions
                .maintaining(connection -> recorded(connection, connection.rows(query), "updated")
                        .flatMap(tenant -> inState(connection, tenant, input.status())))
                .contextWrite(TenantContext.of(id))
                .switchIfEmpty(get(id).flatMap(tenant -> languageConflict(tenant, input)));
    }

    private static Boolean isDone(Readable row) {
        return Rows.required(row, "done", Boolean.class);
    }

    private static Mono<Tenant> inState(TenantConnection connection, Tenant tenant, @Nullable String status) {
        if (status == null || status.equals(tenant.status())) {
            return Mono.just(tenant);
        }
        boolean suspends = status.equals("suspended");
        return connection
                .rows(Query.ofTenant(SUSPEND, TenantRepository::isDone, suspends))
                .single()
                .filter(changed -> changed)
                .switchIfEmpty(Mono.error(() -> new Conflict("the tenant is being removed")))
                .thenMany(connection.rows(Query.ofTenant(FIND, Tenant::of)))
                .as(now -> recorded(connection, now, suspends ? "suspended" : "resumed"));
    }

    private static Mono<Tenant> languageConflict(Tenant tenant, TenantInput input) {
        return Mono.error(() -> new Conflict("language: " + input.language() + " (expected: " + tenant.language()
                + ", since texts are indexed in it already)"));
    }

    /** The one tenant that was written, once what was done to it is in the audit log; empty where there is none. */
    private static Mono<Tenant> recorded(TenantConnection connection, Flux<Tenant> written, String action) {
        return written.next()
                .delayUntil(tenant -> AuditLog.record(
                        connection, action, "tenant", tenant.id().toString()));
    }

    private static <T> Mono<T> notFound(TenantId id) {
        return Mono.error(() -> new NotFound("tenant", id.toString()));
    }

    /** An id for a new tenant, ordered by time so that keys stay local in their indexes. */
    public static TenantId newId() {
        long millis = System.currentTimeMillis();
        UUID random = UUID.randomUUID();
        long high = (millis << 16) | 0x7000L | (random.getMostSignificantBits() & 0x0fffL);
        return new TenantId(new UUID(high, random.getLeastSignificantBits()));
    }
}
