package dev.rhizome.agent;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.Conflict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Registers and changes agents; in one statement the profile, its words, its load and its node in graph and search. No
 * connection is held while vectors are made.
 */
final class AgentWriter implements BatchWriter<AgentInput> {

    /** Arguments of an agent's words, from {@code $first} on. */
    private static String words(int first) {
        return "unnest($%d::text[], $%d::text[], $%d::text[], $%d::text[]) as w (agent_id, kind, canonical, value)"
                .formatted(first, first + 1, first + 2, first + 3);
    }

    private static final String REGISTER = """
            with incoming as materialized (
              select *
                from unnest($1::text[], $3::text[], $4::text[], $5::real[], $6::text[]::jsonb[], $8::vector[], $10::vector[],
                            $11::text[], $12::text[], $13::text[], $14::text[], $15::integer[], $16::text[]::jsonb[])
                  as t (node, name, body, confidence, metadata, embedding, next_embedding,
                        id, model_family, description, status, max_concurrent, card)
            ), registered as (
              insert into agent_profiles (agent_id, name, model_family, description, status, max_concurrent, metadata, card)
              select id, name, model_family, description, status, max_concurrent, metadata, card from incoming
                  on conflict do nothing
              returning agent_id
            ), words as (
              insert into agent_capabilities (agent_id, kind, canonical, value)
              select w.* from %s where w.agent_id in (select agent_id from registered)
            ), loads as (
              insert into current_load (agent_id) select agent_id from registered
            ), nodes as (
              select put_nodes('agent', array_agg(i.node), array_agg($2[1]), array_agg(i.name), array_agg(i.body),
                               array_agg(i.confidence), array_agg(i.metadata), $7::smallint, array_agg(i.embedding),
                               $9::smallint, array_agg(i.next_embedding)) as written
                from incoming i join registered r on r.agent_id = i.id having count(*) > 0
            )
            select i.id, r.agent_id is not null as registered,
                   exists (select from agent_profiles p where p.agent_id = i.id) as known
              from incoming i left join registered r on r.agent_id = i.id left join nodes on true
            """.formatted(words(17));

    /** The version that was read is part of the condition: what changed in between is not overwritten. */
    private static final String CHANGE = """
            with changed as (
              update agent_profiles
                 set name = $12, model_family = $13, description = $14, status = $15, max_concurrent = $16,
                     metadata = $17::jsonb, card = $18::jsonb, updated_at = clock_timestamp()
               where agent_id = $11 and updated_at = $19 and deleted_at is not distinct from $20
              returning agent_id, deleted_at
            ), stale as (
              delete from agent_capabilities k using changed
               where k.agent_id = changed.agent_id
                 and (k.kind, k.canonical) not in (select w.kind, w.canonical from %1$s)
            ), words as (
              insert into agent_capabilities as k (agent_id, kind, canonical, value)
              select w.* from %1$s where w.agent_id in (select agent_id from changed)
                  on conflict on constraint agent_capabilities_pkey do update set value = excluded.value
               where k.value <> excluded.value
            ), nodes as (
              select %2$s as written from changed where deleted_at is null
            )
            select agent_id from changed left join nodes on true
            """.formatted(words(21), Projection.putNodes("agent"));

    private static final String RESTORE = """
            with restored as (
              update agent_profiles set deleted_at = null, updated_at = clock_timestamp()
               where agent_id = $11 and deleted_at = $12
              returning agent_id
            ), nodes as (
              select %s as written from restored
            )
            select agent_id from restored left join nodes on true
            """.formatted(Projection.putNodes("agent"));

    /** After the node is there again; the other agent's may not be. */
    private static final String RESTORE_EDGES = """
            with edges as (
              select r.source_id, r.type, r.target_id, r.is_directional, r.confidence, r.strength, r.metadata
                from agent_relationships r
               where (r.source_id = $1 or r.target_id = $1)
                 and exists (select from entities where entity_id = r.source_id)
                 and exists (select from entities where entity_id = r.target_id)
               union all
              select $1, 'HAS_CAPABILITY', node_id, true, confidence, coalesce(success_rate, 1), '{}'
                from agent_capabilities_graph where agent_id = $2 and validation_status <> 'rejected'
            )
            select put_edges('agent', array_agg(source_id), array_agg(type), array_agg(target_id),
                             array_agg(is_directional), array_agg(confidence), array_agg(strength), array_agg(metadata))
                     as written
              from edges having count(*) > 0
            """;

    private static final int TRIES = 5;

    private final TenantTransactions transactions;
    private final Indexer indexer;

    AgentWriter(TenantTransactions transactions, Indexer indexer) {
        this.transactions = transactions;
        this.indexer = indexer;
    }

    private record Registered(String id, boolean registered, boolean known) {}

    /** Registers agents; one whose id or name is taken becomes a {@link Conflict} and does not hold up the others. */
    @Override
    public Mono<List<Result>> write(List<AgentInput> batch) {
        List<SearchDocument> documents =
                batch.stream().map(AgentInput::document).toList();
        return indexer.write(documents, arrays -> register(batch, arrays)).map(rows -> {
            Map<String, Registered> found = new HashMap<>();
            rows.forEach(row -> found.put(row.id(), row));
            return batch.stream()
                    .map(agent -> result(agent, found.get(agent.id())))
                    .toList();
        });
    }

