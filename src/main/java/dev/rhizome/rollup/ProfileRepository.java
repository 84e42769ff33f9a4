package dev.rhizome.rollup;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Performance profiles of the current tenant's agents. */
public final class ProfileRepository {

    private static final String PUT = """
            insert into agent_performance_profiles as p
                   (tenant_id, agent_id, task_type, latency, accuracy, cost, reliability)
            values ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7::jsonb)
                on conflict on constraint agent_performance_profiles_pkey do update
               set latency = excluded.latency, accuracy = excluded.accuracy, cost = excluded.cost,
                   reliability = excluded.reliability, updated_at = now()
             where (p.latency, p.accuracy, p.cost, p.reliability)
                   is distinct from (excluded.latency, excluded.accuracy, excluded.cost, excluded.reliability)
            returning (xmax = 0) as created
            """;
    private static final String LIST = """
            select agent_id, task_type, latency, accuracy, cost, reliability, updated_at
              from agent_performance_profiles
             where tenant_id = $1 and (agent_id, task_type) > ($2, $3)
               and ($4::text is null or agent_id = $4) and ($5::text is null or task_type = $5)
             order by agent_id, task_type
             limit $6
            """;

    private final TenantTransactions transactions;

    ProfileRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Stores {@code profile}; gives whether that created or changed anything. */
    Mono<Outcome> put(Profile profile) {
        Query<Outcome> query = Query.ofTenant(
                PUT,
                row -> Rows.required(row, "created", Boolean.class) ? Outcome.CREATED : Outcome.UPDATED,
                profile.agentId(),
                profile.taskType(),
                Query.nullable(profile.latency(), String.class),
                Query.nullable(profile.accuracy(), String.class),
                Query.nullable(profile.cost(), String.class),
                Query.nullable(profile.reliability(), String.class));
        return transactions
                .writing(connection -> put(connection, query, profile.key()))
                .defaultIfEmpty(Outcome.UNCHANGED);
    }

    private static Mono<Outcome> put(TenantConnection connection, Query<Outcome> query, String key) {
        return connection
                .rows(query)
                .next()
                .delayUntil(outcome -> AuditLog.record(connection, "profile", Map.of(key, outcome)));
    }

    /** Profiles by agent and kind of task, behind {@code after}; null for any agent, or any kind. */
    Flux<Profile> list(@Nullable String agentId, @Nullable String taskType, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Profile::of,
                after == null ? "" : after.key().getFirst(),
                Cursor.idOf(after),
                Query.nullable(agentId, String.class),
                Query.nullable(taskType, String.class),
                limit));
    }
}
