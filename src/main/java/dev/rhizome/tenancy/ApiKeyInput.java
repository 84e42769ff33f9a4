package dev.rhizome.tenancy;

import dev.rhizome.http.JsonFields;
import dev.rhizome.tenant.Role;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A new key as it is asked for.
 *
 * @param name for people
 * @param role what it may do
 * @param expiresAt in the future, or null
 */
record ApiKeyInput(String name, Role role, @Nullable Instant expiresAt) {

    static ApiKeyInput parse(byte[] json, Instant now) {
        JsonFields body = JsonFields.parse(json, Set.of("name", "role", "expiresAt"));
        String name = body.fields().text("name", body.requiredText("name"), 1, 500);
        String label = body.requiredText("role");
        Role role = Role.ofKey(label).orElse(Role.READER);
        if (Role.ofKey(label).isEmpty()) {
            body.fields().reject("role", label, "reader, writer, admin or auditor");
        }
        Instant expiresAt = expiry(body, now);
        body.finish();
        return new ApiKeyInput(name, role, expiresAt);
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