    private static Result result(AgentInput agent, @Nullable Registered row) {
        if (row != null && row.registered()) {
            return Result.of(Outcome.CREATED);
        }
        return Result.of(new Conflict(
                row != null && row.known()
                        ? "id: there is an agent " + agent.id() + " already; change it with PATCH"
                        : "name: another agent has the name " + agent.name()));
    }

    private Mono<List<Registered>> register(List<AgentInput> batch, IndexArrays arrays) {
        List<Object> more = new ArrayList<>(List.of(
                Columns.texts(batch, AgentInput::id),
                Columns.texts(batch, AgentInput::modelFamily),
                Columns.texts(batch, AgentInput::description),
                Columns.texts(batch, AgentInput::status),
                Columns.of(batch, AgentInput::maxConcurrent, Integer[]::new),
                Columns.texts(batch, AgentInput::card)));
        more.addAll(wordArrays(batch));
        Query<Registered> query = Query.of(
                REGISTER,
                row -> new Registered(
                        Rows.required(row, "id", String.class),
                        Rows.required(row, "registered", Boolean.class),
                        Rows.required(row, "known", Boolean.class)),
                arrays.with(more.toArray()));
        return transactions.writing(connection -> connection.list(query).flatMap(rows -> {
            List<String> created = rows.stream()
                    .filter(Registered::registered)
                    .map(Registered::id)
                    .toList();
            return AuditLog.record(connection, new AuditLog.Change("created", AgentInput.KIND, created, "{}"))
                    .thenReturn(rows);
        }));
    }

    /**
     * Changes an agent by what {@code change} makes of it; made anew where somebody else changes it in between.
     *
     * @param read gives the agent as it is
     */
    Mono<Void> change(Mono<Agent> read, Function<AgentInput, AgentInput> change) {
        return read.flatMap(agent -> {
                    AgentInput wanted = change.apply(agent.input());
                    return wanted.equals(agent.input())
                            ? Mono.empty()
                            : indexer.write(List.of(wanted.document()), arrays -> change(agent, wanted, arrays));
                })
                .retryWhen(Retry.max(TRIES).filter(Overtaken.class::isInstance))
                .onErrorMap(
                        reactor.core.Exceptions::isRetryExhausted,
                        error -> new Conflict("the agent is being changed by others all the time"));
    }

    private Mono<Void> change(Agent agent, AgentInput wanted, IndexArrays arrays) {
        List<Object> more = new ArrayList<>(List.of(
                wanted.id(),
                wanted.name(),
                wanted.modelFamily(),
                wanted.description(),
                wanted.status(),
                wanted.maxConcurrent(),
                wanted.metadata(),
                Query.nullable(wanted.card(), String.class),
                agent.updatedAt(),
                Query.nullable(agent.deletedAt(), Instant.class)));
        more.addAll(wordArrays(List.of(wanted)));
        Query<String> query = Query.of(CHANGE, row -> wanted.id(), arrays.with(more.toArray()));
        return transactions.writing(connection -> connection
                .rows(query)
                .next()
                .switchIfEmpty(Mono.error(Overtaken::new))
                .flatMap(id -> AuditLog.record(connection, "updated", AgentInput.KIND, id)));
    }

    /** Brings back an agent that was deleted softly, with its relationships; nothing happens where it was not. */
    Mono<Void> restore(Agent agent) {
        Instant deletedAt = agent.deletedAt();
        if (deletedAt == null) {
            return Mono.empty();
        }
        return indexer.write(
                List.of(agent.input().document()),
                arrays -> transactions.writing(connection -> connection
                        .rows(Query.of(RESTORE, row -> agent.id(), arrays.with(agent.id(), deletedAt)))
                        .next()
                        .flatMap(id -> restored(connection, agent))));
    }

    private static Mono<Void> restored(TenantConnection connection, Agent agent) {
        return connection
                .list(Query.of(RESTORE_EDGES, row -> true, agent.nodeId(), agent.id()))
                .then(AuditLog.record(connection, "restored", AgentInput.KIND, agent.id()));
    }

    private static List<Object> wordArrays(List<AgentInput> batch) {
        List<String> agents = new ArrayList<>();
        List<Skills.Skill> skills = new ArrayList<>();
        for (AgentInput agent : batch) {
            agent.skills().rows().forEach(skill -> {
                agents.add(agent.id());
                skills.add(skill);
            });
        }
        return List.of(
                agents.toArray(String[]::new),
                skills.stream().map(Skills.Skill::kind).toArray(String[]::new),
                skills.stream().map(Skills.Skill::canonical).toArray(String[]::new),
                skills.stream().map(Skills.Skill::value).toArray(String[]::new));
    }

    /** Somebody else was faster. */
    private static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overtaken() {
            super("overtaken", null, false, false);
        }
    }
}
