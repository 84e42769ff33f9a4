package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenancy.TenantInput.Events;
import dev.rhizome.tenant.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an operator may say of a tenant and of a key, and when. */
class InputsTest {

    private static TenantInput tenant(@Nullable String slug, @Nullable String status) {
        return new TenantInput(slug, "name", null, null, null, null, status);
    }

    @Test
    void aNewTenantHasASlugAndNoStatus() {
        assertThat(tenant("acme", null).forNew().slug()).isEqualTo("acme");
        assertThatThrownBy(() -> tenant(null, null).forNew())
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("slug: missing");
        assertThatThrownBy(() -> tenant("acme", "active").forNew())
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("status: active");
    }

    @Test
    void aTenantKeepsItsSlug() {
        assertThat(tenant(null, "suspended").forExisting().status()).isEqualTo("suspended");
        assertThatThrownBy(() -> tenant("acme", null).forExisting())
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("slug: acme");
    }

    private static List<String> faults(@Nullable Integer days, String policy) {
        List<String> faults = new ArrayList<>();
        new Events(days, policy).check((field, found, expected) -> faults.add(field + ": " + found));
        return faults;
    }

    @Test
    void eventsThatGoGoAfterAWhile() {
        assertThat(faults(null, "delete")).containsExactly("days: missing");
        assertThat(faults(null, "archive")).containsExactly("days: missing");
        assertThat(faults(null, "retain")).isEmpty();
        assertThat(faults(1, "delete")).isEmpty();
    }

    @Test
    void aKeyThatEndsDoesSoInTheFuture() {
        Instant now = Instant.parse("2026-01-31T12:00:00Z");

        assertThat(new ApiKeyInput("k", "reader", now.plusNanos(1))
                        .livingAfter(now)
                        .asRole())
                .isEqualTo(Role.READER);
        assertThat(new ApiKeyInput("k", "auditor", null).livingAfter(now).asRole())
                .isEqualTo(Role.AUDITOR);
        assertThatThrownBy(() -> new ApiKeyInput("k", "reader", now).livingAfter(now))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("expiresAt");
    }
}
