package dev.rhizome.agent.network;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
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
                from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::real[], $6::real[], $7::bigint[], $8::text[],
                            $9::text[], $10::float8[], $11::float8[], $12::text[]::jsonb[]) with ordinality
                  as t (source, target, type, directed, confidence, strength, seen, task_list, context, mi, pmi, metadata, position)
            ), known as materialized (
              select i.*, s.node_id is not null as source_known, t.node_id is not null as target_known,
                     s.deleted_at is null and t.deleted_at is null as in_graph
                from incoming i
                left join agent_profiles s on s.node_id = i.source
                left join agent_profiles t on t.node_id = i.target
            ), written as (
              insert into agent_relationships as r
                (source_id, type, target_id, is_directional, confidence, strength, cooccurrence_count, supporting_tasks,
                 extraction_context, mutual_information, pointwise_mutual_information, metadata)
              select source, type, target, directed, confidence, strength, seen, coalesce(tasks, '{}'), context, mi, pmi, metadata
                from known where source_known and target_known
                  on conflict on constraint agent_relationships_pkey do update
                 set is_directional = excluded.is_directional, confidence = excluded.confidence, strength = excluded.strength,
                     cooccurrence_count = excluded.cooccurrence_count, supporting_tasks = excluded.supporting_tasks,
                     extraction_context = excluded.extraction_context, mutual_information = excluded.mutual_information,
                     pointwise_mutual_information = excluded.pointwise_mutual_information, metadata = excluded.metadata,
                     updated_at = now(), last_observed = now()
               where (r.is_directional, r.confidence, r.strength, r.cooccurrence_count, r.supporting_tasks,
                      r.extraction_context, r.mutual_information, r.pointwise_mutual_information, r.metadata)
                     is distinct from
                     (excluded.is_directional, excluded.confidence, excluded.strength, excluded.cooccurrence_count,
                      excluded.supporting_tasks, excluded.extraction_context, excluded.mutual_information,
                      excluded.pointwise_mutual_information, excluded.metadata)
              returning source_id, type, target_id, (xmax = 0) as created
            ), edges as (
              select put_edges('agent', array_agg(k.source), array_agg(k.type), array_agg(k.target), array_agg(k.directed),
                               array_agg(k.confidence), array_agg(k.strength), array_agg(k.metadata)) as written
                from known k join written w on w.source_id = k.source and w.type = k.type and w.target_id = k.target
               where k.in_graph having count(*) > 0
            )
            select k.position::integer as position, k.source_known, k.target_known, w.created
              from known k
              left join written w on w.source_id = k.source and w.type = k.type and w.target_id = k.target
              left join edges on true
             order by k.position
            """;

    private static final String OBSERVE = """
            update agent_relationships as r
               set cooccurrence_count = r.cooccurrence_count + $4, last_observed = now(), updated_at = now(),
                   supporting_tasks = (array(
                     select task from (
                       select task, min(place) as place
                         from unnest(r.supporting_tasks || $5::text[]) with ordinality as t (task, place) group by task) as once
                      order by place desc limit %d))
             where r.source_id = 'agent:' || $1 and r.type = $2 and r.target_id = 'agent:' || $3
            returning %s
            """.formatted(Tasks.MOST, AgentRelationship.COLUMNS);
    private static final String LIST = """
            select %s
              from agent_relationships r
             where (r.source_id = 'agent:' || $1 or r.target_id = 'agent:' || $1) and ($2::text is null or r.type = $2)
               and (r.source_id, r.type, r.target_id) > ('agent:' || $3, $4, 'agent:' || $5)
             order by r.source_id, r.type, r.target_id
             limit $6
            """.formatted(AgentRelationship.COLUMNS);
    private static final String DELETE = """
            with gone as (
              delete from agent_relationships
               where type = $3 and ((source_id = 'agent:' || $1 and target_id = 'agent:' || $2)
                                 or (source_id = 'agent:' || $2 and target_id = 'agent:' || $1 and not is_directional))
              returning source_id, type, target_id
            ), edge as (
              delete from relationships r using gone
               where r.source_id = gone.source_id and r.type = gone.type and r.target_id = gone.target_id and r.origin = 'agent'
            )
            select type from gone
            """;

    private final TenantTransactions transactions;

    AgentRelationshipRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Mono<List<Result>> write(List<AgentRelationshipInput> batch) {
        Query<Result> query = Query.of(
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
        return transactions.writing(connection -> connection
                .list(query)
                .flatMap(results -> AuditLog.record(connection, KIND, outcomes(batch, results))
                        .thenReturn(results)));
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
    Mono<AgentRelationship> observe(ObservationInput seen) {
        AgentRelationshipInput.Key key = seen.key();
        return transactions
                .writing(connection -> connection
                        .rows(Query.of(
                                OBSERVE,
                                AgentRelationship::of,
                                key.source(),
                                key.type(),
                                key.target(),
                                seen.times(),
                                seen.supportingTasks().toArray(String[]::new)))
                        .next())
                .switchIfEmpty(Mono.error(() -> new NotFound(KIND, key.toString())));
    }

    /** Relationships of {@code agent}, from either end, by source, type and target; those behind {@code after}. */
    Flux<AgentRelationship> list(String agent, @Nullable String type, @Nullable Cursor after, int limit) {
        return transactions.read(Query.of(
                LIST,
                AgentRelationship::of,
                agent,
                Query.nullable(type, String.class),
                after == null ? "" : after.key().get(0),
                after == null ? "" : after.key().get(1),
                after == null ? "" : after.key().get(2),
                limit));
    }

    /** Removes a relationship, one that holds both ways by either order; an error of {@link NotFound} where there is none. */
    Mono<Void> delete(AgentRelationshipInput.Key key) {
        return transactions
                .writing(connection -> connection
                        .rows(Query.of(DELETE, row -> key, key.source(), key.target(), key.type()))
                        .next()
                        .flatMap(gone -> AuditLog.record(connection, "deleted", KIND, key.toString())
                                .thenReturn(gone)))
                .switchIfEmpty(Mono.error(() -> new NotFound(KIND, key.toString())))
                .then();
    }
}
