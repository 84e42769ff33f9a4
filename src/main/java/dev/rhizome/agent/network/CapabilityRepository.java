package dev.rhizome.agent.network;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Capabilities of agents: a row for each agent that has one, a node for each name, an edge from the agent to the node. */
final class CapabilityRepository {

    private static final String NODES = """
            select e.entity_id, e.name, e.text, array(
                     select distinct alias from agent_capabilities_graph g, unnest(g.aliases) as alias
                      where g.tenant_id = $1 and g.node_id = e.entity_id order by alias limit 200) as aliases
              from entities e
             where e.tenant_id = $1 and e.entity_id = any ($2) and e.origin = 'capability'
            """;
    /** Only those nodes are written that are new or say something else; {@code $12} are the node ids of all rows. */
    private static final String PUT = """
            with agent as materialized (
              select agent_id, node_id
                from agent_profiles
               where tenant_id = $1 and agent_id = $13 and deleted_at is null
                 for key share
            ), nodes as materialized (
              select put_nodes('capability', $2::text[], $3::text[], $4::text[], $5::text[], $6::real[],
                               $7::text[]::jsonb[], $8::smallint, $9::vector[], $10::smallint, $11::vector[]) as written
                from agent where cardinality($2) > 0
            ), incoming as (
              select a.agent_id, t.*, string_to_array(nullif(alias_list, ''), E'\\x01') as aliases,
                     string_to_array(nullif(task_list, ''), E'\\x01') as tasks
                from agent a left join nodes on true
               cross join unnest($12::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::real[], $19::real[],
                                 $20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::text[]::jsonb[])
                  as t (node_id, type, name, canonical, alias_list, confidence, extraction, status, task_list,
                        demonstrations, successes, metadata)
            ), written as (
              insert into agent_capabilities_graph as g
                (tenant_id, agent_id, node_id, capability_type, capability_name, canonical_name, aliases, confidence,
                 extraction_confidence, validation_status, source_tasks, demonstration_count, success_count, metadata)
              select $1, agent_id, node_id, type, name, canonical, coalesce(aliases, '{}'), confidence, extraction, status,
                     coalesce(tasks, '{}'), demonstrations, successes, metadata
                from incoming
                  on conflict on constraint agent_capabilities_graph_pkey do update
                 set capability_type = excluded.capability_type, capability_name = excluded.capability_name,
                     aliases = excluded.aliases, confidence = excluded.confidence,
                     extraction_confidence = excluded.extraction_confidence, validation_status = excluded.validation_status,
                     source_tasks = excluded.source_tasks, demonstration_count = excluded.demonstration_count,
                     success_count = excluded.success_count, metadata = excluded.metadata, last_updated = now()
               where (g.capability_type, g.capability_name, g.aliases, g.confidence, g.extraction_confidence,
                      g.validation_status, g.source_tasks, g.demonstration_count, g.success_count, g.metadata)
                     is distinct from
                     (excluded.capability_type, excluded.capability_name, excluded.aliases, excluded.confidence,
                      excluded.extraction_confidence, excluded.validation_status, excluded.source_tasks,
                      excluded.demonstration_count, excluded.success_count, excluded.metadata)
              returning node_id, (xmax = 0) as created
            )
            select a.agent_id, w.node_id, w.created from agent a left join written w on true
            """;
    /** The edges of what has just been written; a capability that was rejected is none. */
    private static final String PUT_EDGES = """
            with edges as (
              select 'agent:' || agent_id as source_id, node_id, validation_status, confidence, coalesce(success_rate, 1) as strength
                from agent_capabilities_graph
               where tenant_id = $1 and agent_id = $2 and node_id = any ($3)
            ), dropped as (
              delete from relationships r using edges e
               where r.tenant_id = $1 and r.source_id = e.source_id and r.type = 'HAS_CAPABILITY' and r.target_id = e.node_id
                 and r.origin = 'agent' and e.validation_status = 'rejected'
            )
            select put_edges('agent', array_agg(source_id), array_agg('HAS_CAPABILITY'::text), array_agg(node_id),
                             array_agg(true), array_agg(confidence), array_agg(strength), array_agg('{}'::jsonb)) as written
              from edges where validation_status <> 'rejected' having count(*) > 0
            """;

