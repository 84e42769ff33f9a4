package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** That a key that is revoked, and a tenant that is suspended or removed, are refused in every process, and how soon. */
class RevocationContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService HERE = RunningService.on(DATABASE);
    private static final RunningService THERE = RunningService.on(DATABASE);
    /** What the documentation promises. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final String SEARCH = "/v1/search?q=one&legs=text";

    private String tenant = "";
    private String key = "";

    @BeforeEach
    void aKeyThatBothProcessesKnow() {
        tenant = HERE.newTenant("t" + UUID.randomUUID().toString().substring(0, 18));
        key = HERE.newKey(tenant, "writer");
        assertThat(status(HERE)).isEqualTo(200);
        assertThat(status(THERE)).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        HERE.close();
        THERE.close();
    }

    @Test
    void aRevokedKeyIsRefusedHereFromTheAnswerOnAndElsewhereSoon() {
        revoke();
        long answered = System.nanoTime();

        assertThat(status(HERE)).isEqualTo(401);
        assertThat(refusedThere(answered, 401)).isLessThan(SOON);
    }

    @Test
    void aSuspendedTenantIsRefusedUntilItIsActiveAgain() {
        state("suspended");
        long answered = System.nanoTime();

        assertThat(status(HERE)).isEqualTo(403);
        assertThat(refusedThere(answered, 403)).isLessThan(SOON);

        state("active");
        answered = System.nanoTime();
        assertThat(status(HERE)).isEqualTo(200);
        assertThat(refusedThere(answered, 200)).isLessThan(SOON);
    }

    @Test
    void aTenantThatIsRemovedIsRefusedFromTheAnswerOn() {
        HERE.client(RunningService.OPERATOR)
                .delete()
                .uri("/v1/tenants/" + tenant)
                .exchange()
                .expectStatus()
                .isNoContent();
        long answered = System.nanoTime();

        assertThat(status(HERE)).isEqualTo(401);
        assertThat(refusedThere(answered, 401)).isLessThan(SOON);
    }

    @Test
    void aProcessThatHearsNothingBelievesNothingForLong() throws SQLException {
        DATABASE.asAdministrator("""
                select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and query ~ '^(listen|notify) '
                """);
        revoke();
        long answered = System.nanoTime();

        assertThat(status(HERE)).isEqualTo(401);
        assertThat(refusedThere(answered, 401)).isLessThan(SOON);
    }

    @Test
    void anUploadUnderWayEndsWithItsKey() {
        try (RawConnection connection = RawConnection.to(THERE.port())) {
            connection.send("POST /v1/entities HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                    + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n"
                    + "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}\n");
            assertThat(connection.readUntil("\"line\":1", SOON)).contains("\"created\"");
            revoke();

            assertThat(connection.readToEnd(SOON))
                    .contains("\"line\":2", "\"status\":401", "was revoked", "\"summary\"");
        }
    }

    @Test
    void anUploadGoesOnWhenAnotherThingOfItsTenantChanges() {
        try (RawConnection connection = RawConnection.to(HERE.port())) {
            String line = "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}\n";
            connection.send("POST /v1/entities HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                    + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + 2 * line.length()
                    + "\r\nConnection: close\r\n\r\n" + line);
            assertThat(connection.readUntil("\"line\":1", SOON)).contains("\"created\"");
            change(Map.of("name", "another"));
            state("active");
            connection.send(line);

            assertThat(connection.readToEnd(SOON))
                    .contains("\"line\":2", "\"unchanged\"")
                    .doesNotContain("401");
        }
    }

    private void revoke() {
        UUID id = ApiKeySecret.parse(key).orElseThrow().keyId();
        HERE.client(RunningService.OPERATOR)
                .delete()
                .uri("/v1/tenants/" + tenant + "/keys/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    private void state(String status) {
        change(Map.of("status", status)).jsonPath("$.status").isEqualTo(status);
    }

    @CanIgnoreReturnValue
    private WebTestClient.BodyContentSpec change(Map<String, String> what) {
        return HERE.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + tenant)
                .bodyValue(what)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }

    private int status(RunningService service) {
        return service.client(key)
                .get()
                .uri(SEARCH)
                .exchange()
                .returnResult()
                .getStatus()
                .value();
    }

    /** How long after {@code answered} the other process says {@code status}. */
    private Duration refusedThere(long answered, int status) {
        Duration since = Duration.ZERO;
        while (status(THERE) != status && since.compareTo(SOON) < 0) {
            since = Duration.ofNanos(System.nanoTime() - answered);
        }
        return since;
    }
}
