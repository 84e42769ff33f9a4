package dev.rhizome.graph;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Entities of the current tenant. */
public final class EntityRepository {

    /**
     * What of a stored entity decides how it is written again.
     *
     * @param id of the entity
     * @param digest see {@link EntityInput#digest}
     * @param words see {@link EntityInput#words}
     * @param ownVector whether its writer gave the vector
     */
    record Stored(String id, String digest, String words, boolean ownVector) {

        private static Stored of(Readable row) {
            return new Stored(
                    Rows.required(row, "entity_id", String.class),
                    Rows.required(row, "digest", String.class),
                    Rows.required(row, "words", String.class),
                    Rows.required(row, "own_vector", Boolean.class));
        }
    }

    private record Written(String id, boolean created) {}

    /** Origin of what the graph's own routes write. */
    static final String GRAPH = "graph";

    private static final String GET = """
            select entity_id, type, name, text, confidence, metadata, created_at, updated_at
              from entities
             where tenant_id = $1 and entity_id = $2
            """;
    private static final String STORED = """
            select entity_id, encode(digest, 'hex') as digest, own_vector,
                   encode(sha256(convert_to(name || E'\\x01' || text, 'UTF8')), 'hex') as words
              from entities
             where tenant_id = $1 and entity_id = any ($2)
            """;
    private static final String PUT = """
            with incoming as (
              select *
                from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::real[], $7::text[]::jsonb[], $9::vector[],
                            $11::vector[], $12::text[], $13::boolean[])
                  as t (id, type, name, body, confidence, metadata, embedding, next_embedding, digest, own)
            ), written as (
              insert into entities as e (tenant_id, entity_id, type, name, text, confidence, metadata, digest, own_vector)
              select $1, id, type, name, body, confidence, metadata, decode(digest, 'hex'), own from incoming
                  on conflict on constraint entities_pkey do update
                 set type = excluded.type, name = excluded.name, text = excluded.text,
                     confidence = excluded.confidence, metadata = excluded.metadata, digest = excluded.digest,
                     own_vector = excluded.own_vector, updated_at = now()
               where e.digest is distinct from excluded.digest and e.origin = 'graph'
              returning entity_id, (xmax = 0) as created
            ), indexed as (
              select index_documents(array_agg(i.id), array_agg(i.type), array_agg(i.name), array_agg(i.body),
                                  array_agg(i.confidence), array_agg(i.metadata), $8::smallint, array_agg(i.embedding),
                                  $10::smallint, array_agg(i.next_embedding)) as documents
                from incoming i join written w on w.entity_id = i.id
            )
            select entity_id, created from written, indexed
            """;
    private static final String DELETE = """
            with found as materialized (
              select origin from entities where tenant_id = $1 and entity_id = $2
            ), gone as (
              delete from entities where tenant_id = $1 and entity_id = $2 and origin = 'graph' returning entity_id
            ), unindexed as (
              select unindex_documents(array_agg(entity_id)) as documents from gone
            )
            select origin from found, unindexed
            """;

    private final TenantTransactions transactions;

    /** Works through the one door. */
    public EntityRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The entity, or an error of {@link NotFound}. */
    public Mono<Entity> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Entity::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", id)));
    }

    /**
     * Removes the entity, its relationships and its place in search.
     *
     * @return when it is gone; an error of {@link NotFound} where it is not, of {@code Conflict} where it stands for a
     *     domain object
     */
    public Mono<Void> delete(String id) {
        Query<String> query = Query.ofTenant(DELETE, row -> Rows.required(row, "origin", String.class), id);
        return transactions
                .writing(connection ->
                        connection.rows(query).next().delayUntil(origin -> recordDeleted(connection, id, origin)))
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", id)))
                .then();
    }

    private static Mono<Void> recordDeleted(TenantConnection connection, String id, String origin) {
        return origin.equals(GRAPH)
                ? AuditLog.record(connection, "deleted", "entity", id)
                : Mono.error(Projection.managed(id, origin));
    }

    /** The keys of those of {@code entities} that exist. */
    Mono<Set<String>> storedKeys(List<EntityInput> entities) {
        return stored(entities.stream().map(EntityInput::id).toList()).map(Map::keySet);
    }

    /** What is stored of those of {@code ids} that exist, by id. */
    Mono<Map<String, Stored>> stored(List<String> ids) {
        Query<Stored> query = Query.ofTenant(STORED, Stored::of, (Object) ids.toArray(String[]::new));
        return transactions.read(query).collectMap(Stored::id);
    }

    /**
     * Stores entities and puts them into search, in one statement.
     *
     * @param arrays of the entities, as search gets them
     * @param changes the same entities in the same order, for the columns that search does not get
     * @return what became of each id; those that are not in it were unchanged
     */
    Mono<Map<String, Outcome>> put(IndexArrays arrays, List<EntityWriter.Change> changes) {
        Query<Written> query = Query.ofTenant(
                PUT,
                row -> new Written(
                        Rows.required(row, "entity_id", String.class), Rows.required(row, "created", Boolean.class)),
                arrays.with(
                        Columns.texts(changes, EntityWriter.Change::digest),
                        Columns.of(changes, EntityWriter.Change::hasOwnVector, Boolean[]::new)));
        return transactions.writing(connection -> put(connection, query));
    }

    private static Mono<Map<String, Outcome>> put(TenantConnection connection, Query<Written> query) {
        return connection
                .list(query)
                .map(EntityRepository::outcomes)
                .delayUntil(outcomes -> AuditLog.record(connection, "entity", outcomes));
    }

    private static Map<String, Outcome> outcomes(List<Written> rows) {
        Map<String, Outcome> outcomes = HashMap.newHashMap(rows.size());
        rows.forEach(row -> outcomes.put(row.id(), row.created() ? Outcome.CREATED : Outcome.UPDATED));
        return outcomes;
    }
}
