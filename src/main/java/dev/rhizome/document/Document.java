package dev.rhizome.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A document as it is stored.
 *
 * @param nodeId of its node in the graph
 * @param title that it was sent with, or its own
 * @param bytes of what was sent
 * @param pages of a PDF, null of anything else
 * @param chunks how many it is found by
 * @param text all that it says; null in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Document(
        String id,
        String nodeId,
        String title,
        @Nullable String url,
        String mediaType,
        float confidence,
        @JsonRawValue String metadata,
        long bytes,
        @Nullable Integer pages,
        int chunks,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String text) {

    static final String COLUMNS =
            "document_id, node_id, title, url, media_type, confidence, metadata, bytes, pages, chunks, created_at, updated_at";

    static Document of(Readable row) {
        return of(row, null);
    }

    /** With its text, which the row has too. */
    static Document whole(Readable row) {
        return of(row, Rows.required(row, "text", String.class));
    }

    private static Document of(Readable row, @Nullable String text) {
        return new Document(
                Rows.required(row, "document_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "title", String.class),
                row.get("url", String.class),
                Rows.required(row, "media_type", String.class),
                Rows.required(row, "confidence", Float.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "bytes", Long.class),
                row.get("pages", Integer.class),
                Rows.required(row, "chunks", Integer.class),
                Rows.required(row, "created_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class),
                text);
    }

    Cursor cursor() {
        return Cursor.of(updatedAt.toString(), id);
    }
}
