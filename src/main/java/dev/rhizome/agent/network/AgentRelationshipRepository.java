package dev.rhizome.agent.network;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Relationships of agents, each with its edge in the graph. */
final class AgentRelationshipRepository implements BatchWriter<AgentRelationshipInput> {

    private static final String KIND = "agent-relationship";

    /** Agents that were deleted softly are not in the graph, so they get no edge until they are brought back. */
    private static final String PUT = """
            with incoming as (
              select 'agent:' || source as source, 'agent:' || target as target, type, directed, confidence, strength, seen,
                     string_to_array(nullif(task_list, ''), E'\\x01') as tasks, context, mi, pmi, metadata, position
                from unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::real[], $7::real[], $8::bigint[], $9::text[],
                            $10::text[], $11::float8[], $12::float8[], $13::text[]::jsonb[]) with ordinality
                  as t (source, target, type, directed, confidence, strength, seen, task_list, context, mi, pmi, metadata, position)
            ), known as materialized (
              select i.*, s.node_id is not null as source_known, t.node_id is not null as target_known,
                     s.deleted_at is null and t.deleted_at is null as in_graph
                from incoming i
                left join agent_profiles s on s.tenant_id = $1 and s.node_id = i.source
                left join agent_profiles t on t.tenant_id = $1 and t.node_id = i.target
            ), written as (
              insert into agent_relationships as r
                (tenant_id, source_id, type, target_id, is_directional, confidence, strength, cooccurrence_count, supporting_tasks,
                 extraction_context, mutual_information, pointwise_mutual_information, metadata)
              select $1, source, type, target, directed, confidence, strength, seen, coalesce(tasks, '{}'), context, mi, pmi,
                     metadata
                from known where source_known and target_known
                  on conflict on constraint agent_relationships_pkey do update
                 set confidence = excluded.confidence, strength = excluded.strength,
                     cooccurrence_count = excluded.cooccurrence_count, supporting_tasks = excluded.supporting_tasks,
                     extraction_context = excluded.extraction_context, mutual_information = excluded.mutual_information,
                     pointwise_mutual_information = excluded.pointwise_mutual_information, metadata = excluded.metadata,
                     updated_at = now(), last_observed = now()
               where (r.confidence, r.strength, r.cooccurrence_count, r.supporting_tasks,
                      r.extraction_context, r.mutual_information, r.pointwise_mutual_information, r.metadata)
                     is distinct from
                     (excluded.confidence, excluded.strength, excluded.cooccurrence_count,
                      excluded.supporting_tasks, excluded.extraction_context, excluded.mutual_information,
                      excluded.pointwise_mutual_information, excluded.metadata)
              returning source_id, type, target_id, is_directional, (xmax = 0) as created
            ), edges as (
              select put_edges('agent', array_agg(k.source), array_agg(k.type), array_agg(k.target), array_agg(k.directed),
                               array_agg(k.confidence), array_agg(k.strength), array_agg(k.metadata)) as written
                from known k
                join written w on w.source_id = k.source and w.type = k.type and w.target_id = k.target
                              and w.is_directional = k.directed
               where k.in_graph having count(*) > 0
            )
            select k.position::integer as position, k.source_known, k.target_known, w.created
              from known k
              left join written w on w.source_id = k.source and w.type = k.type and w.target_id = k.target
                                 and w.is_directional = k.directed
              left join edges on true
             order by k.position
            """;

    private static final String OBSERVE = """
            update agent_relationships as r
               set cooccurrence_count = r.cooccurrence_count + $6, last_observed = now(), updated_at = now(),
                   supporting_tasks = (array(
                     select task from (
                       select task, min(place) as place
                         from unnest(r.supporting_tasks || $7::text[]) with ordinality as t (task, place) group by task) as once
                      order by place desc limit %d))
             where r.tenant_id = $1 and r.source_id = 'agent:' || $2 and r.type = $3 and r.target_id = 'agent:' || $4
               and r.is_directional = $5
            returning %s
            """.formatted(Tasks.MAX_TASKS, AgentRelationship.COLUMNS);
    private static final String LIST = """
            select %s
              from agent_relationships r
             where r.tenant_id = $1 and (r.source_id = 'agent:' || $2 or r.target_id = 'agent:' || $2)
               and ($3::text is null or r.type = $3)
               and (r.source_id, r.type, r.target_id, r.is_directional) > ('agent:' || $4, $5, 'agent:' || $6, $7)
             order by r.source_id, r.type, r.target_id, r.is_directional
             limit $8
            """.formatted(AgentRelationship.COLUMNS);
    /** Of two that are meant alike, because the request does not say which, the directed one goes. */
    private static final String DELETE = """
            with found as materialized (
              select source_id, type, target_id, is_directional
                from agent_relationships
               where tenant_id = $1 and type = $4
                 and ((source_id = 'agent:' || $2 and target_id = 'agent:' || $3)
                      or (source_id = 'agent:' || $3 and target_id = 'agent:' || $2 and not is_directional))
                 and ($5::boolean is null or is_directional = $5)
               order by is_directional desc
               limit 1
            ), gone as (
              delete from agent_relationships r using found f
               where r.tenant_id = $1 and r.source_id = f.source_id and r.type = f.type and r.target_id = f.target_id
                 and r.is_directional = f.is_directional
            ), edge as (
              delete from relationships r using found f
               where r.tenant_id = $1 and r.source_id = f.source_id and r.type = f.type and r.target_id = f.target_id
                 and r.directed = f.is_directional and r.origin = 'agent'
            )
            select source_id, type, target_id, is_directional from found
            """;

