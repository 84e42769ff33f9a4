package dev.rhizome.agent;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Agents of the current tenant as they are stored, and their end. */
final class AgentRepository {

    private static final String GET = "select " + Agent.COLUMNS + " from " + Agent.FROM + " where p.agent_id = $1";
    private static final String LIST = """
            select %s
              from %s
             where (l.last_active_at, l.agent_id) < ($1, $2) and l.last_active_at < $3
               and ($4::text is null or p.status = $4)
               and ($5::text is null or exists (select from agent_capabilities k
                                                 where k.agent_id = p.agent_id and k.kind = 'task_type' and k.canonical = $5))
               and ($6::text is null or p.model_family = $6)
               and (p.deleted_at is not null) = $7
             order by l.last_active_at desc, l.agent_id desc
             limit $8
            """.formatted(Agent.COLUMNS, Agent.FROM);
    private static final String RETIRE = """
            with gone as (
              update agent_profiles set deleted_at = now(), updated_at = now()
               where agent_id = any ($1) and deleted_at is null
              returning agent_id, node_id
            ), removed as (
              select remove_nodes('agent', array_agg(node_id)) from gone having count(*) > 0
            )
            select agent_id from gone left join removed on true
            """;
    private static final String NODES_OF_AGENTS = """
            select distinct node_id from agent_capabilities_graph where agent_id = any ($1) order by node_id
            """;
    private static final String DELETE = """
            with gone as (
              delete from agent_profiles where agent_id = any ($1) returning agent_id, node_id
            ), removed as (
              select remove_nodes('agent', array_agg(node_id)) from gone having count(*) > 0
            )
            select agent_id from gone left join removed on true
            """;
    /** Nodes that agents shared go with the last of them. */
    private static final String DELETE_ORPHANS = """
            select remove_nodes('capability', array(
              select node_id from unnest($1::text[]) as node (node_id)
               where not exists (select from agent_capabilities_graph g where g.node_id = node.node_id))) as removed
            """;

    private static final String STALE = """
            select l.agent_id from current_load l join agent_profiles p on p.agent_id = l.agent_id
             where l.last_active_at < $1 and p.deleted_at is null
             order by l.last_active_at, l.agent_id limit $2
            """;

    private final TenantTransactions transactions;

    AgentRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which agents are listed.
     *
     * @param status null for any
     * @param taskType one that they declare, null for any
     * @param modelFamily null for any
     * @param deleted those that were deleted softly, instead of the others
     * @param inactiveSince not heard of since then
     */
    record Filter(
            @Nullable String status,
            @Nullable String taskType,
            @Nullable String modelFamily,
            boolean deleted,
            Instant inactiveSince) {}

    /** The agent, one that was deleted softly included; an error of {@link NotFound} where there is none. */
    Mono<Agent> get(String id) {
        return transactions.read(Query.of(GET, Agent::of, id)).next().switchIfEmpty(missing(id));
    }

    /** Agents, heard of last first, those behind {@code after}. */
    Flux<Agent> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.read(Query.of(
                LIST,
                Agent::of,
                after == null
                        ? filter.inactiveSince()
                        : Instant.parse(after.key().getFirst()),
                after == null ? "" : after.key().getLast(),
                filter.inactiveSince(),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.taskType() == null ? null : Skills.canonical(filter.taskType()), String.class),
                Query.nullable(filter.modelFamily(), String.class),
                filter.deleted(),
                limit));
    }

    /**
     * Takes the agent out of lists, matches, graph and search; with {@code hard} for good, with all that is known of it.
     *
     * @return when it is done; an error of {@link NotFound} where there is none, or softly where it was done before
     */
    Mono<Void> delete(String id, boolean hard) {
        return transactions
                .writing(connection -> remove(connection, List.of(id), hard))
                .filter(gone -> !gone.isEmpty())
                .switchIfEmpty(missing(id))
                .then();
    }

    /** Deletes at most {@code most} agents that were not heard of since {@code before}; gives their ids, oldest first. */
    Mono<List<String>> deleteStale(Instant before, int most, boolean hard) {
        return transactions.writing(connection -> connection
                .list(Query.of(STALE, AgentRepository::agentId, before, most))
                .flatMap(stale -> stale.isEmpty() ? Mono.just(stale) : remove(connection, stale, hard)));
    }

    private static Mono<List<String>> remove(TenantConnection connection, List<String> ids, boolean hard) {
        Object agents = ids.toArray(String[]::new);
        Mono<List<String>> removed = hard
                ? connection
                        .list(Query.of(NODES_OF_AGENTS, row -> Rows.required(row, "node_id", String.class), agents))
                        .flatMap(nodes -> connection
                                .list(Query.of(DELETE, AgentRepository::agentId, agents))
                                .flatMap(gone -> connection
                                        .list(Query.of(
                                                DELETE_ORPHANS, row -> true, (Object) nodes.toArray(String[]::new)))
                                        .thenReturn(gone)))
                : connection.list(Query.of(RETIRE, AgentRepository::agentId, agents));
        String action = hard ? "deleted" : "retired";
        return removed.map(
                        gone -> ids.stream().filter(Set.copyOf(gone)::contains).toList())
                .flatMap(gone -> AuditLog.record(connection, new AuditLog.Change(action, AgentInput.KIND, gone, "{}"))
                        .thenReturn(gone));
    }

    private static String agentId(Readable row) {
        return Rows.required(row, "agent_id", String.class);
    }

    static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(AgentInput.KIND, id));
    }
}
