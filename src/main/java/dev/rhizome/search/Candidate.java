package dev.rhizome.search;

import dev.rhizome.database.PackedRows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;

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
 */
record Candidate(
        String id, String type, String name, float confidence, String metadata, Instant indexedAt, double measure) {

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
        return new Candidate(row.text(), row.text(), row.text(), row.real(), row.text(), row.instant(), row.ratio());
    }
}
