package dev.rhizome.graph;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Relationships of the current tenant. */
public final class RelationshipRepository implements BatchWriter<RelationshipInput> {

    private static final String KIND = "relationship";

    /** An edge to nowhere is told apart here; the foreign key guards against a deletion at the same moment. */
    private static final String PUT = """
            with incoming as (
              select *
                from unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::real[], $7::real[], $8::text[]::jsonb[])
                     with ordinality
                  as t (source, target, type, directed, confidence, strength, metadata, position)
            ), known as (
              select i.*, exists (select from entities where tenant_id = $1 and entity_id = i.source) as source_exists,
                     exists (select from entities where tenant_id = $1 and entity_id = i.target) as target_exists,
                     coalesce((select origin from relationships r
                                where r.tenant_id = $1 and r.source_id = i.source and r.type = i.type
                                  and r.target_id = i.target and r.directed = i.directed), 'graph') as origin
                from incoming i
            ), written as (
              insert into relationships as r
                (tenant_id, source_id, target_id, type, directed, confidence, strength, metadata)
              select $1, source, target, type, directed, confidence, strength, metadata
                from known
               where source_exists and target_exists and origin = 'graph'
                  on conflict on constraint relationships_pkey do update
                 set confidence = excluded.confidence, strength = excluded.strength, metadata = excluded.metadata,
                     updated_at = now()
               where (r.confidence, r.strength, r.metadata)
                     is distinct from (excluded.confidence, excluded.strength, excluded.metadata)
              returning source_id, target_id, type, directed, (xmax = 0) as created
            )
            select k.source, k.target, k.source_exists, k.target_exists, k.origin,
                   w.created is not null as written, coalesce(w.created, false) as created
              from known k
              left join written w
                on w.source_id = k.source and w.target_id = k.target and w.type = k.type and w.directed = k.directed
             order by k.position
            """;

    private static final String STORED = """
            select r.source_id, r.type, r.target_id, r.directed
              from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) as t (source, target, type, directed)
             cross join lateral (select r.source_id, r.type, r.target_id, r.directed from relationships r
                                  where r.tenant_id = $1 and r.source_id = t.source and r.type = t.type
                                    and r.target_id = t.target and r.directed = t.directed offset 0) as r
            """;

    /** Of two that are meant alike, because the request does not say which, the directed one goes. */
    private static final String DELETE = """
            with found as materialized (
              select origin, source_id, target_id, directed
                from relationships
               where tenant_id = $1 and type = $4
                 and ((source_id = $2 and target_id = $3) or (source_id = $3 and target_id = $2 and not directed))
                 and ($5::boolean is null or directed = $5)
               order by directed desc
               limit 1
            ), gone as (
              delete from relationships r using found f
               where r.tenant_id = $1 and r.source_id = f.source_id and r.type = $4 and r.target_id = f.target_id
                 and r.directed = f.directed and r.origin = 'graph'
            )
            select origin, source_id, target_id, directed from found
            """;

    private final TenantTransactions transactions;

    /** Works through the one door. */
    public RelationshipRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The keys of those of {@code relationships} that exist. */
    Mono<Set<String>> storedKeys(List<RelationshipInput> relationships) {
        Query<String> query = Query.ofTenant(
                STORED,
                row -> new RelationshipKey(
                                Rows.required(row, "source_id", String.class),
                                Rows.required(row, "type", String.class),
                                Rows.required(row, "target_id", String.class),
                                Rows.required(row, "directed", Boolean.class))
                        .toString(),
                Columns.texts(relationships, RelationshipInput::source),
                Columns.texts(relationships, RelationshipInput::target),
                Columns.texts(relationships, RelationshipInput::type),
                Columns.of(relationships, RelationshipInput::directed, Boolean[]::new));
        return transactions.read(query).collect(Collectors.toSet());
    }

