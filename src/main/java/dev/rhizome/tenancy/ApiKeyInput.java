package dev.rhizome.tenancy;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.Role;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A new key as it is asked for.
 *
 * @param name for people
 * @param role what it may do
 * @param expiresAt in the future, or null
 */
record ApiKeyInput(
        @Name String name,
        @OneOf({"reader", "writer", "admin", "auditor"}) String role,
        @Nullable Instant expiresAt) {

    /**
     * This key, if it lives on after {@code now}.
     *
     * @throws InvalidRequest where it ends before
     */
    ApiKeyInput livingAfter(Instant now) {
        Times.checkBehind(now, "expiresAt", expiresAt);
        return this;
    }

    /** What it may do. */
    Role asRole() {
        return Role.ofKey(role).orElseThrow();
    }
}
