package dev.rhizome.chunking;

import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.extraction.Block;
import dev.rhizome.fairness.FairThreads;
import dev.rhizome.graph.Projection;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.indexing.Indexer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores long texts as chunks that search finds. A text that is sent again keeps the chunks that it had: only what is new gets a vector,
 * and only what is gone goes.
 */
public final class ChunkedTexts {

    /** Vectors of more new chunks than this are not waited for: a job makes them, and until then the chunks are found by words alone. */
    private static final int MOST_AT_ONCE = 64;

    private static final String STORED = """
            select number, node_id, encode(text_hash, 'hex') as text_hash, encode(node_hash, 'hex') as node_hash
              from chunks where tenant_id = $1 and owner_id = $2
             order by place
            """;
    private static final String REMOVE = "select remove_nodes($1, $2) as removed";
    private static final String PUT_EDGES = """
            select put_edges($1, array_agg($2::text), array_agg('HAS_CHUNK'::text), array_agg(id), array_agg(true),
                             array_agg(1::real), array_agg(1::real), array_agg('{}'::jsonb)) as written
              from unnest($3::text[]) as t (id) having count(*) > 0
            """;
    private static final String PUT = """
            insert into chunks as c
              (tenant_id, owner_id, number, place, starts_at, ends_at, heading, page, text_hash, node_hash)
            select $1, $2, number, place, starts_at, ends_at, heading, nullif(page, 0), decode(text_hash, 'hex'), decode(node_hash, 'hex')
              from unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::text[], $8::integer[], $9::text[], $10::text[])
                as t (number, place, starts_at, ends_at, heading, page, text_hash, node_hash)
                on conflict on constraint chunks_pkey do update
               set place = excluded.place, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                   heading = excluded.heading, page = excluded.page, node_hash = excluded.node_hash
             where (c.place, c.starts_at, c.ends_at, c.heading, c.page, c.node_hash)
                   is distinct from (excluded.place, excluded.starts_at, excluded.ends_at, excluded.heading, excluded.page, excluded.node_hash)
            """;
    private static final String REMOVE_ALL = """
            select remove_nodes($2, array(select node_id from chunks where tenant_id = $1 and owner_id = any ($3) order by node_id)
                                    || $3::text[]) as removed
            """;
    private static final String LIST = """
            select c.node_id, c.number, c.place, c.starts_at, c.ends_at, c.heading, c.page, e.name, e.text
              from chunks c
              join entities e on e.tenant_id = $1 and e.entity_id = c.node_id
             where c.tenant_id = $1 and c.owner_id = $2 and c.place > $3
             order by c.place
             limit $4
            """;

    private final TenantTransactions transactions;
    private final Indexer indexer;
    private final Chunker chunker;
    private final FairThreads threads;

    /** Cuts by {@code chunker}, on {@code threads}, and works through the one door. */
    ChunkedTexts(TenantTransactions transactions, Indexer indexer, Chunker chunker, FairThreads threads) {
        this.transactions = transactions;
        this.indexer = indexer;
        this.chunker = chunker;
        this.threads = threads;
    }

    /** Whether {@code text} is one chunk for sure, and need not be cut. */
    public boolean surelyFits(String text) {
        return chunker.surelyFits(text);
    }

    /** Cuts a text, which takes up to a second, when it is the tenant's turn; cancelling gives the turn up. */
    public Mono<List<Chunk>> cut(List<Block> blocks) {
        return threads.run(() -> chunker.cut(blocks));
    }

    /** What changes when {@code chunks} are the text of {@code owner}; reads what is stored. */
    public Mono<ChunkChanges> changes(TextOwner owner, List<Chunk> chunks) {
        return transactions
                .read(Query.ofTenant(
                        STORED,
                        row -> new ChunkChanges.Stored(
                                Rows.required(row, "number", Integer.class),
                                Rows.required(row, "node_id", String.class),
                                Rows.required(row, "text_hash", String.class),
                                Rows.required(row, "node_hash", String.class)),
                        owner.nodeId()))
                .collectList()
                .map(stored -> new ChunkChanges(owner, chunks, stored));
    }

    /** What a writer of the owner calls in its transaction, behind the statement that has written the owner's node. */
    @FunctionalInterface
    public interface Store {

        /** Writes the chunks by {@code connection}; completes when it is done. */
        Mono<Void> by(TenantConnection connection);
    }

    /**
     * Makes the vectors that {@code changes} need, and then has them written. No connection is held before.
     *
     * @param write opens the transaction
     * @return what {@code write} gives
     */
    public <T> Mono<T> write(ChunkChanges changes, Function<Store, Mono<T>> write) {
        if (changes.documents().isEmpty()) {
            return Mono.defer(() -> write.apply(connection -> store(connection, changes, null)));
        }
        Function<IndexArrays, Mono<T>> stored = arrays -> write.apply(connection -> store(connection, changes, arrays));
        int wanted = changes.documents().size() - changes.asBefore().size();
        return wanted > MOST_AT_ONCE
                ? indexer.writeEarly(changes.documents(), stored)
                : indexer.write(changes.documents(), changes.asBefore(), stored);
    }

    private static Mono<Void> store(TenantConnection connection, ChunkChanges changes, @Nullable IndexArrays arrays) {
        String origin = changes.owner().origin();
        Mono<?> remove = changes.gone().isEmpty()
                ? Mono.empty()
                : connection.list(
                        Query.of(REMOVE, row -> true, origin, changes.gone().toArray(String[]::new)));
        Mono<?> nodes = arrays == null
                ? Mono.empty()
                : connection.list(
                        Query.of("select " + Projection.putNodes(origin) + " as written", row -> true, arrays.with()));
        return remove.then(nodes.then())
                .then(Mono.defer(() -> connection.changed(rows(changes))))
                .then(Mono.defer(() -> connection.list(edges(changes))))
                .then();
    }

    private static Query<Void> rows(ChunkChanges changes) {
        List<NumberedChunk> all = changes.all();
        return Query.changeOfTenant(
                PUT,
                changes.owner().nodeId(),
                Columns.of(all, NumberedChunk::number, Integer[]::new),
                Columns.of(all, NumberedChunk::place, Integer[]::new),
                Columns.of(all, one -> one.chunk().start(), Integer[]::new),
                Columns.of(all, one -> one.chunk().end(), Integer[]::new),
                Columns.texts(all, one -> one.chunk().heading()),
                Columns.of(all, one -> one.chunk().page(), Integer[]::new),
                Columns.texts(all, NumberedChunk::textHash),
                Columns.texts(all, NumberedChunk::nodeHash));
    }

    private static Query<Boolean> edges(ChunkChanges changes) {
        return Query.of(
                PUT_EDGES,
                row -> true,
                changes.owner().origin(),
                changes.owner().nodeId(),
                Columns.texts(changes.documents(), document -> document.id()));
    }

    /** Removes the nodes of owners and of their chunks, with all that hangs on them, in the transaction of {@code connection}. */
    public static Mono<Void> remove(TenantConnection connection, String origin, List<String> owners) {
        return connection
                .list(Query.ofTenant(REMOVE_ALL, row -> true, origin, owners.toArray(String[]::new)))
                .then();
    }

    /** Chunks of an owner in the order of its text, behind {@code afterPlace}. */
    public Flux<StoredChunk> list(String owner, int afterPlace, int limit) {
        return transactions.read(Query.ofTenant(LIST, StoredChunk::of, owner, afterPlace, limit));
    }
}
