package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What tokens that are not good cost, and what becomes of those who show many. */
class TokensContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE, "--rhizome.http.refused-tokens.burst=20", "--rhizome.http.refused-tokens.per-second=1");
    private static final String TENANT = SERVICE.newTenant("tokens");
    private static final String KEY = SERVICE.newKey(TENANT, "reader");
    private static final String SEARCH = "/v1/search?q=one&legs=text";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    static List<String> keysThatNobodyIssued() {
        ApiKeySecret genuine = ApiKeySecret.parse(KEY).orElseThrow();
        byte[] another = ApiKeySecret.newBody(genuine.tenant());
        return List.of(
                ApiKeySecret.of(another, genuine.tag()).text(),
                ApiKeySecret.of(another, new byte[ApiKeySecret.TAG_BYTES]).text(),
                ApiKeySecret.of(another, new byte[0]).text(),
                ApiKeySecret.of(genuine.body(), new byte[0]).text(),
                "rz_" + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[72]),
                KEY.substring(0, KEY.length() - 1),
                KEY + "A",
                KEY.toUpperCase(java.util.Locale.ROOT),
                "rz_",
                "rzo_0123456789abcdef");
    }

    /** Any look-up would wait for the lock, longer than the test does. */
    @ParameterizedTest
    @MethodSource("keysThatNobodyIssued")
    void aKeyThatNobodyIssuedIsRefusedWithoutTheDatabase(String key) throws SQLException {
        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.api_keys in access exclusive mode")) {
            long began = System.nanoTime();
            assertThat(status(key)).isIn(401, 429);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            assertThat(lock.isHeld()).isTrue();
        }
    }

    @Test
    void aRevokedKeyIsLookedUpOnce() throws SQLException {
        String revoked = SERVICE.newKey(TENANT, "reader");
        SERVICE.client(RunningService.OPERATOR)
                .delete()
                .uri("/v1/tenants/" + TENANT + "/keys/"
                        + ApiKeySecret.parse(revoked).orElseThrow().keyId())
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(status(revoked)).isIn(401, 429);

        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.api_keys in access exclusive mode")) {
            assertThat(status(revoked)).isIn(401, 429);
            assertThat(lock.isHeld()).isTrue();
        }
    }

    @Test
    void whoShowsManyIsToldToWaitAndAGoodKeyFromTheSameAddressIsNot() {
        String made = keysThatNobodyIssued().getFirst();
        int refusals = 0;
        while (status(made) == 401) {
            assertThat(++refusals).isLessThan(100);
        }

        SERVICE.client(made)
                .get()
                .uri(SEARCH)
                .exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectHeader()
                .valueEquals("Connection", "close")
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("too many tokens from this address were refused");
        assertThat(status(KEY)).isEqualTo(200);
    }

    @Test
    void aKeyFromBeforeThereWereTagsCountsWhereThereAreSuchKeys() {
        TestDatabase upgraded = TestDatabase.create();
        upgraded.asOwner("update rhizome.installation set has_untagged_keys = true");
        try (RunningService service = RunningService.on(upgraded)) {
            String tenant = service.newTenant("upgraded");
            ApiKeySecret old = ApiKeySecret.of(
                    ApiKeySecret.newBody(new dev.rhizome.tenant.TenantId(UUID.fromString(tenant))), new byte[0]);
            upgraded.asAdministrator(
                    "insert into rhizome.api_keys (tenant_id, key_id, name, role, secret_hash) values ('" + tenant
                            + "', '" + old.keyId() + "', 'old', 'reader', sha256('" + old.text() + "'))");

            assertThat(status(service.client(old.text()))).isEqualTo(200);
            assertThat(status(service.client(ApiKeySecret.of(old.body(), new byte[ApiKeySecret.TAG_BYTES])
                            .text())))
                    .isEqualTo(401);
        }
    }

    private static int status(String key) {
        return status(SERVICE.client(key));
    }

    private static int status(WebTestClient client) {
        return client.get().uri(SEARCH).exchange().returnResult().getStatus().value();
    }
}
