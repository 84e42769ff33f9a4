package dev.rhizome.indexing;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;

/**
 * A document whose vector is to be made.
 *
 * @param id id of the document
 * @param name name of the document
 * @param text text of the document
 * @param indexedAt when the document was written, by which a later change is noticed
 */
record WithoutVector(String id, String name, String text, Instant indexedAt) {

    static WithoutVector of(Readable row) {
        return new WithoutVector(
                Rows.required(row, "document_id", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "body", String.class),
                Rows.required(row, "indexed_at", Instant.class));
    }

    /** What is to be embedded of each of {@code documents}. */
    static List<String> texts(List<WithoutVector> documents) {
        return documents.stream()
                .map(document -> SearchDocument.embeddable(document.name(), document.text()))
                .toList();
    }
}
