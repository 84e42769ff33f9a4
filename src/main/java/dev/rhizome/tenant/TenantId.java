package dev.rhizome.tenant;

import dev.rhizome.problem.InvalidRequest;
import java.util.UUID;

/**
 * Identity of a tenant.
 *
 * @param value never derived from anything a caller names freely; see {@code http.AuthenticationFilter}
 */
public record TenantId(UUID value) {

    /**
     * Reads the canonical text form of a UUID.
     *
     * @param field name of the input, for the error
     * @throws InvalidRequest when {@code text} is no UUID
     */
    public static TenantId parse(String field, String text) {
        try {
            UUID value = UUID.fromString(text);
            if (value.toString().equalsIgnoreCase(text)) {
                return new TenantId(value);
            }
        } catch (IllegalArgumentException e) {
            // falls through to the same answer as a shortened form, which UUID.fromString accepts
        }
        throw InvalidRequest.of(field, "not a UUID", "a UUID such as 018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
