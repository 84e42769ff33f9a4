package dev.rhizome.document;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.ChunkChanges;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.extraction.Source;
import dev.rhizome.graph.Projection;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Documents of the current tenant. */
final class DocumentRepository {

    static final String ORIGIN = "document";

    /** Ids of those from before {@code $2}, the oldest first. */
    static final String OLDEST = """
            select document_id as id from documents where tenant_id = $1 and updated_at < $2 order by updated_at limit $3
            """;

    private static final String STATE = """
            select revision, next_chunk, chunks, encode(input_hash, 'hex') as input_hash
              from documents where tenant_id = $1 and document_id = $2
            """;
    private static final String ADD = """
            insert into documents
              (tenant_id, document_id, title, url, media_type, input_hash, text, confidence, metadata, bytes, pages, chunks, next_chunk)
            values ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9::jsonb, $10, nullif($11::integer, 0), $12, $13)
                on conflict on constraint documents_pkey do nothing
            returning document_id
            """;
    private static final String CHANGE = """
            update documents
               set title = $3, url = $4, media_type = $5, input_hash = decode($6, 'hex'), text = $7, confidence = $8, metadata = $9::jsonb,
                   bytes = $10, pages = nullif($11::integer, 0), chunks = $12, next_chunk = $13, revision = gen_random_uuid(),
                   updated_at = now()
             where tenant_id = $1 and document_id = $2 and revision = $14
            returning document_id
            """;
    private static final String PUT_NODE = """
            select put_graph_nodes('document', array[$1], array['DOCUMENT'], array[$2], array[''], array[$3::real], array[$4::jsonb]) as written
            """;
    private static final String GET =
            "select " + Document.COLUMNS + ", text from documents where tenant_id = $1 and document_id = $2";
    private static final String LIST = "select " + Document.COLUMNS + """

              from documents
             where tenant_id = $1 and (updated_at, document_id) < ($2, $3)
               and ($4::text is null or media_type = $4) and ($5::text is null or url = $5)
             order by updated_at desc, document_id desc
             limit $6
            """;
    private static final String DELETE =
            "delete from documents where tenant_id = $1 and document_id = $2 returning node_id";

    private final TenantTransactions transactions;

    DocumentRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * What is stored under an id.
     *
     * @param revision another one after each change; null where nothing is stored
     * @param nextChunk number of its next new chunk, from 1
     * @param inputHash of what was sent, in hex
     */
    record State(@Nullable UUID revision, int nextChunk, int chunks, String inputHash) {

        private static final State NONE = new State(null, 1, 0, "");
    }

    /**
     * A document whose text was read.
     *
     * @param input what was sent
     * @param hash of it, in hex
     * @param title 1 to 500 characters
     * @param text all that it says
     * @param pages 0 where there are none
     */
    record ReadDocument(DocumentInput input, String hash, String title, String text, int pages) {

        /** The arguments {@code $2} to {@code $13}, then {@code more}. */
        private Object[] with(ChunkChanges changes, Object... more) {
            Source source = input.source();
            List<Object> arguments = new ArrayList<>(List.of(
                    input.id(),
                    title,
                    Query.nullable(source.url().isEmpty() ? null : source.url(), String.class),
                    source.format().mediaType(),
                    hash,
                    text,
                    input.confidence(),
                    input.metadata(),
                    (long) source.bytes().length,
                    pages,
                    changes.count(),
                    changes.nextChunk()));
            arguments.addAll(List.of(more));
            return arguments.toArray();
        }
    }

    /** What is stored under {@code id}, or that nothing is. */
    Mono<State> state(String id) {
        return transactions
                .read(Query.ofTenant(
                        STATE,
                        row -> new State(
                                Rows.required(row, "revision", UUID.class),
                                Rows.required(row, "next_chunk", Integer.class),
                                Rows.required(row, "chunks", Integer.class),
                                Rows.required(row, "input_hash", String.class)),
                        id))
                .next()
                .defaultIfEmpty(State.NONE);
    }

    /**
     * Stores a document with its chunks.
     *
     * @param before what was stored when {@code changes} were made
     * @param chunks writes them
     * @return whether it was created; empty, with nothing written, where something else than {@code before} is stored by now
     */
    Mono<Outcome> put(ReadDocument document, State before, ChunkChanges changes, ChunkedTexts.Store chunks) {
        DocumentInput input = document.input();
        UUID revision = before.revision();
        Outcome outcome = revision == null ? Outcome.CREATED : Outcome.UPDATED;
        Query<Boolean> put = revision == null
                ? Query.ofTenant(ADD, row -> true, document.with(changes))
                : Query.ofTenant(CHANGE, row -> true, document.with(changes, revision));
        Query<Boolean> node = Query.of(
                PUT_NODE, row -> true, input.nodeId(), document.title(), input.confidence(), input.chunkMetadata());
        return transactions.writing(connection -> connection
                .rows(put)
                .next()
                .delayUntil(written -> connection.list(node))
                .delayUntil(written -> chunks.by(connection))
                .delayUntil(written -> AuditLog.record(connection, outcome.label(), DocumentInput.KIND, input.id()))
                .map(written -> outcome));
    }

    /** Completes where there is the document {@code id}; else an error of {@link NotFound}. */
    Mono<Void> exists(String id) {
        return state(id)
                .filter(state -> state.revision() != null)
                .switchIfEmpty(missing(id))
                .then();
    }

    /** The document with its text, or an error of {@link NotFound}. */
    Mono<Document> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Document::whole, id))
                .next()
                .switchIfEmpty(missing(id));
    }

    /**
     * Documents without their text, changed last first, behind {@code after}.
     *
     * @param mediaType of theirs, null for any
     * @param url of theirs, null for any
     */
    Flux<Document> list(@Nullable String mediaType, @Nullable String url, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Document::of,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                Query.nullable(mediaType, String.class),
                Query.nullable(url, String.class),
                limit));
    }

    /** Removes a document with its chunks from wherever they are; an error of {@link NotFound}. */
    Mono<Void> delete(String id) {
        return transactions
                .writing(connection -> delete(connection, id))
                .switchIfEmpty(missing(id))
                .then();
    }

    private static Mono<String> delete(TenantConnection connection, String id) {
        return connection
                .rows(Query.ofTenant(DELETE, row -> Rows.required(row, "node_id", String.class), id))
                .next()
                .delayUntil(node -> ChunkedTexts.remove(connection, ORIGIN, List.of(node)))
                .delayUntil(node -> AuditLog.record(connection, "deleted", DocumentInput.KIND, id));
    }

    private static <T> Mono<T> missing(String id) {
        return Mono.error(() -> new NotFound(DocumentInput.KIND, id));
    }

    /** The node of the document {@code id}. */
    static String nodeId(String id) {
        return Projection.nodeId(DocumentInput.KIND, id);
    }
}
