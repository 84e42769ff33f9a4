package dev.rhizome.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What tenants are told that they use, on a service that stores it only when it is asked or ends. */
class UsageContractTest {

    private static final String NEVER = "--rhizome.usage.interval=1h";
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE, "--DB_POOL_MAX=4", NEVER);
    private static final String ENTITY = "{\"id\":\"%s\",\"type\":\"T\",\"name\":\"%s\"}";
    private static final String EDGE = "{\"source\":\"a\",\"target\":\"%s\",\"type\":\"KNOWS\"}";

    private final String tenant = SERVICE.newTenant("t" + UUID.randomUUID());
    private final Api writer = Api.of(SERVICE, tenant, "writer");
    private final Api operator = Api.ofOperator(SERVICE);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void everyRequestIsCountedOnceAndByHowItWasAnswered() {
        writer.posted("/v1/entities", ENTITY.formatted("a", "a thing"));
        for (int i = 0; i < 5; i++) {
            assertThat(writer.get("/v1/entities/a").path("id").asString()).isEqualTo("a");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(writer.ask("/v1/entities/nothing").status()).isEqualTo(404);
        }
        assertThat(writer.post("/v1/entities", "{}").status()).isEqualTo(400);
        assertThat(writer.ask("/v1/nowhere").status()).isEqualTo(404);

        JsonNode usage = writer.get("/v1/usage");

        assertThat(usage.path("requests").asLong()).isEqualTo(1 + 5 + 3 + 2 + 1);
        assertThat(usage.path("refused").toString())
                .isEqualTo("{\"limits\":0,\"capacity\":0,\"invalid\":5,\"failed\":0}");
        assertThat(usage.path("notWritten").asLong()).isZero();
        assertThat(usage.path("embeddedTexts").asLong()).isEqualTo(1);
        assertThat(writer.get("/v1/usage").path("requests").asLong()).isEqualTo(13);
    }

    @Test
    void aBulkRequestIsOneAndItsRowsAreCounted() {
        JsonNode lines = writer.lines(
                "/v1/entities",
                ENTITY.formatted("a", "first") + "\n" + ENTITY.formatted("b", "second") + "\n"
                        + ENTITY.formatted("c", "third"));
        assertThat(lines.path(3).at("/summary/created").asInt()).isEqualTo(3);
        writer.lines("/v1/relationships", EDGE.formatted("b") + "\n" + EDGE.formatted("c"));
        writer.posted("/v1/events", "{\"type\":\"system_health\"}");
        writer.posted("/v1/provenance", "{\"type\":\"spec\",\"id\":\"s\"}");

        JsonNode usage = writer.get("/v1/usage");

        assertThat(usage.path("requests").asLong()).isEqualTo(5);
        // The entry of provenance is a node of the graph as well.
        assertThat(usage.path("rows").toString())
                .isEqualTo("{\"entities\":4,\"relationships\":2,\"events\":1,\"provenanceEntries\":1}");
        assertThat(usage.path("storedBytes").asLong()).isBetween(3 * 1_544L, 20_000L); // a vector is 1,544
        assertThat(Instant.parse(usage.path("countedAt").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void timeAtTheDatabaseIsTheTransactionsOwn() throws SQLException {
        writer.posted("/v1/entities", ENTITY.formatted("a", "a thing"));
        assertThat(writer.get("/v1/usage").path("databaseMillis").asLong()).isLessThan(5_000);
        long before = writer.get("/v1/usage").path("databaseMillis").asLong();
        var waiting = writer.client()
                .post("/v1/entities", ENTITY.formatted("a", "another"))
                .cache();
        try (TestDatabase.Held row = DATABASE.hold("set local app.current_tenant = '" + tenant
                + "'; select 1 from rhizome.entities where tenant_id = '" + tenant + "' for update")) {
            reactor.core.Disposable asked = waiting.subscribe();
            assertThat(reactor.core.publisher.Mono.delay(Duration.ofMillis(700)).block())
                    .isNotNull();
            assertThat(row.isHeld()).isTrue();
            assertThat(asked.isDisposed()).isFalse();
        }
        assertThat(waiting.block()).isNotNull();

        assertThat(writer.get("/v1/usage").path("databaseMillis").asLong() - before)
                .isBetween(600L, 20_000L);
    }

    @Test
    void nobodySeesAnothersAndTheOperatorSeesAll() {
        Api other = Api.of(SERVICE, SERVICE.newTenant("o" + UUID.randomUUID()), "admin");
        writer.posted("/v1/entities", ENTITY.formatted("a", "a thing"));

        assertThat(other.get("/v1/usage").path("requests").asLong()).isEqualTo(1);
        assertThat(other.get("/v1/usage").at("/rows/entities").asLong()).isZero();
        assertThat(other.ask("/v1/tenants/" + tenant + "/usage").status()).isEqualTo(403);
        assertThat(Api.of(SERVICE, tenant, "auditor").ask("/v1/usage").status()).isEqualTo(403);
        JsonNode seen = operator.get("/v1/tenants/" + tenant + "/usage");
        assertThat(seen.path("requests").asLong()).isEqualTo(2);
        assertThat(seen.at("/rows/entities").asLong()).isEqualTo(1);
        assertThat(operator.ask("/v1/tenants/" + UUID.randomUUID() + "/usage").status())
                .isEqualTo(404);
        assertThat(operator.ask("/v1/usage").status()).isEqualTo(403);
    }

    @Test
    void aTimeIsAskedForByItsHours() throws SQLException {
        assertThat(
                        DATABASE.asApplication(
                                UUID.fromString(tenant),
                                "insert into tenant_usage (hour, requests) values ('2026-01-01 10:00Z', 7), ('2026-01-01 11:00Z', 9)"))
                .containsExactly("2");

        assertThat(requests("?until=2026-01-02T00:00:00Z")).isEqualTo(16);
        assertThat(requests("?since=2026-01-01T10:30:00Z&until=2026-01-01T11:00:00Z"))
                .isEqualTo(7);
        assertThat(requests("?since=2026-01-01T11:00:00Z&until=2026-01-02T00:00:00Z"))
                .isEqualTo(9);
        assertThat(requests("?until=2025-01-01T00:00:00Z")).isZero();
    }

    private long requests(String time) {
        return writer.get("/v1/usage" + time).path("requests").asLong();
    }

    @Test
    void whatWasCountedIsStoredWhenTheServiceEnds() throws SQLException {
        UUID one;
        try (RunningService other = RunningService.on(DATABASE, "--DB_POOL_MAX=4", NEVER)) {
            one = UUID.fromString(other.newTenant("e" + UUID.randomUUID()));
            Api reader = Api.of(other, one.toString(), "reader");
            for (int i = 0; i < 9; i++) {
                assertThat(reader.ask("/v1/entities/nothing").status()).isEqualTo(404);
            }
            assertThat(DATABASE.asApplication(one, "select requests from tenant_usage"))
                    .isEmpty();
        }

        assertThat(DATABASE.asApplication(one, "select requests || ' ' || refused_as_invalid from tenant_usage"))
                .containsExactly("9 9");
    }

    @Test
    void whatWasCountedIsStoredNowAndThenAndAddedToItsHour() throws SQLException {
        try (RunningService other = RunningService.on(DATABASE, "--DB_POOL_MAX=4", "--rhizome.usage.interval=50ms")) {
            UUID one = UUID.fromString(other.newTenant("e" + UUID.randomUUID()));
            Api reader = Api.of(other, one.toString(), "reader");
            for (int i = 1; i < 4; i++) {
                assertThat(reader.ask("/v1/entities/nothing").status()).isEqualTo(404);
                awaitRequests(one, i);
            }
        }
    }

    private static void awaitRequests(UUID tenant, int requests) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!DATABASE.asApplication(tenant, "select sum(requests) from tenant_usage")
                .contains(String.valueOf(requests))) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    @Test
    void itGoesWithTheTenant() throws SQLException {
        assertThat(operator.put("/v1/tenants/" + tenant + "/limits", "{\"weight\":2}")
                        .status())
                .isEqualTo(200);
        assertThat(writer.get("/v1/usage").path("requests").asLong()).isEqualTo(1);
        assertThat(rows("tenant_usage") + rows("tenant_limits")).isEqualTo(2);

        assertThat(operator.delete("/v1/tenants/" + tenant).status()).isEqualTo(204);

        assertThat(rows("tenant_usage") + rows("tenant_limits")).isZero();
    }

    private int rows(String table) throws SQLException {
        return DATABASE.asApplication(UUID.fromString(tenant), "select 1 from " + table)
                .size();
    }
}
