package dev.rhizome.event;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
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
                   (anomaly_id, type, severity, agent_id, task_id, method, description, evidence, impact,
                    related_event_ids, detected_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11)
            """;
    private static final String GET = "select " + COLUMNS + " from performance_anomalies where anomaly_id = $1";
    private static final String LIST = "select " + COLUMNS + """
              from performance_anomalies
             where (detected_at, anomaly_id) < ($1, $2) and detected_at >= $3
               and ($4::text is null or agent_id = $4) and ($5::text is null or type = $5)
               and ($6::text is null or status = $6) and ($7::text is null or severity = $7)
             order by detected_at desc, anomaly_id desc
             limit $8
            """;
    private static final String CHANGE = """
            update performance_anomalies
               set status = coalesce($2, status), notes = coalesce($3, notes), updated_at = now(),
                   resolved_at = case when $2 in ('resolved', 'false_positive') then now() else resolved_at end
             where anomaly_id = $1 and ($2 is null or status = any ($4))
            returning %s
            """.formatted(COLUMNS);

    private final TenantTransactions transactions;

    AnomalyRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which anomalies are wanted; null is any.
     *
     * @param among agent, type and times
     */
    record Filter(
            EventRepository.Filter among,
            @Nullable String status,
            @Nullable String severity) {}

    /** Adds {@code anomaly}, or an error of {@code Conflict} where there is one with its id. */
    Mono<Void> add(Anomaly anomaly) {
        return transactions
                .writing(connection -> connection
                        .changed(
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
                                anomaly.detectedAt())
                        .then(AuditLog.record(connection, "created", "anomaly", anomaly.id()))
                        .thenReturn(true))
                .then();
    }

    /** The anomaly, or an error of {@link NotFound}. */
    Mono<Anomaly> get(String id) {
        return transactions
                .read(Query.of(GET, Anomaly::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("anomaly", id)));
    }

    /** Anomalies that {@code filter} lets through, those found last first, those behind {@code after}. */
    Flux<Anomaly> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.read(Query.of(
                LIST,
                Anomaly::of,
                after == null
                        ? filter.among().until()
                        : Instant.parse(after.key().getFirst()),
                after == null ? "" : after.key().getLast(),
                filter.among().since(),
                Query.nullable(filter.among().agentId(), String.class),
                Query.nullable(filter.among().type(), String.class),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.severity(), String.class),
                limit));
    }

    /**
     * The anomaly as changed.
     *
     * @return the anomaly; an error of {@link NotFound}; of {@code Conflict} where its status cannot follow the one it has
     */
    Mono<Anomaly> change(String id, Anomaly.Change change) {
        String status = change.status();
        Query<Anomaly> query = Query.of(
                CHANGE,
                Anomaly::of,
                id,
                Query.nullable(status, String.class),
                Query.nullable(change.notes(), String.class),
                status == null ? new String[0] : Anomaly.TRANSITIONS.into(status));
        String details = status == null ? "{}" : "{\"status\":\"" + status + "\"}"; // one of the known words
        return transactions
                .writing(connection -> connection
                        .rows(query)
                        .next()
                        .flatMap(changed -> AuditLog.record(
                                        connection, new AuditLog.Change("updated", "anomaly", List.of(id), details))
                                .thenReturn(changed)))
                .switchIfEmpty(get(id).flatMap(found -> Mono.error(Transitions.refused("anomaly", found.status()))));
    }
}
