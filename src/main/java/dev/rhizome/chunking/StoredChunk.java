package dev.rhizome.chunking;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as it is stored.
 *
 * @param id of its node, by which search finds it
 * @param place in the text, from 1
 * @param start of its first character in the whole text, from 0, in UTF-16 units
 * @param end behind its last character
 * @param heading those above it, outermost first; empty where there are none
 * @param page on which it begins, null where there are no pages
 * @param name of its node
 * @param text what it says
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredChunk(
        String id,
        int place,
        int start,
        int end,
        String heading,
        @Nullable Integer page,
        String name,
        String text) {

    static StoredChunk of(Readable row) {
        return new StoredChunk(
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "place", Integer.class),
                Rows.required(row, "starts_at", Integer.class),
                Rows.required(row, "ends_at", Integer.class),
                Rows.required(row, "heading", String.class),
                row.get("page", Integer.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "text", String.class));
    }

    /** Of the page behind it. */
    public Cursor cursor() {
        return Cursor.of(String.valueOf(place));
    }
}
