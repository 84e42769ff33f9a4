package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantId;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of an API key and its parts. */
class ApiKeySecretTest {

    private static final TenantId ACME = new TenantId(UUID.fromString("018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f"));
    private static final byte[] TAG = {1, 2, 3, 4, 5, 6, 7, 8};

    @Test
    void aKeyNamesItsTenantAndItselfAndKeepsItsTag() {
        byte[] body = ApiKeySecret.newBody(ACME);

        ApiKeySecret made = ApiKeySecret.of(body, TAG);
        ApiKeySecret read = ApiKeySecret.parse(made.text()).orElseThrow();

        assertThat(read.tenant()).isEqualTo(ACME);
        assertThat(read.keyId()).isEqualTo(made.keyId());
        assertThat(read.tag()).isEqualTo(TAG);
        assertThat(read.body()).isEqualTo(body);
        assertThat(read.hash()).hasSize(32).isEqualTo(ApiKeySecret.sha256(made.text()));
        assertThat(read.text()).startsWith("rz_");
    }

    @Test
    void aKeyFromBeforeThereWereTagsHasNone() {
        ApiKeySecret old = ApiKeySecret.parse(
                        ApiKeySecret.of(ApiKeySecret.newBody(ACME), new byte[0]).text())
                .orElseThrow();

        assertThat(old.tag()).isEmpty();
        assertThat(old.tenant()).isEqualTo(ACME);
    }

    @Test
    void noTwoKeysAreAlike() {
        ApiKeySecret one = ApiKeySecret.of(ApiKeySecret.newBody(ACME), TAG);
        ApiKeySecret other = ApiKeySecret.of(ApiKeySecret.newBody(ACME), TAG);

        assertThat(one.keyId()).isNotEqualTo(other.keyId());
        assertThat(one.hash()).isNotEqualTo(other.hash());
        byte[] secret = one.body();
        assertThat(java.util.Arrays.copyOfRange(secret, 32, 64)).isNotEqualTo(new byte[32]);
    }

    @Test
    void aKeyDoesNotTellItsSecretInALog() {
        ApiKeySecret key = ApiKeySecret.of(ApiKeySecret.newBody(ACME), TAG);

        assertThat(key.toString()).contains(key.keyId().toString()).doesNotContain(key.text());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65, 71, 73, 100})
    void whatHasAnotherLengthIsNoKey(int bytes) {
        assertThat(ApiKeySecret.parse(
                        "rz_" + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[bytes])))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rz", "rz_", "rz_*", "rzo_0123456789", "a.b.c"})
    void whatHasAnotherFormIsNoKey(String token) {
        assertThat(ApiKeySecret.parse(token)).isEmpty();
        String body = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[72]);
        assertThat(ApiKeySecret.parse(body)).isEmpty();
    }
}