    private static final String LIST = """
            select %s
              from agent_capabilities_graph g
             where g.tenant_id = $1 and g.agent_id = $2 and (g.confidence < $3 or (g.confidence = $3 and g.node_id > $4))
               and ($5::text is null or g.validation_status = $5) and ($6::text is null or g.node_id = $6)
             order by g.confidence desc, g.node_id
             limit $7
            """.formatted(Capability.COLUMNS);
    private static final String DEMONSTRATE = """
            update agent_capabilities_graph
               set demonstration_count = demonstration_count + 1,
                   success_count = success_count + case when $4 then 1 else 0 end,
                   source_tasks = case when $5::text is null or $5 = any (source_tasks) then source_tasks
                                       else (source_tasks || $5::text)[greatest(1, cardinality(source_tasks) + 2 - %d):] end,
                   last_demonstrated = now(), last_updated = now()
             where tenant_id = $1 and agent_id = $2 and node_id = $3
            returning node_id
            """.formatted(Tasks.MAX_TASKS);
    private static final String DELETE = """
            with gone as (
              delete from agent_capabilities_graph
               where tenant_id = $1 and agent_id = $2 and node_id = $3 returning node_id
            ), unlinked as (
              delete from relationships
               where tenant_id = $1 and source_id = 'agent:' || $2 and type = 'HAS_CAPABILITY' and target_id = $3
                 and origin = 'agent'
            )
            select node_id from gone
            """;
    private static final String DELETE_ORPHAN = """
            select remove_nodes('capability', array[$2::text]) as removed
             where not exists (select from agent_capabilities_graph where tenant_id = $1 and node_id = $2)
            """;

    private static final String KNOWN = "select agent_id from agent_profiles where tenant_id = $1 and agent_id = $2";

    private final TenantTransactions transactions;

    CapabilityRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** A node that is there. */
    record Node(String id, String name, String text, List<String> aliases) {

        private static Node of(Readable row) {
            return new Node(
                    Rows.required(row, "entity_id", String.class),
                    Rows.required(row, "name", String.class),
                    Rows.required(row, "text", String.class),
                    List.of(Rows.required(row, "aliases", String[].class)));
        }
    }

    private record Written(@Nullable String node, @Nullable Boolean created) {

        private static Written of(Readable row) {
            return new Written(row.get("node_id", String.class), row.get("created", Boolean.class));
        }
    }

    /** Those of {@code ids} that are there, by id. */
    Mono<Map<String, Node>> nodes(List<String> ids) {
        return transactions
                .read(Query.ofTenant(NODES, Node::of, (Object) ids.toArray(String[]::new)))
                .collectMap(Node::id);
    }

    /**
     * Writes capabilities of {@code agent}.
     *
     * @param arrays of the nodes that have to be written first
     * @return what became of each, by canonical name; those that are not in it were unchanged
     */
    Mono<Map<String, Outcome>> put(String agent, List<CapabilityInput> batch, IndexArrays arrays) {
        Query<Written> query = Query.ofTenant(
                PUT,
                Written::of,
                arrays.with(
                        nodeIds(batch),
                        agent,
                        Columns.texts(batch, CapabilityInput::type),
                        Columns.texts(batch, CapabilityInput::name),
                        Columns.texts(batch, CapabilityInput::canonical),
                        Columns.texts(batch, capability -> String.join("\u0001", capability.aliases())),
                        Columns.of(batch, CapabilityInput::confidence, Float[]::new),
                        Columns.of(batch, CapabilityInput::extractionConfidence, Float[]::new),
                        Columns.texts(batch, CapabilityInput::validationStatus),
                        Columns.texts(batch, capability -> String.join("\u0001", capability.sourceTasks())),
                        Columns.of(batch, CapabilityInput::demonstrations, Long[]::new),
                        Columns.of(batch, CapabilityInput::successes, Long[]::new),
                        Columns.texts(batch, CapabilityInput::metadata)));
        return transactions.writing(connection -> put(connection, query, agent, batch));
    }