    @Override
    public Mono<List<Result>> write(List<RelationshipInput> batch) {
        Query<Result> query = Query.ofTenant(
                PUT,
                RelationshipRepository::result,
                Columns.texts(batch, RelationshipInput::source),
                Columns.texts(batch, RelationshipInput::target),
                Columns.texts(batch, RelationshipInput::type),
                Columns.of(batch, RelationshipInput::directed, Boolean[]::new),
                Columns.of(batch, RelationshipInput::confidence, Float[]::new),
                Columns.of(batch, RelationshipInput::strength, Float[]::new),
                Columns.texts(batch, RelationshipInput::metadata));
        Mono<List<Result>> results = transactions.writing(connection -> write(connection, query, batch));
        // An end that went away in between fails the foreign key; the second time it is found missing.
        return results.onErrorResume(InvalidRequest.class, gone -> results);
    }

    private static Mono<List<Result>> write(
            TenantConnection connection, Query<Result> query, List<RelationshipInput> batch) {
        return connection.list(query).delayUntil(results -> record(connection, batch, results));
    }

    private static Mono<Void> record(TenantConnection connection, List<RelationshipInput> batch, List<Result> results) {
        Map<String, Outcome> outcomes = HashMap.newHashMap(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = results.get(i).outcome();
            if (outcome != null) {
                outcomes.put(batch.get(i).key(), outcome);
            }
        }
        return AuditLog.record(connection, KIND, outcomes);
    }

    /** What is removed, or is not because a domain manages it. */
    private record Found(RelationshipKey key, String origin) {

        static Found of(Readable row, String type) {
            RelationshipKey key = new RelationshipKey(
                    Rows.required(row, "source_id", String.class),
                    type,
                    Rows.required(row, "target_id", String.class),
                    Rows.required(row, "directed", Boolean.class));
            return new Found(key, Rows.required(row, "origin", String.class));
        }
    }

    /**
     * Removes one relationship, an undirected one by either order of its ends.
     *
     * @param directed which of two that stand side by side; null removes the directed one where there are both
     * @return when it is gone; an error of {@link NotFound} where there is none, of {@code Conflict} where it stands for
     *     one of a domain
     */
    public Mono<Void> delete(String source, String type, String target, @Nullable Boolean directed) {
        Query<Found> query = Query.ofTenant(
                DELETE, row -> Found.of(row, type), source, target, type, Query.nullable(directed, Boolean.class));
        return transactions
                .writing(connection -> connection.rows(query).next().delayUntil(found -> removed(connection, found)))
                .switchIfEmpty(Mono.error(() -> new NotFound(
                        KIND, new RelationshipKey(source, type, target, directed == null || directed).toString())))
                .then();
    }

    private static Mono<Void> removed(TenantConnection connection, Found found) {
        String key = found.key().toString();
        return found.origin().equals(EntityRepository.GRAPH)
                ? AuditLog.record(connection, "deleted", KIND, key)
                : Mono.error(Projection.managed(key, found.origin()));
    }

    private static Result result(Readable row) {
        if (!Rows.required(row, "source_exists", Boolean.class)) {
            return missing("source", Rows.required(row, "source", String.class));
        }
        if (!Rows.required(row, "target_exists", Boolean.class)) {
            return missing("target", Rows.required(row, "target", String.class));
        }
        String origin = Rows.required(row, "origin", String.class);
        return origin.equals(EntityRepository.GRAPH)
                ? Result.of(outcome(
                        Rows.required(row, "written", Boolean.class), Rows.required(row, "created", Boolean.class)))
                : Result.of(Projection.managed("this relationship", origin));
    }

    private static Outcome outcome(boolean written, boolean created) {
        if (!written) {
            return Outcome.UNCHANGED;
        }
        return created ? Outcome.CREATED : Outcome.UPDATED;
    }

    private static Result missing(String end, String id) {
        return Result.of(InvalidRequest.of(end, id, "the id of an existing entity"));
    }
}
