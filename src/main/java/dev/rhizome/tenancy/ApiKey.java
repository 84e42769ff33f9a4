package dev.rhizome.tenancy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.http.JsonFields;
import dev.rhizome.tenant.Role;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
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
     * What is wanted of a new key.
     *
     * @param name for people
     * @param role what it may do
     * @param expiresAt in the future, or null
     */
    record Wanted(String name, Role role, @Nullable Instant expiresAt) {

        static Wanted read(byte[] json, Instant now) {
            JsonFields body = JsonFields.parse(json, Set.of("name", "role", "expiresAt"));
            String name = body.fields().text("name", body.requiredText("name"), 1, 500);
            String label = body.requiredText("role");
            Role role = Role.ofKey(label).orElse(Role.READER);
            if (Role.ofKey(label).isEmpty()) {
                body.fields().reject("role", label, "reader, writer, admin or auditor");
            }
            Instant expiresAt = expiry(body, now);
            body.finish();
            return new Wanted(name, role, expiresAt);
        }

        private static @Nullable Instant expiry(JsonFields body, Instant now) {
            String text = body.text("expiresAt");
            if (text == null) {
                return null;
            }
            try {
                Instant expiry = Instant.parse(text);
                if (expiry.isAfter(now)) {
                    return expiry;
                }
            } catch (DateTimeParseException e) {
                // the same answer as a time that has passed
            }
            body.fields().reject("expiresAt", text, "a time to come, such as 2031-01-31T12:00:00Z");
            return null;
        }
    }

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
