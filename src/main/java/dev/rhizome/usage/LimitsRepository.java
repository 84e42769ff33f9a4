package dev.rhizome.usage;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** The limits that the operator set for tenants. The operator acts as the tenant in question. */
final class LimitsRepository {

    private static final String COLUMNS = """
            weight, requests_per_second, concurrent_requests, entities, relationships, events, provenance_entries, storage_bytes
            """;
    private static final String FIND = "select " + COLUMNS + " from tenant_limits where tenant_id = $1";
    private static final String PUT = """
            insert into tenant_limits
              (tenant_id, weight, requests_per_second, concurrent_requests, entities, relationships, events,
               provenance_entries, storage_bytes)
            select t.tenant_id, $2, $3, $4, $5, $6, $7, $8, $9
              from tenants t
             where t.tenant_id = $1 and t.status <> 'closing'
                on conflict on constraint tenant_limits_pkey do update
               set weight = excluded.weight, requests_per_second = excluded.requests_per_second,
                   concurrent_requests = excluded.concurrent_requests, entities = excluded.entities,
                   relationships = excluded.relationships, events = excluded.events,
                   provenance_entries = excluded.provenance_entries, storage_bytes = excluded.storage_bytes,
                   updated_at = now()
            """;
    private static final String REMOVE = "delete from tenant_limits where tenant_id = $1";

    private final TenantTransactions transactions;

    LimitsRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Those of {@code tenant}; none where none were set, whether or not the tenant exists. */
    Mono<TenantLimits> find(TenantId tenant) {
        return transactions
                .read(Query.ofTenant(FIND, LimitsRepository::limits))
                .next()
                .defaultIfEmpty(TenantLimits.NONE)
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }

    /** Sets all limits of {@code tenant}; an error of {@link NotFound} where there is no such tenant. */
    Mono<Void> put(TenantId tenant, TenantLimits limits) {
        Query<Void> put = Query.changeOfTenant(
                PUT,
                Query.nullable(limits.weight(), Integer.class),
                Query.nullable(limits.requestsPerSecond(), Integer.class),
                Query.nullable(limits.concurrentRequests(), Integer.class),
                Query.nullable(limits.entities(), Long.class),
                Query.nullable(limits.relationships(), Long.class),
                Query.nullable(limits.events(), Long.class),
                Query.nullable(limits.provenanceEntries(), Long.class),
                Query.nullable(limits.storageBytes(), Long.class));
        return transactions
                .maintaining(connection -> recorded(connection, put, tenant, "updated"))
                .filter(rows -> rows > 0)
                .switchIfEmpty(Mono.error(() -> new NotFound("tenant", tenant.toString())))
                .then()
                .contextWrite(TenantContext.of(tenant));
    }

    /** Lets {@code tenant} have what all have. */
    Mono<Void> remove(TenantId tenant) {
        return transactions
                .maintaining(connection -> recorded(connection, Query.changeOfTenant(REMOVE), tenant, "deleted"))
                .then()
                .contextWrite(TenantContext.of(tenant));
    }

    private static Mono<Long> recorded(
            TenantConnection connection, Query<Void> change, TenantId tenant, String action) {
        return connection
                .changed(change)
                .delayUntil(rows -> rows == 0
                        ? Mono.empty()
                        : AuditLog.record(connection, action, "tenant-limits", tenant.toString()));
    }

    private static TenantLimits limits(Readable row) {
        return new TenantLimits(
                row.get("weight", Integer.class),
                row.get("requests_per_second", Integer.class),
                row.get("concurrent_requests", Integer.class),
                row.get("entities", Long.class),
                row.get("relationships", Long.class),
                row.get("events", Long.class),
                row.get("provenance_entries", Long.class),
                row.get("storage_bytes", Long.class));
    }
}
