package dev.rhizome.rollup;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Anomalies of the current tenant. */
public final class AnomalyRepository {

    private static final String COLUMNS = """
            anomaly_id, type, severity, status, agent_id, task_id, method, description, evidence, impact,
            related_event_ids, detected_at, resolved_at, notes, updated_at
            """;
    private static final String ADD = """
            insert into performance_anomalies
                   (tenant_id, anomaly_id, type, severity, agent_id, task_id, method, description, evidence, impact,
                    related_event_ids, detected_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11, $12)
            """;
    private static final String GET =
            "select " + COLUMNS + " from performance_anomalies where tenant_id = $1 and anomaly_id = $2";
    private static final String LIST = "select " + COLUMNS + """
              from performance_anomalies
             where tenant_id = $1 and (detected_at, anomaly_id) < ($2, $3) and detected_at >= $4
               and ($5::text is null or agent_id = $5) and ($6::text is null or type = $6)
               and ($7::text is null or status = $7) and ($8::text is null or severity = $8)
             order by detected_at desc, anomaly_id desc
             limit $9
            """;
    private static final String CHANGE = """
            update performance_anomalies
               set status = coalesce($3, status), notes = coalesce($4, notes), updated_at = now(),
                   resolved_at = case when $3 in ('resolved', 'false_positive') then now() else resolved_at end
             where tenant_id = $1 and anomaly_id = $2 and ($3::text is null or status = any ($5))
            returning %s
            """.formatted(COLUMNS);

    private final TenantTransactions transactions;

    AnomalyRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which anomalies to list; null is any.
     *
     * @param since inclusive, when the anomaly was found
     * @param until exclusive
     */
    record Filter(
            @Nullable String agentId,
            @Nullable String type,
            @Nullable String status,
            @Nullable String severity,
            Instant since,
            Instant until) {}

    /** Adds {@code anomaly}; an error of {@code Conflict} where its id is taken. */
    Mono<Void> add(Anomaly anomaly) {
        return transactions
                .writing(connection -> connection
                        .changed(added(anomaly))
                        .then(AuditLog.record(connection, "created", "anomaly", anomaly.id()))
                        .thenReturn(true))
                .then();
    }

    private static Query<Void> added(Anomaly anomaly) {
        return Query.changeOfTenant(
                ADD,
                anomaly.id(),
                anomaly.type(),
                anomaly.severity(),
                Query.nullable(anomaly.agentId(), String.class),
                Query.nullable(anomaly.taskId(), String.class),
                anomaly.method(),
                anomaly.description(),
                anomaly.evidence(),
                anomaly.impact(),
                anomaly.relatedEventIds().toArray(String[]::new),
                anomaly.detectedAt());
    }

    /** The anomaly, or an error of {@link NotFound}. */
    Mono<Anomaly> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Anomaly::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("anomaly", id)));
    }

    /** Anomalies that match {@code filter}, the newest first, behind {@code after}. */
    Flux<Anomaly> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Anomaly::of,
                Cursor.timeOf(after, filter.until()),
                Cursor.idOf(after),
                filter.since(),
                Query.nullable(filter.agentId(), String.class),
                Query.nullable(filter.type(), String.class),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.severity(), String.class),
                limit));
    }

    /**
     * Changes an anomaly.
     *
     * @return the anomaly as changed; an error of {@link NotFound}; of {@link Conflict} where its status may not change so
     */
    Mono<Anomaly> change(String id, Anomaly.Change change) {
        String status = change.status();
        Query<Anomaly> query = Query.ofTenant(
                CHANGE,
                Anomaly::of,
                id,
                Query.nullable(status, String.class),
                Query.nullable(change.notes(), String.class),
                Anomaly.before(status));
        String details = status == null ? "{}" : "{\"status\":\"" + status + "\"}"; // one of the known words
        AuditLog.Change audited = new AuditLog.Change("updated", "anomaly", List.of(id), details);
        return transactions
                .writing(connection -> changed(connection, query, audited))
                .switchIfEmpty(Mono.defer(() -> get(id)).map(found -> refused(found, status)));
    }

    private static Mono<Anomaly> changed(TenantConnection connection, Query<Anomaly> query, AuditLog.Change audited) {
        return connection.rows(query).next().delayUntil(changed -> AuditLog.record(connection, audited));
    }

    private static Anomaly refused(Anomaly found, @Nullable String status) {
        throw Conflict.ofStep("anomaly", found.status(), String.valueOf(status));
    }
}
