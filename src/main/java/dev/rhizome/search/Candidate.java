package dev.rhizome.search;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;

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

    /** The columns of {@code hybrid_search_index as i} that {@link #of} reads; a measure has to come with them. */
    static final String COLUMNS = "i.document_id, i.type, i.name, i.confidence, i.metadata, i.indexed_at";

    static Candidate of(Readable row) {
        return new Candidate(
                Rows.required(row, "document_id", String.class),
                Rows.required(row, "type", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "confidence", Float.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "indexed_at", Instant.class),
                Rows.required(row, "measure", Double.class));
    }
}
