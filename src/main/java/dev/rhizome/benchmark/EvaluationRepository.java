package dev.rhizome.benchmark;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Evaluations of the current tenant's agents. */
public final class EvaluationRepository {

    private static final String COLUMNS = """
            evaluation_id, dataset_id, agent_id, status, progress, score, metrics, error, created_at, started_at,
            completed_at, updated_at
            """;
    private static final String QUEUE = """
            insert into benchmark_evaluations (tenant_id, evaluation_id, dataset_id, agent_id)
            select d.tenant_id, $2, d.dataset_id, $4
              from benchmark_datasets d
             where d.tenant_id = $1 and d.dataset_id = $3
               for key share
            """;
    private static final String GET =
            "select " + COLUMNS + " from benchmark_evaluations where tenant_id = $1 and evaluation_id = $2";
    private static final String LIST = "select " + COLUMNS + """
              from benchmark_evaluations
             where tenant_id = $1 and (created_at, evaluation_id) < ($2, $3)
               and ($4::text is null or dataset_id = $4) and ($5::text is null or agent_id = $5)
               and ($6::text is null or status = $6)
             order by created_at desc, evaluation_id desc
             limit $7
            """;
    private static final String CHANGE = """
            update benchmark_evaluations
               set status = coalesce($3, status), score = coalesce($5, score), metrics = coalesce($6::jsonb, metrics),
                   progress = coalesce($4, case when $3 = 'completed' then 1 end, progress), error = coalesce($7, error),
                   started_at = case when $3 = 'running' then now() else started_at end,
                   completed_at = case when $3 in ('completed', 'failed', 'cancelled') then now() end,
                   updated_at = now()
             where tenant_id = $1 and evaluation_id = $2 and status = any ($8)
            returning %s
            """.formatted(COLUMNS);

    private final TenantTransactions transactions;

    EvaluationRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Which evaluations to list; null is any. */
    record Filter(
            @Nullable String datasetId,
            @Nullable String agentId,
            @Nullable String status) {}

    /**
     * Queues an evaluation.
     *
     * @return an error of {@link InvalidRequest} where there is no such dataset, of {@link Conflict} where its id
     *     is taken
     */
    Mono<Void> queue(Evaluation.Queued queued) {
        return transactions
                .writing(connection -> queue(connection, queued))
                .switchIfEmpty(Mono.error(
                        () -> InvalidRequest.of("datasetId", queued.datasetId(), "the id of an existing dataset")))
                .then();
    }

    private static Mono<Long> queue(TenantConnection connection, Evaluation.Queued queued) {
        return connection
                .changed(Query.changeOfTenant(QUEUE, queued.id(), queued.datasetId(), queued.agentId()))
                .filter(added -> added > 0)
                .delayUntil(added -> AuditLog.record(connection, "created", "evaluation", queued.id()));
    }

    /** The evaluation, or an error of {@link NotFound}. */
    Mono<Evaluation> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Evaluation::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("evaluation", id)));
    }

    /** Evaluations that match {@code filter}, newest first, behind {@code after}. */
    Flux<Evaluation> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Evaluation::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(filter.datasetId(), String.class),
                Query.nullable(filter.agentId(), String.class),
                Query.nullable(filter.status(), String.class),
                limit));
    }

    /**
     * Changes an evaluation.
     *
     * @return the evaluation as changed; an error of {@link NotFound}; of {@link Conflict} where it has ended, or where its
     *     status may not change so
     */
    Mono<Evaluation> change(String id, Evaluation.Change change) {
        String status = change.status();
        Query<Evaluation> query = Query.ofTenant(
                CHANGE,
                Evaluation::of,
                id,
                Query.nullable(status, String.class),
                Query.nullable(change.progress(), Double.class),
                Query.nullable(change.score(), Double.class),
                Query.nullable(change.metrics(), String.class),
                Query.nullable(change.error(), String.class),
                Evaluation.before(status));
        String details = status == null ? "{}" : "{\"status\":\"" + status + "\"}"; // one of the known words
        AuditLog.Change audited = new AuditLog.Change("updated", "evaluation", List.of(id), details);
        return transactions
                .writing(connection -> changed(connection, query, audited))
                .switchIfEmpty(Mono.defer(() -> get(id)).map(found -> refused(found, status)));
    }

    private static Mono<Evaluation> changed(
            TenantConnection connection, Query<Evaluation> query, AuditLog.Change audited) {
        return connection.rows(query).next().delayUntil(changed -> AuditLog.record(connection, audited));
    }

    private static Evaluation refused(Evaluation found, @Nullable String status) {
        throw status == null
                ? new Conflict("evaluation: it has ended as " + found.status() + " and cannot be changed")
                : Conflict.ofStep("evaluation", found.status(), status);
    }
}
