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
import dev.rhizome.problem.OptimisticLockConflict;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
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
                from unnest($2::text[], $4::text[], $5::text[], $6::real[], $7::text[]::jsonb[], $9::vector[], $11::vector[],
                            $12::text[], $13::text[], $14::text[], $15::text[], $16::integer[], $17::text[]::jsonb[])
                  as t (node, name, body, confidence, metadata, embedding, next_embedding,
                        id, model_family, description, status, max_concurrent, card)
            ), registered as (
              insert into agent_profiles
                (tenant_id, agent_id, name, model_family, description, status, max_concurrent, metadata, card)
              select $1, id, name, model_family, description, status, max_concurrent, metadata, card from incoming
                  on conflict do nothing
              returning agent_id
            ), words as (
              insert into agent_capabilities (tenant_id, agent_id, kind, canonical, value)
              select $1, w.* from %s where w.agent_id in (select agent_id from registered)
            ), loads as (
              insert into current_load (tenant_id, agent_id) select $1, agent_id from registered
            ), nodes as (
              select put_nodes('agent', array_agg(i.node), array_agg(($3::text[])[1]), array_agg(i.name), array_agg(i.body),
                               array_agg(i.confidence), array_agg(i.metadata), $8::smallint, array_agg(i.embedding),
                               $10::smallint, array_agg(i.next_embedding)) as written
                from incoming i join registered r on r.agent_id = i.id having count(*) > 0
            )
            select i.id, r.agent_id is not null as registered,
                   exists (select from agent_profiles p where p.tenant_id = $1 and p.agent_id = i.id) as known
              from incoming i left join registered r on r.agent_id = i.id left join nodes on true
            """.formatted(words(18));

    /** The version that was read is part of the condition: what changed in between is not overwritten. */
    private static final String CHANGE = """
            with changed as (
              update agent_profiles
                 set name = $13, model_family = $14, description = $15, status = $16, max_concurrent = $17,
                     metadata = $18::jsonb, card = $19::jsonb, updated_at = clock_timestamp()
               where tenant_id = $1 and agent_id = $12 and updated_at = $20 and deleted_at is not distinct from $21
              returning agent_id, deleted_at
            ), stale as (
              delete from agent_capabilities k using changed
               where k.tenant_id = $1 and k.agent_id = changed.agent_id
                 and (k.kind, k.canonical) not in (select w.kind, w.canonical from %1$s)
            ), words as (
              insert into agent_capabilities as k (tenant_id, agent_id, kind, canonical, value)
              select $1, w.* from %1$s where w.agent_id in (select agent_id from changed)
                  on conflict on constraint agent_capabilities_pkey do update set value = excluded.value
               where k.value <> excluded.value
            ), nodes as (
              select %2$s as written from changed where deleted_at is null
            )
            select agent_id from changed left join nodes on true
            """.formatted(words(22), Projection.putNodes("agent", 2));

    private static final String RESTORE = """
            with restored as (
              update agent_profiles set deleted_at = null, updated_at = clock_timestamp()
               where tenant_id = $1 and agent_id = $12 and deleted_at = $13
              returning agent_id
            ), nodes as (
              select %s as written from restored
            )
            select agent_id from restored left join nodes on true
            """.formatted(Projection.putNodes("agent", 2));

    /** After the node is there again; the other agent's may not be. */
    private static final String RESTORE_EDGES = """
            with edges as (
              select r.source_id, r.type, r.target_id, r.is_directional, r.confidence, r.strength, r.metadata
                from agent_relationships r
               where r.tenant_id = $1 and (r.source_id = $2 or r.target_id = $2)
                 and exists (select from entities where tenant_id = $1 and entity_id = r.source_id)
                 and exists (select from entities where tenant_id = $1 and entity_id = r.target_id)
               union all
              select $2, 'HAS_CAPABILITY', node_id, true, confidence, coalesce(success_rate, 1), '{}'
                from agent_capabilities_graph
               where tenant_id = $1 and agent_id = $3 and validation_status <> 'rejected'
            )
            select put_edges('agent', array_agg(source_id), array_agg(type), array_agg(target_id),
                             array_agg(is_directional), array_agg(confidence), array_agg(strength), array_agg(metadata))
                     as written
              from edges having count(*) > 0
            """;

    private static final int MAX_RETRIES = 5;

    private final TenantTransactions transactions;
    private final Indexer indexer;

    AgentWriter(TenantTransactions transactions, Indexer indexer) {
        this.transactions = transactions;
        this.indexer = indexer;
    }

    private record Registered(String id, boolean registered, boolean known) {

        static Registered of(Readable row) {
            return new Registered(
                    Rows.required(row, "id", String.class),
                    Rows.required(row, "registered", Boolean.class),
                    Rows.required(row, "known", Boolean.class));
        }
    }

    /** Registers agents; one whose id or name is taken becomes a {@link Conflict} and does not hold up the others. */
    @Override
    public Mono<List<Result>> write(List<AgentInput> batch) {
        List<SearchDocument> documents =
                batch.stream().map(AgentInput::document).toList();
        return indexer.write(documents, arrays -> register(batch, arrays)).map(rows -> results(batch, rows));
    }

    private static List<Result> results(List<AgentInput> batch, List<Registered> rows) {
        Map<String, Registered> found = rows.stream().collect(Collectors.toMap(Registered::id, Function.identity()));
        return batch.stream().map(agent -> result(agent, found.get(agent.id()))).toList();
    }

    private static Result result(AgentInput agent, @Nullable Registered row) {
        if (row != null && row.registered()) {
            return Result.of(Outcome.CREATED);
        }
        return Result.of(new Conflict(
                row != null && row.known()
                        ? "id: the agent " + agent.id() + " exists already; change it with PATCH"
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
        Query<Registered> query = Query.ofTenant(REGISTER, Registered::of, arrays.with(more.toArray()));
        return transactions.writing(connection -> register(connection, query));
    }

    private static Mono<List<Registered>> register(TenantConnection connection, Query<Registered> query) {
        return connection.list(query).delayUntil(rows -> recordCreated(connection, rows));
    }

    private static Mono<Void> recordCreated(TenantConnection connection, List<Registered> rows) {
        List<String> created =
                rows.stream().filter(Registered::registered).map(Registered::id).toList();
        return AuditLog.record(connection, new AuditLog.Change("created", AgentInput.KIND, created, "{}"));
    }

    /**
     * Changes an agent. Where somebody else changes it meanwhile, it is read again and {@code change} applied to that.
     *
     * @param read gives the agent as it is, each time that it is subscribed
     * @param change must have no effect of its own, since it may be applied more than once
     * @return the agent's id; empty where {@code read} is; an error of {@link Conflict} where others change the agent all
     *     the time
     */
    Mono<String> change(Mono<Agent> read, UnaryOperator<AgentInput> change) {
        return read.flatMap(agent -> change(agent, change.apply(agent.input())))
                .retryWhen(Retry.max(MAX_RETRIES).filter(OptimisticLockConflict.class::isInstance))
                .onErrorMap(
                        Exceptions::isRetryExhausted,
                        error -> new Conflict(
                                "others changed the agent at the same time, more than once; send the change again"));
    }

    private Mono<String> change(Agent agent, AgentInput changed) {
        return changed.equals(agent.input())
                ? Mono.just(agent.id())
                : indexer.write(List.of(changed.document()), arrays -> isStored(agent, changed, arrays))
                        .filter(stored -> stored)
                        .map(stored -> agent.id())
                        .switchIfEmpty(Mono.error(() -> new OptimisticLockConflict("the agent has just been changed")));
    }

    /** Whether the agent was still as it was read, and so is changed. */
    private Mono<Boolean> isStored(Agent agent, AgentInput changed, IndexArrays arrays) {
        List<Object> more = new ArrayList<>(List.of(
                changed.id(),
                changed.name(),
                changed.modelFamily(),
                changed.description(),
                changed.status(),
                changed.maxConcurrent(),
                changed.metadata(),
                Query.nullable(changed.card(), String.class),
                agent.updatedAt(),
                Query.nullable(agent.deletedAt(), Instant.class)));
        more.addAll(wordArrays(List.of(changed)));
        Query<String> query = Query.ofTenant(CHANGE, row -> changed.id(), arrays.with(more.toArray()));
        return transactions.writing(connection -> change(connection, query)).hasElement();
    }

    private static Mono<String> change(TenantConnection connection, Query<String> query) {
        return connection
                .rows(query)
                .next()
                .delayUntil(id -> AuditLog.record(connection, "updated", AgentInput.KIND, id));
    }

    /** Brings back an agent that was deleted softly, with its relationships; nothing happens where it was not. */
    Mono<Void> restore(Agent agent) {
        Instant deletedAt = agent.deletedAt();
        return deletedAt == null
                ? Mono.empty()
                : indexer.write(List.of(agent.input().document()), arrays -> restore(agent, deletedAt, arrays));
    }

    private Mono<Void> restore(Agent agent, Instant deletedAt, IndexArrays arrays) {
        Query<Agent> query = Query.ofTenant(RESTORE, row -> agent, arrays.with(agent.id(), deletedAt));
        return transactions.writing(
                connection -> connection.rows(query).next().flatMap(found -> restoreEdges(connection, found)));
    }

    private static Mono<Void> restoreEdges(TenantConnection connection, Agent agent) {
        return connection
                .list(Query.ofTenant(RESTORE_EDGES, row -> true, agent.nodeId(), agent.id()))
                .then(AuditLog.record(connection, "restored", AgentInput.KIND, agent.id()));
    }

    private static List<Object> wordArrays(List<AgentInput> batch) {
        List<String> agents = new ArrayList<>();
        List<Skills.Skill> skills = new ArrayList<>();
        for (AgentInput agent : batch) {
            for (Skills.Skill skill : agent.skills().rows()) {
                agents.add(agent.id());
                skills.add(skill);
            }
        }
        return List.of(
                agents.toArray(String[]::new),
                skills.stream().map(Skills.Skill::kind).toArray(String[]::new),
                skills.stream().map(Skills.Skill::canonical).toArray(String[]::new),
                skills.stream().map(Skills.Skill::value).toArray(String[]::new));
    }
}
