package dev.rhizome.graph;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;

/**
 * A node of the knowledge graph.
 *
 * @param id chosen by its writer
 * @param type such as {@code CONCEPT}
 * @param name for people
 * @param text what it is, may be empty
 * @param confidence 0 to 1
 * @param metadata a JSON object
 * @param createdAt when it was written first
 * @param updatedAt when it was changed last
 */
public record Entity(
        String id,
        String type,
        String name,
        String text,
        float confidence,
        @JsonRawValue String metadata,
        Instant createdAt,
        Instant updatedAt) {

    static Entity of(Readable row) {
        return new Entity(
                Rows.required(row, "entity_id", String.class),
                Rows.required(row, "type", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "text", String.class),
                Rows.required(row, "confidence", Float.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "created_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }
}
