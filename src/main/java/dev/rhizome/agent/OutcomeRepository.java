package dev.rhizome.agent;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Times;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Outcomes of agents' tasks, and the sums that they add up to. */
final class OutcomeRepository {

    /**
     * Sums are added to, never read and written back, so that no outcome is lost however many come at once. The rows of one
     * agent are locked in the order of their task types.
     */
    private static final String RECORD = """
            with agent as materialized (
              select agent_id
                from agent_profiles
               where tenant_id = $1 and agent_id = $2 and deleted_at is null
                 for key share
            ), incoming as (
              select * from unnest($3::text[], $4::boolean[], $5::numeric[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])
                         as t (id, success, quality, latency, tokens, task_type, task_id)
            ), recorded as (
              insert into agent_performance_events
                (tenant_id, agent_id, event_id, success, quality, latency_ms, tokens, task_type, task_id)
              select $1, agent_id, id, success, quality, latency, tokens, task_type, task_id from incoming, agent
                  on conflict on constraint agent_performance_events_pkey do nothing
              returning event_id, success, quality, latency_ms, tokens, task_type
            ), added as (
              insert into agent_performance_history as h
                (tenant_id, agent_id, task_type, task_count, success_count, quality_total, latency_total, tokens_total, last_at)
              select $1, $2, task_type, count(*), count(*) filter (where success), sum(quality), sum(latency_ms),
                     coalesce(sum(tokens), 0), now()
                from recorded group by task_type order by task_type
                  on conflict on constraint agent_performance_history_pkey do update
                 set task_count = h.task_count + excluded.task_count,
                     success_count = h.success_count + excluded.success_count,
                     quality_total = h.quality_total + excluded.quality_total,
                     latency_total = h.latency_total + excluded.latency_total,
                     tokens_total = h.tokens_total + excluded.tokens_total,
                     last_at = greatest(h.last_at, excluded.last_at)
              returning 1
            ), heard as (
              update current_load set last_active_at = greatest(last_active_at, now())
               where tenant_id = $1 and agent_id = $2 and exists (select from recorded) and (select count(*) from added) > 0
            )
            select a.agent_id, r.event_id from agent a left join recorded r on true
            """;

    private static final String LIST = """
            select event_id, success, quality, latency_ms, tokens, task_type, task_id, recorded_at
              from agent_performance_events
             where tenant_id = $1 and agent_id = $2 and (recorded_at, event_id) < ($3, $4)
             order by recorded_at desc, event_id desc
             limit $5
            """;

    private final TenantTransactions transactions;

    OutcomeRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    private record Recorded(@Nullable String id) {}

    /** An outcome as it is stored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stored(
            String id,
            boolean success,
            double quality,
            long latencyMs,
            @Nullable Long tokens,
            @Nullable String taskType,
            @Nullable String taskId,
            Instant recordedAt) {

        private static Stored of(Readable row) {
            String taskType = Rows.required(row, "task_type", String.class);
            return new Stored(
                    Rows.required(row, "event_id", String.class),
                    Rows.required(row, "success", Boolean.class),
                    Rows.required(row, "quality", BigDecimal.class).doubleValue(),
                    Rows.required(row, "latency_ms", Long.class),
                    row.get("tokens", Long.class),
                    taskType.isEmpty() ? null : taskType,
                    row.get("task_id", String.class),
                    Rows.required(row, "recorded_at", Instant.class));
        }

        Cursor cursor() {
            return Cursor.of(recordedAt.toString(), id);
        }
    }

    /** A writer of outcomes of {@code agent}; an error of {@code NotFound} where there is no such agent. */
    BatchWriter<OutcomeInput> of(String agent) {
        return batch -> record(agent, batch).map(recorded -> results(batch, recorded));
    }

    private static List<BatchWriter.Result> results(List<OutcomeInput> batch, Set<String> recorded) {
        return batch.stream()
                .map(outcome -> recorded.contains(outcome.id()) ? Outcome.CREATED : Outcome.UNCHANGED)
                .map(BatchWriter.Result::of)
                .toList();
    }

    private Mono<Set<String>> record(String agent, List<OutcomeInput> batch) {
        Query<Recorded> query = Query.ofTenant(
                RECORD,
                row -> new Recorded(row.get("event_id", String.class)),
                agent,
                Columns.texts(batch, OutcomeInput::id),
                Columns.of(batch, OutcomeInput::success, Boolean[]::new),
                Columns.of(batch, OutcomeInput::quality, BigDecimal[]::new),
                Columns.of(batch, OutcomeInput::latencyMs, Long[]::new),
                Columns.of(batch, OutcomeInput::tokens, Long[]::new),
                Columns.texts(batch, OutcomeInput::taskType),
                Columns.texts(batch, OutcomeInput::taskId));
        return transactions
                .writing(connection -> connection.list(query))
                .filter(rows -> !rows.isEmpty())
                .switchIfEmpty(AgentRepository.missing(agent))
                .map(OutcomeRepository::ids);
    }

    private static Set<String> ids(List<Recorded> rows) {
        return rows.stream().map(row -> String.valueOf(row.id())).collect(Collectors.toSet());
    }

    /** Outcomes of {@code agent}, newest first, those behind {@code after}. */
    Flux<Stored> list(String agent, @Nullable Cursor after, int limit) {
        return transactions.read(Query.ofTenant(
                LIST, Stored::of, agent, Cursor.timeOf(after, Instant.parse(Times.LATEST)), Cursor.idOf(after), limit));
    }
}
