package dev.rhizome.event;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
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
            insert into benchmark_evaluations (evaluation_id, dataset_id, agent_id)
            select $1, d.dataset_id, $3 from benchmark_datasets d where d.dataset_id = $2 for key share
            """;
    private static final String GET = "select " + COLUMNS + " from benchmark_evaluations where evaluation_id = $1";
    private static final String LIST = "select " + COLUMNS + """
              from benchmark_evaluations
             where (created_at, evaluation_id) < ($1, $2)
               and ($3::text is null or dataset_id = $3) and ($4::text is null or agent_id = $4)
               and ($5::text is null or status = $5)
             order by created_at desc, evaluation_id desc
             limit $6
            """;
    private static final String CHANGE = """
            update benchmark_evaluations
               set status = coalesce($2, status), score = coalesce($4, score), metrics = coalesce($5::jsonb, metrics),
                   progress = coalesce($3, case when $2 = 'completed' then 1 end, progress), error = coalesce($6, error),
                   started_at = case when $2 = 'running' then now() else started_at end,
                   completed_at = case when $2 in ('completed', 'failed', 'cancelled') then now() end,
                   updated_at = now()
             where evaluation_id = $1 and status = any ($7)
            returning %s
            """.formatted(COLUMNS);

    private static final String[] OPEN = {"queued", "running"};
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final TenantTransactions transactions;

    EvaluationRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Which evaluations are wanted; null is any. */
    record Filter(
            @Nullable String datasetId,
            @Nullable String agentId,
            @Nullable String status) {}

    /**
     * Queues an evaluation.
     *
     * @return an error of {@link InvalidRequest} where there is no such data set, of {@code Conflict} where there is an
     *     evaluation with its id
     */
    Mono<Void> queue(Evaluation.Queued queued) {
        return transactions
                .writing(connection -> connection
                        .changed(QUEUE, queued.id(), queued.datasetId(), queued.agentId())
                        .filter(added -> added > 0)
                        .flatMap(added -> AuditLog.record(connection, "created", "evaluation", queued.id())
                                .thenReturn(added)))
                .switchIfEmpty(Mono.error(
                        () -> InvalidRequest.of("datasetId", queued.datasetId(), "the id of an existing dataset")))
                .then();
    }

    /** The evaluation, or an error of {@link NotFound}. */
    Mono<Evaluation> get(String id) {
        return transactions
                .read(Query.of(GET, Evaluation::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("evaluation", id)));
    }

    /** Evaluations that {@code filter} lets through, newest first, those behind {@code after}. */
    Flux<Evaluation> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.read(Query.of(
                LIST,
                Evaluation::of,
                after == null ? LATEST : Instant.parse(after.key().getFirst()),
                after == null ? "" : after.key().getLast(),
                Query.nullable(filter.datasetId(), String.class),
                Query.nullable(filter.agentId(), String.class),
                Query.nullable(filter.status(), String.class),
                limit));
    }

    /**
     * The evaluation as changed.
     *
     * @return the evaluation; an error of {@link NotFound}; of {@code Conflict} where it has ended, or its status cannot
     *     follow the one it has
     */
    Mono<Evaluation> change(String id, Evaluation.Change change) {
        String status = change.status();
        Query<Evaluation> query = Query.of(
                CHANGE,
                Evaluation::of,
                id,
                Query.nullable(status, String.class),
                Query.nullable(change.progress(), Double.class),
                Query.nullable(change.score(), Double.class),
                Query.nullable(change.metrics(), String.class),
                Query.nullable(change.error(), String.class),
                status == null ? OPEN : Evaluation.TRANSITIONS.into(status));
        String details = status == null ? "{}" : "{\"status\":\"" + status + "\"}"; // one of the known words
        return transactions
                .writing(connection -> connection
                        .rows(query)
                        .next()
                        .flatMap(changed -> AuditLog.record(
                                        connection, new AuditLog.Change("updated", "evaluation", List.of(id), details))
                                .thenReturn(changed)))
                .switchIfEmpty(get(id).flatMap(found -> Mono.error(Transitions.refused("evaluation", found.status()))));
    }
}
