package dev.rhizome.tenancy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it can be shown: without its secret.
 *
 * @param id which key
 * @param name for people
 * @param role what it may do
 * @param createdAt when it was made
 * @param expiresAt when it ends by itself, null for never
 * @param revokedAt when it was revoked, null where it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiKey(
        UUID id,
        String name,
        String role,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /**
     * A key and the secret that is shown this once.
     *
     * @param id which key
     * @param key the secret text
     */
    record Issued(UUID id, String key) {}

    static ApiKey of(Readable row) {
        return new ApiKey(
                Rows.required(row, "key_id", UUID.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "role", String.class),
                Rows.required(row, "created_at", Instant.class),
                row.get("expires_at", Instant.class),
                row.get("revoked_at", Instant.class));
    }
}