    private final TenantTransactions transactions;

    AgentRelationshipRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Mono<List<Result>> write(List<AgentRelationshipInput> batch) {
        Query<Result> query = Query.ofTenant(
                PUT,
                row -> result(row, batch),
                Columns.texts(batch, AgentRelationshipInput::source),
                Columns.texts(batch, AgentRelationshipInput::target),
                Columns.texts(batch, AgentRelationshipInput::type),
                Columns.of(batch, AgentRelationshipInput::directed, Boolean[]::new),
                Columns.of(batch, AgentRelationshipInput::confidence, Float[]::new),
                Columns.of(batch, AgentRelationshipInput::strength, Float[]::new),
                Columns.of(batch, AgentRelationshipInput::cooccurrences, Long[]::new),
                Columns.texts(batch, relationship -> String.join("\u0001", relationship.supportingTasks())),
                Columns.texts(batch, AgentRelationshipInput::context),
                Columns.of(batch, AgentRelationshipInput::mutualInformation, Double[]::new),
                Columns.of(batch, AgentRelationshipInput::pointwiseMutualInformation, Double[]::new),
                Columns.texts(batch, AgentRelationshipInput::metadata));
        return transactions.writing(connection -> write(connection, query, batch));
    }

    private static Mono<List<Result>> write(
            TenantConnection connection, Query<Result> query, List<AgentRelationshipInput> batch) {
        return connection.list(query).delayUntil(results -> record(connection, batch, results));
    }

    private static Result result(Readable row, List<AgentRelationshipInput> batch) {
        AgentRelationshipInput input = batch.get(Rows.required(row, "position", Integer.class) - 1);
        if (!Rows.required(row, "source_known", Boolean.class)) {
            return Result.of(InvalidRequest.of("source", input.source(), "the id of an agent"));
        }
        if (!Rows.required(row, "target_known", Boolean.class)) {
            return Result.of(InvalidRequest.of("target", input.target(), "the id of an agent"));
        }
        Boolean created = row.get("created", Boolean.class);
        if (created == null) {
            return Result.of(Outcome.UNCHANGED);
        }
        return Result.of(created ? Outcome.CREATED : Outcome.UPDATED);
    }

    private static Mono<Void> record(
            TenantConnection connection, List<AgentRelationshipInput> batch, List<Result> results) {
        return AuditLog.record(connection, KIND, outcomes(batch, results));
    }

    private static Map<String, Outcome> outcomes(List<AgentRelationshipInput> batch, List<Result> results) {
        Map<String, Outcome> outcomes = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = results.get(i).outcome();
            if (outcome != null) {
                outcomes.put(batch.get(i).key(), outcome);
            }
        }
        return outcomes;
    }

    /** Counts that two agents were seen together again; an error of {@link NotFound} where they have no such relationship. */
    Mono<AgentRelationship> observe(ObservationInput observation) {
        AgentRelationshipInput.Key key = observation.key();
        Query<AgentRelationship> query = Query.ofTenant(
                OBSERVE,
                AgentRelationship::of,
                key.source(),
                key.type(),
                key.target(),
                key.directed(),
                observation.times(),
                observation.supportingTasks().toArray(String[]::new));
        return transactions.writing(connection -> connection.rows(query).next()).switchIfEmpty(missing(key));
    }

    /** Relationships of {@code agent}, from either end, by source, type and target; those behind {@code after}. */
    Flux<AgentRelationship> list(String agent, @Nullable String type, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                AgentRelationship::of,
                agent,
                Query.nullable(type, String.class),
                after == null ? "" : after.key().get(0),
                after == null ? "" : after.key().get(1),
                after == null ? "" : after.key().get(2),
                after != null && Boolean.parseBoolean(after.key().get(3)),
                limit));
    }

    /**
     * Removes one relationship, an undirected one by either order of its agents.
     *
     * @param directed which of two that stand side by side; null removes the directed one where there are both
     * @return when it is gone; an error of {@link NotFound} where there is none
     */
    Mono<Void> delete(String source, String type, String target, @Nullable Boolean directed) {
        Query<AgentRelationshipInput.Key> query = Query.ofTenant(
                DELETE, AgentRelationship::key, source, target, type, Query.nullable(directed, Boolean.class));
        return transactions
                .writing(connection -> connection.rows(query).next().delayUntil(key -> recordDeleted(connection, key)))
                .switchIfEmpty(
                        missing(new AgentRelationshipInput.Key(source, type, target, directed == null || directed)))
                .then();
    }

    private static Mono<Void> recordDeleted(TenantConnection connection, AgentRelationshipInput.Key key) {
        return AuditLog.record(connection, "deleted", KIND, key.toString());
    }

    private static <T> Mono<T> missing(AgentRelationshipInput.Key key) {
        return Mono.error(() -> new NotFound(KIND, key.toString()));
    }
}
