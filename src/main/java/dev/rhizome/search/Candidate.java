package dev.rhizome.search;

import dev.rhizome.database.PackedRows;
import dev.rhizome.graph.Projection;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document that one leg found.
 *
 * @param id of the document
 * @param type of the document
 * @param name of the document
 * @param confidence of the document, 0 to 1
 * @param metadata of the document, a JSON object
 * @param indexedAt when the document was written last
 * @param measure cosine distance of the vector leg, 0 to 2; BM25 score of the text leg, 0 and up; 0 from the graph leg
 * @param owner slug of the tenant that shares it, null for the tenant's own
 */
record Candidate(
        String id,
        String type,
        String name,
        float confidence,
        String metadata,
        Instant indexedAt,
        double measure,
        @Nullable String owner) {

    /** The columns of {@code hybrid_search_index as i} that {@link #PACKED} packs; a measure has to come with them. */
    static final String COLUMNS = "i.document_id, i.type, i.name, i.confidence, i.metadata, i.indexed_at";

    /** What {@link #list} reads: all rows of a query of these columns and the measure, in one. */
    static final String PACKED = """
            encode(string_agg(record_send(row(document_id, type, name, confidence, metadata::text, indexed_at, measure)), ''),
                   'base64') as documents
            """;

    /** The documents in {@code row}, in the order of the query. */
    static List<Candidate> list(Readable row) {
        return PackedRows.of(row, "documents", Candidate::of);
    }

    private static Candidate of(PackedRows row) {
        return new Candidate(
                row.text(), row.text(), row.text(), row.real(), row.text(), row.instant(), row.ratio(), null);
    }

    /** This document as one that {@code slug} shares. */
    Candidate sharedBy(String slug) {
        return new Candidate(id, type, name, confidence, metadata, indexedAt, measure, slug);
    }

    boolean isOwn() {
        return owner == null;
    }

    /** Its id, which for one that another tenant shares is no id of the tenant's own: both may have given the same. */
    String key() {
        return keyOf(id);
    }

    /** As {@link #key}, of the document that it is a chunk of; its own key where it is none. */
    String documentKey() {
        return keyOf(Projection.ownerOf(id));
    }

    private String keyOf(String ofNode) {
        return owner == null ? ofNode : owner + '\0' + ofNode;
    }
}
