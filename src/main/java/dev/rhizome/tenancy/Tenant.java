package dev.rhizome.tenancy;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;

/**
 * A tenant.
 *
 * @param id its identity everywhere
 * @param slug a word for URLs and people, unique
 * @param name for people
 * @param isolation {@code strict}: nothing of it is shown to any other tenant; {@code federated}: nothing but figures over all such tenants,
 *     with noise
 * @param privacy how much such figures may tell, a JSON object
 * @param retention how long what is kept, a JSON object
 * @param language text search configuration that its texts are read with, such as {@code english}
 * @param embeddingModel whose vectors it is searched by
 * @param status {@code active}, {@code suspended} while its keys are refused, or {@code closing} while its rows are being removed
 * @param createdAt when it was made
 * @param updatedAt when it was changed last
 */
public record Tenant(
        UUID id,
        String slug,
        String name,
        String isolation,
        @JsonRawValue String privacy,
        @JsonRawValue String retention,
        String language,
        String embeddingModel,
        String status,
        Instant createdAt,
        Instant updatedAt) {

    static Tenant of(Readable row) {
        return new Tenant(
                Rows.required(row, "tenant_id", UUID.class),
                Rows.required(row, "slug", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "isolation", String.class),
                Rows.required(row, "privacy", String.class),
                Rows.required(row, "retention", String.class),
                Rows.required(row, "language", String.class),
                Rows.required(row, "embedding_model", String.class),
                Rows.required(row, "status", String.class),
                Rows.required(row, "created_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }
}
