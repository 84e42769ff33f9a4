package dev.rhizome.agent;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Sums over agents, and over one agent's tasks. */
final class StatisticsRepository {

    private static final String TOTALS = """
            select count(*) filter (where deleted_at is null) as agents,
                   count(*) filter (where deleted_at is not null) as retired,
                   count(*) filter (where deleted_at is null and active > 0) as active,
                   count(*) filter (where deleted_at is null and active = 0) as idle,
                   count(*) filter (where deleted_at is null and last_active_at > now() - interval '1 hour') as active_last_hour,
                   coalesce(avg(least(1, active::float8 / max_concurrent)) filter (where deleted_at is null), 0)::float8
                     as average_utilization,
                   coalesce(avg(coalesce(h.success_rate, %s)) filter (where deleted_at is null), 0)::float8
                     as average_success_rate,
                   coalesce(sum(h.task_count) filter (where deleted_at is null), 0)::bigint as tasks,
                   max(last_active_at) filter (where deleted_at is null) as last_active_at
              from agent_profiles p
              join current_load l on l.tenant_id = p.tenant_id and l.agent_id = p.agent_id
              left join (select agent_id, sum(task_count) as task_count,
                                sum(success_count)::float8 / sum(task_count) as success_rate
                           from agent_performance_history
                          where tenant_id = $1
                          group by agent_id) as h on h.agent_id = p.agent_id
             where p.tenant_id = $1
            """.formatted(Performance.EXPECTED_SUCCESS);
    private static final String BY_TASK_TYPE = """
            select task_type, task_count, success_count, quality_total, latency_total, tokens_total, last_at
              from agent_performance_history
             where tenant_id = $1 and agent_id = $2
             order by task_count desc, task_type
            """;

    private final TenantTransactions transactions;

    StatisticsRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Sums over the tenant's agents; means are 0 where there is no agent.
     *
     * @param agents all but those deleted softly
     * @param retired those deleted softly
     * @param active agents that work on something
     * @param idle agents that do not
     * @param activeLastHour agents heard of in the last hour
     * @param averageUtilization mean over agents, 0 to 1
     * @param averageSuccessRate mean over agents, 0 to 1
     * @param tasks outcomes recorded
     * @param lastActiveAt when one was heard of last, null where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Totals(
            long agents,
            long retired,
            long active,
            long idle,
            long activeLastHour,
            double averageUtilization,
            double averageSuccessRate,
            long tasks,
            @Nullable Instant lastActiveAt) {

        private static Totals of(Readable row) {
            return new Totals(
                    Rows.required(row, "agents", Long.class),
                    Rows.required(row, "retired", Long.class),
                    Rows.required(row, "active", Long.class),
                    Rows.required(row, "idle", Long.class),
                    Rows.required(row, "active_last_hour", Long.class),
                    Rows.required(row, "average_utilization", Double.class),
                    Rows.required(row, "average_success_rate", Double.class),
                    Rows.required(row, "tasks", Long.class),
                    row.get("last_active_at", Instant.class));
        }
    }

    /** How an agent did in tasks of one type; the type is absent for tasks of which none was told. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ByTaskType(@Nullable String taskType, Performance performance, Instant lastAt) {

        private static ByTaskType of(Readable row) {
            String taskType = Rows.required(row, "task_type", String.class);
            return new ByTaskType(
                    taskType.isEmpty() ? null : taskType,
                    Performance.of(row),
                    Rows.required(row, "last_at", Instant.class));
        }
    }

    /** Of the whole tenant. */
    Mono<Totals> totals() {
        return transactions.read(Query.ofTenant(TOTALS, Totals::of)).single();
    }

    /** Of one agent, the type with most tasks first; empty where it has no outcome. */
    Mono<List<ByTaskType>> byTaskType(String agent) {
        return transactions
                .read(Query.ofTenant(BY_TASK_TYPE, ByTaskType::of, agent))
                .collectList();
    }
}
