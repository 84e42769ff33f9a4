package dev.rhizome.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What becomes of a tenant that would have more than the operator lets it have. */
class LimitsContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--DB_POOL_MAX=4", "--rhizome.limits.concurrent-requests=1000");

    private final String tenant = SERVICE.newTenant("t" + UUID.randomUUID());
    private final String key = SERVICE.newKey(tenant, "writer");
    private final Api writer = Api.of(SERVICE, tenant, "writer");
    private final Api operator = Api.ofOperator(SERVICE);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private String path() {
        return "/v1/tenants/" + tenant + "/limits";
    }

    private void limit(String limits) {
        assertThat(operator.put(path(), limits).status()).isEqualTo(200);
    }

    private static String entities(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"id\":\"e" + i + "\",\"type\":\"T\",\"name\":\"name\"}")
                .collect(Collectors.joining("\n"));
    }

    private static List<String> outcomes(JsonNode lines) {
        return lines.valueStream()
                .filter(line -> line.has("line"))
                .map(line ->
                        line.path("status").asString(line.at("/problem/type").asString("")))
                .toList();
    }

    @Test
    void theOperatorSetsThemAndTheTenantIsToldAllThatItHas() {
        assertThat(operator.get(path()).toString()).isEqualTo("{}");
        assertThat(operator.put(path(), "{\"weight\":3,\"entities\":10}").body().toString())
                .isEqualTo("{\"weight\":3,\"entities\":10}");
        assertThat(operator.get(path()).toString()).isEqualTo("{\"weight\":3,\"entities\":10}");
        assertThat(writer.get("/v1/usage").path("limits").toString())
                .isEqualTo("{\"weight\":3,\"concurrentRequests\":1000,\"entities\":10}");

        assertThat(operator.put(path(), "{\"events\":5}").body().toString()).isEqualTo("{\"events\":5}");
        assertThat(operator.delete(path()).status()).isEqualTo(204);
        assertThat(operator.get(path()).toString()).isEqualTo("{}");
        assertThat(writer.get("/v1/usage").path("limits").toString())
                .isEqualTo("{\"weight\":1,\"concurrentRequests\":1000}");
    }

    @Test
    void nobodyElseSetsThemAndEachChangeIsRecorded() {
        Api admin = Api.of(SERVICE, tenant, "admin");
        assertThat(admin.put(path(), "{\"weight\":100}").status()).isEqualTo(403);
        assertThat(admin.ask(path()).status()).isEqualTo(403);
        assertThat(admin.delete(path()).status()).isEqualTo(403);
        assertThat(operator.put("/v1/tenants/" + UUID.randomUUID() + "/limits", "{}")
                        .status())
                .isEqualTo(404);
        limit("{}");
        assertThat(operator.delete(path()).status()).isEqualTo(204);

        Api auditor = Api.of(SERVICE, tenant, "auditor");
        assertThat(auditor.each("/v1/audit?kind=tenant-limits", "action")).containsExactly("deleted", "updated");
    }

    @Test
    void anotherProcessKnowsThemAMomentAfterTheFirstRequest() {
        limit("{\"weight\":7}");
        try (RunningService other = RunningService.on(DATABASE, "--rhizome.limits.refresh=50ms")) {
            Mono<JsonNode> seven = other.json(key)
                    .getUntil("/v1/usage", usage -> usage.at("/limits/weight").asInt() == 7);
            assertThat(seven.block(LIMIT)).isNotNull();
            limit("{\"weight\":9}");
            Mono<JsonNode> nine = other.json(key)
                    .getUntil("/v1/usage", usage -> usage.at("/limits/weight").asInt() == 9);
            assertThat(nine.block(LIMIT)).isNotNull();
        }
    }

    @Test
    void pastTheRequestsOfASecondIsToldWhenToComeAgain() {
        limit("{\"requestsPerSecond\":1}");
        WebTestClient client = SERVICE.client(key);
        assertThat(writer.ask("/v1/entities/nothing").status()).isEqualTo(404);

        client.get()
                .uri("/v1/entities/nothing")
                .exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains("requestsPerSecond"));

        assertThat(Api.of(SERVICE, SERVICE.newTenant("o" + UUID.randomUUID()), "reader")
                        .ask("/v1/entities/nothing")
                        .status())
                .isEqualTo(404);
        assertThat(Mono.delay(Duration.ofMillis(1_100)).block()).isNotNull();
        assertThat(writer.ask("/v1/entities/nothing").status()).isEqualTo(404);
        limit("{}");
        assertThat(writer.get("/v1/usage").at("/refused/limits").asLong()).isEqualTo(1);
    }

    @Test
    void pastTheRequestsAtOnceIsRefusedWithoutAConnection() throws Exception {
        assertThat(writer.lines("/v1/entities", entities(0, 1))
                        .at("/1/summary/created")
                        .asInt())
                .isEqualTo(1);
        limit("{\"concurrentRequests\":1}");
        CompletableFuture<@Nullable Answer> waiting;
        try (TestDatabase.Held row = DATABASE.hold("set local app.current_tenant = '" + tenant
                + "'; select 1 from rhizome.entities where tenant_id = '" + tenant + "' for update")) {
            waiting = writer.client()
                    .post("/v1/entities", "{\"id\":\"e0\",\"type\":\"T\",\"name\":\"new\"}")
                    .toFuture();
            awaitARefusal();
            assertThat(writer.ask("/v1/entities/e0").body().path("detail").asString())
                    .contains("concurrentRequests");
            assertThat(row.isHeld()).isTrue();
        }
        assertThat(Objects.requireNonNull(waiting.get(20, TimeUnit.SECONDS)).status())
                .isEqualTo(200);
        assertThat(writer.ask("/v1/entities/e0").status()).isEqualTo(200);
    }

    private void awaitARefusal() {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (writer.ask("/v1/entities/e0").status() != 429) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    @Test
    void ofABulkThatIsTooMuchTheFirstNewOnesAndTheKnownOnesAreWritten() {
        limit("{\"entities\":4}");
        assertThat(outcomes(writer.lines("/v1/entities", entities(0, 2)))).containsExactly("created", "created");

        JsonNode lines = writer.lines(
                "/v1/entities",
                entities(2, 5) + "\n{\"id\":\"e1\",\"type\":\"T\",\"name\":\"changed\"}\n" + entities(5, 7));

        String quota = "urn:rhizome:problem:quota-exceeded";
        assertThat(outcomes(lines)).containsExactly("created", "created", quota, "updated", quota, quota);
        assertThat(lines.path(2).at("/problem/status").asInt()).isEqualTo(403);
        assertThat(lines.path(2).at("/problem/detail").asString()).contains("as many entities as it may, 4");
        assertThat(lines.path(6).at("/summary/failed").asInt()).isEqualTo(3);
        assertThat(writer.get("/v1/usage").path("notWritten").asLong()).isEqualTo(3);
    }

    @Test
    void whatIsRemovedMakesRoomAndSoDoesARaisedLimit() {
        limit("{\"entities\":2}");
        assertThat(outcomes(writer.lines("/v1/entities", entities(0, 2)))).containsExactly("created", "created");
        Answer refused = writer.post("/v1/entities", entities(2, 3));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("type").asString()).isEqualTo("urn:rhizome:problem:quota-exceeded");
        assertThat(writer.delete("/v1/entities/e0").status()).isEqualTo(204);

        assertThat(Mono.delay(Duration.ofMillis(1_300)).block()).isNotNull();
        assertThat(writer.post("/v1/entities", entities(2, 3)).status()).isEqualTo(201);
        assertThat(writer.post("/v1/entities", entities(3, 4)).status()).isEqualTo(403);
        limit("{\"entities\":3}");
        assertThat(writer.post("/v1/entities", entities(3, 4)).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "relationships | /v1/relationships | {'source':'e0','target':'e%d','type':'T'}",
                "events | /v1/events | {'id':'v%d','type':'system_health'}",
                "provenanceEntries | /v1/provenance | {'type':'spec','id':'s%d'}"
            })
    void everyKindOfRowHasItsQuota(String kind, String path, String template) {
        String line = template.replace('\'', '"');
        assertThat(outcomes(writer.lines("/v1/entities", entities(0, 4)))).hasSize(4);
        limit("{\"" + kind + "\":1}");

        JsonNode lines = writer.lines(path, line.formatted(1) + "\n" + line.formatted(2));

        String quota = "urn:rhizome:problem:quota-exceeded";
        assertThat(outcomes(lines)).containsExactly("created", quota);
        assertThat(outcomes(writer.lines(path, line.formatted(1)))).containsExactly("unchanged");
        assertThat(writer.post(path, line.formatted(3)).status()).isEqualTo(403);
    }

    @Test
    void whoHasStoredAllItsBytesMayStillRemove() {
        assertThat(outcomes(writer.lines("/v1/entities", entities(0, 2)))).hasSize(2);
        limit("{\"storageBytes\":1000}");

        assertThat(writer.post("/v1/entities", entities(2, 3))
                        .body()
                        .path("detail")
                        .asString())
                .contains("storageBytes");
        assertThat(writer.post("/v1/agents", "{\"id\":\"a\",\"name\":\"A\",\"modelFamily\":\"m\"}")
                        .status())
                .isEqualTo(403);
        assertThat(writer.put("/v1/knowledge/cache/k", "{\"content\":{}}").status())
                .isEqualTo(403);
        assertThat(writer.post("/v1/verifications", "{\"content\":\"c\"}").status())
                .isEqualTo(403);
        assertThat(writer.delete("/v1/entities/e0").status()).isEqualTo(204);
        assertThat(writer.ask("/v1/entities/e1").status()).isEqualTo(200);
    }
}
