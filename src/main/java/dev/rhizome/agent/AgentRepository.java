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

    private static final String GET =
            "select " + Agent.COLUMNS + " from " + Agent.FROM + " where p.tenant_id = $1 and p.agent_id = $2";
    private static final String GET_BY_NAME =
            "select " + Agent.COLUMNS + " from " + Agent.FROM + " where p.tenant_id = $1 and p.name = $2";
    private static final String LIST = """
            select %s
              from %s
             where p.tenant_id = $1 and (l.last_active_at, l.agent_id) < ($2, $3) and l.last_active_at < $4
               and ($5::text is null or p.status = $5)
               and ($6::text is null or exists (select from agent_capabilities k
                                                 where k.tenant_id = $1 and k.agent_id = p.agent_id and k.kind = 'task_type'
                                                   and k.canonical = $6))
               and ($7::text is null or p.model_family = $7)
               and (p.deleted_at is not null) = $8
             order by l.last_active_at desc, l.agent_id desc
             limit $9
            """.formatted(Agent.COLUMNS, Agent.FROM);
    private static final String RETIRE = """
            with gone as (
              update agent_profiles set deleted_at = now(), updated_at = now()
               where tenant_id = $1 and agent_id = any ($2) and deleted_at is null
              returning agent_id, node_id
            ), removed as (
              select remove_nodes('agent', array_agg(node_id)) from gone having count(*) > 0
            )
            select agent_id from gone left join removed on true
            """;
    private static final String NODES_OF_AGENTS = """
            select distinct node_id from agent_capabilities_graph where tenant_id = $1 and agent_id = any ($2)
             order by node_id
            """;
    private static final String DELETE = """
            with gone as (
              delete from agent_profiles where tenant_id = $1 and agent_id = any ($2) returning agent_id, node_id
            ), removed as (
              select remove_nodes('agent', array_agg(node_id)) from gone having count(*) > 0
            )
            select agent_id from gone left join removed on true
            """;
    /** Nodes that agents shared go with the last of them. */
    private static final String DELETE_ORPHANS = """
            select remove_nodes('capability', array(
              select node_id from unnest($2::text[]) as node (node_id)
               where not exists (select from agent_capabilities_graph g
                                  where g.tenant_id = $1 and g.node_id = node.node_id))) as removed
            """;

    private static final String STALE = """
            select l.agent_id
              from current_load l
              join agent_profiles p on p.tenant_id = l.tenant_id and p.agent_id = l.agent_id
             where l.tenant_id = $1 and l.last_active_at < $2 and p.deleted_at is null
             order by l.last_active_at, l.agent_id limit $3
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
        return find(id).switchIfEmpty(missing(id));
    }

    /** The agent, one that was deleted softly included; empty where there is none. */
    Mono<Agent> find(String id) {
        return transactions.read(Query.ofTenant(GET, Agent::of, id)).next();
    }

    /** The agent of that name, one that was deleted softly included; empty where there is none. */
    Mono<Agent> findByName(String name) {
        return transactions.read(Query.ofTenant(GET_BY_NAME, Agent::of, name)).next();
    }

    /** Agents, heard of last first, those behind {@code after}. */
    Flux<Agent> list(Filter filter, @Nullable Cursor after, int limit) {
        String taskType = filter.taskType() == null ? null : Skills.canonical(filter.taskType());
        return transactions.filtered(Query.ofTenant(
                LIST,
                Agent::of,
                after == null
                        ? filter.inactiveSince()
                        : Instant.parse(after.key().getFirst()),
                Cursor.idOf(after),
                filter.inactiveSince(),
                Query.nullable(filter.status(), String.class),
                Query.nullable(taskType, String.class),
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

    /** Deletes agents that were not heard of since {@code before}, at most {@code limit}; their ids, oldest first. */
    Mono<List<String>> deleteStale(Instant before, int limit, boolean hard) {
        Query<String> stale = Query.ofTenant(STALE, AgentRepository::agentId, before, limit);
        return transactions.writing(connection -> removeFound(connection, stale, hard));
    }

    private static Mono<List<String>> removeFound(TenantConnection connection, Query<String> ids, boolean hard) {
        return connection.list(ids).flatMap(found -> remove(connection, found, hard));
    }

    private static Mono<List<String>> remove(TenantConnection connection, List<String> ids, boolean hard) {
        if (ids.isEmpty()) {
            return Mono.just(ids);
        }
        String action = hard ? "deleted" : "retired";
        Mono<List<String>> removed = hard ? deleteForGood(connection, ids) : retire(connection, ids);
        return removed.map(found -> inOrderOf(ids, found))
                .delayUntil(found ->
                        AuditLog.record(connection, new AuditLog.Change(action, AgentInput.KIND, found, "{}")));
    }

    private static Mono<List<String>> retire(TenantConnection connection, List<String> ids) {
        return connection.list(Query.ofTenant(RETIRE, AgentRepository::agentId, array(ids)));
    }

    /** The nodes of capabilities are looked up first, since what says which they are goes with the agents. */
    private static Mono<List<String>> deleteForGood(TenantConnection connection, List<String> ids) {
        Query<String> nodes =
                Query.ofTenant(NODES_OF_AGENTS, row -> Rows.required(row, "node_id", String.class), array(ids));
        Query<String> delete = Query.ofTenant(DELETE, AgentRepository::agentId, array(ids));
        return connection
                .list(nodes)
                .flatMap(found -> connection.list(delete).delayUntil(gone -> deleteOrphans(connection, found)));
    }

    private static Mono<List<Boolean>> deleteOrphans(TenantConnection connection, List<String> nodes) {
        return connection.list(Query.ofTenant(DELETE_ORPHANS, row -> true, array(nodes)));
    }

    private static List<String> inOrderOf(List<String> ids, List<String> found) {
        Set<String> known = Set.copyOf(found);
        return ids.stream().filter(known::contains).toList();
    }

    private static Object array(List<String> texts) {
        return texts.toArray(String[]::new);
    }

    private static String agentId(Readable row) {
        return Rows.required(row, "agent_id", String.class);
    }

    static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(AgentInput.KIND, id));
    }
}