    private static Mono<Map<String, Outcome>> put(
            TenantConnection connection, Query<Written> query, String agent, List<CapabilityInput> batch) {
        return connection
                .list(query)
                .filter(rows -> !rows.isEmpty())
                .switchIfEmpty(Mono.error(() -> new NotFound("agent", agent)))
                .map(rows -> outcomes(batch, rows))
                .delayUntil(outcomes -> putEdges(connection, agent, nodeIds(batch)))
                .delayUntil(outcomes -> record(connection, agent, outcomes));
    }

    private static String[] nodeIds(List<CapabilityInput> batch) {
        return Columns.texts(batch, CapabilityInput::nodeId);
    }

    private static Mono<List<Boolean>> putEdges(TenantConnection connection, String agent, Object nodes) {
        return connection.list(Query.ofTenant(PUT_EDGES, row -> true, agent, nodes));
    }

    private static Mono<Void> record(TenantConnection connection, String agent, Map<String, Outcome> outcomes) {
        Map<String, Outcome> subjects = new HashMap<>();
        outcomes.forEach((name, outcome) -> subjects.put(agent + " " + name, outcome));
        return AuditLog.record(connection, CapabilityInput.KIND, subjects);
    }

    private static Map<String, Outcome> outcomes(List<CapabilityInput> batch, List<Written> rows) {
        Map<String, Outcome> byNode = new HashMap<>();
        for (Written row : rows) {
            if (row.node() != null && row.created() != null) {
                byNode.put(row.node(), row.created() ? Outcome.CREATED : Outcome.UPDATED);
            }
        }
        Map<String, Outcome> outcomes = new HashMap<>();
        for (CapabilityInput capability : batch) {
            Outcome outcome = byNode.get(capability.nodeId());
            if (outcome != null) {
                outcomes.put(capability.canonical(), outcome);
            }
        }
        return outcomes;
    }

    /** The id, or an error of {@link NotFound} where there is no such agent. */
    Mono<String> knownAgent(String id) {
        return transactions
                .read(Query.ofTenant(KNOWN, row -> id, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("agent", id)));
    }

    /**
     * Which capabilities are listed.
     *
     * @param status of validation, null for any
     * @param node the one of that node, null for all
     */
    record Filter(@Nullable String status, @Nullable String node) {}

    /** Capabilities of {@code agent}, the surest first, those behind {@code after}. */
    Flux<Capability> list(String agent, Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Capability::of,
                agent,
                after == null ? 2f : Float.parseFloat(after.key().getFirst()),
                Cursor.idOf(after),
                Query.nullable(filter.status(), String.class),
                Query.nullable(filter.node(), String.class),
                limit));
    }

    /** Counts one more time that the agent showed a capability; an error of {@link NotFound} where it has none such. */
    Mono<Void> demonstrate(String agent, Demonstration demonstration) {
        String node = CapabilityInput.nodeId(demonstration.canonical());
        Query<Object> query = Query.ofTenant(
                DEMONSTRATE,
                row -> new String[] {node},
                agent,
                node,
                demonstration.success(),
                Query.nullable(demonstration.taskId(), String.class));
        return transactions
                .writing(connection ->
                        connection.rows(query).next().delayUntil(nodes -> putEdges(connection, agent, nodes)))
                .switchIfEmpty(missing(agent, demonstration.canonical()))
                .then();
    }

    /** Takes a capability from an agent; its node goes with the last agent. An error of {@link NotFound} where it has none. */
    Mono<Void> delete(String agent, String canonical) {
        return transactions
                .writing(connection -> delete(connection, agent, canonical))
                .switchIfEmpty(missing(agent, canonical))
                .then();
    }

    private static Mono<String> delete(TenantConnection connection, String agent, String canonical) {
        String node = CapabilityInput.nodeId(canonical);
        String subject = agent + " " + canonical;
        return connection
                .rows(Query.ofTenant(DELETE, row -> node, agent, node))
                .next()
                .delayUntil(gone -> deleteOrphan(connection, gone))
                .delayUntil(gone -> AuditLog.record(connection, "deleted", CapabilityInput.KIND, subject));
    }

    private static Mono<List<Boolean>> deleteOrphan(TenantConnection connection, String node) {
        return connection.list(Query.ofTenant(DELETE_ORPHAN, row -> true, node));
    }

    private static <T> Mono<T> missing(String agent, String canonical) {
        return Mono.error(() -> new NotFound("capability of agent " + agent, canonical));
    }
}
