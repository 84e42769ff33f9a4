package dev.rhizome.graph;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.http.Outcome;
import dev.rhizome.problem.NotFound;
import io.r2dbc.postgresql.codec.Vector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Entities of the current tenant. */
public final class EntityRepository {

    /**
     * An entity ready to be stored.
     *
     * @param input what the client sent
     * @param digest of it, in hex
     * @param embedding the client's, or the model's
     */
    record Prepared(
            EntityInput input, String digest, @Nullable Embedding embedding) {}

    private record Digest(String id, String digest) {}

    private record Written(String id, boolean created) {}

    private static final String GET = """
            select entity_id, type, name, text, confidence, metadata, created_at, updated_at
              from entities
             where entity_id = $1
            """;
    private static final String DIGESTS =
            "select entity_id, encode(digest, 'hex') as digest from entities where entity_id = any ($1)";
    private static final String PUT = """
            with incoming as (
              select *
                from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::real[], $6::text[]::jsonb[], $7::text[],
                            $8::vector[])
                  as t (id, type, name, body, confidence, metadata, digest, embedding)
            ), written as (
              insert into entities as e (entity_id, type, name, text, confidence, metadata, digest)
              select id, type, name, body, confidence, metadata, decode(digest, 'hex') from incoming
                  on conflict on constraint entities_pkey do update
                 set type = excluded.type, name = excluded.name, text = excluded.text,
                     confidence = excluded.confidence, metadata = excluded.metadata, digest = excluded.digest,
                     updated_at = now()
               where e.digest is distinct from excluded.digest
              returning entity_id, (xmax = 0) as created
            ), indexed as (
              select index_things(array_agg(i.id), array_agg(i.type), array_agg(i.name), array_agg(i.body),
                                  array_agg(i.confidence), array_agg(i.metadata), array_agg(i.embedding), $9) as things
                from incoming i join written w on w.entity_id = i.id
            )
            select entity_id, created from written, indexed
            """;
    private static final String DELETE = """
            with gone as (
              delete from entities where entity_id = $1 returning entity_id
            ), unindexed as (
              select unindex_things(array_agg(entity_id)) as things from gone
            )
            select entity_id from gone, unindexed
            """;

    private final TenantTransactions transactions;

    /** Works through the one door. */
    public EntityRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The entity, or an error of {@link NotFound}. */
    public Mono<Entity> get(String id) {
        return transactions
                .read(Query.of(GET, Entity::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", id)));
    }

    /** Removes the entity, its relationships and its place in search; an error of {@link NotFound} where it is not. */
    public Mono<Void> delete(String id) {
        return transactions
                .writing(connection ->
                        connection.rows(Query.of(DELETE, row -> id, id)).next())
                .switchIfEmpty(Mono.error(() -> new NotFound("entity", id)))
                .then();
    }

    /** Digests in hex of those of {@code ids} that exist. */
    Mono<Map<String, String>> digests(List<String> ids) {
        Query<Digest> query = Query.of(
                DIGESTS,
                row -> new Digest(
                        Rows.required(row, "entity_id", String.class), Rows.required(row, "digest", String.class)),
                (Object) ids.toArray(String[]::new));
        return transactions.read(query).collectMap(Digest::id, Digest::digest);
    }

    /**
     * Stores entities and puts them into search, in one statement.
     *
     * @param model that made the embeddings
     * @return what became of each id; those that are not in it were unchanged
     */
    Mono<Map<String, Outcome>> put(List<Prepared> entities, String model) {
        int count = entities.size();
        Columns columns = new Columns(count);
        for (int i = 0; i < count; i++) {
            columns.set(i, entities.get(i));
        }
        Query<Written> query = Query.of(
                PUT,
                row -> new Written(
                        Rows.required(row, "entity_id", String.class), Rows.required(row, "created", Boolean.class)),
                columns.ids,
                columns.types,
                columns.names,
                columns.texts,
                columns.confidences,
                columns.metadatas,
                columns.digests,
                columns.embeddings,
                model);
        return transactions.writing(connection -> connection.list(query)).map(rows -> {
            Map<String, Outcome> outcomes = HashMap.newHashMap(rows.size());
            rows.forEach(row -> outcomes.put(row.id(), row.created() ? Outcome.CREATED : Outcome.UPDATED));
            return outcomes;
        });
    }

    /** The arrays that a batch is bound as. */
    private static final class Columns {
        private final String[] ids;
        private final String[] types;
        private final String[] names;
        private final String[] texts;
        private final Float[] confidences;
        private final String[] metadatas;
        private final String[] digests;
        private final @Nullable Vector[] embeddings;

        Columns(int count) {
            ids = new String[count];
            types = new String[count];
            names = new String[count];
            texts = new String[count];
            confidences = new Float[count];
            metadatas = new String[count];
            digests = new String[count];
            embeddings = new Vector[count];
        }

        void set(int i, Prepared entity) {
            EntityInput input = entity.input();
            Embedding embedding = entity.embedding();
            ids[i] = input.id();
            types[i] = input.type();
            names[i] = input.name();
            texts[i] = input.text();
            confidences[i] = input.confidence();
            metadatas[i] = input.metadata();
            digests[i] = entity.digest();
            embeddings[i] = embedding == null ? null : Vector.of(embedding.values());
        }
    }
}
