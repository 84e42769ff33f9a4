package dev.rhizome.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What goes when a tenant does not keep it any longer, and what stays. */
class RecordRetentionIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--DB_POOL_MAX=6", "--rhizome.retention.interval=200ms");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** By what a tenant says of it, the table and the column of its age; each has one old and one young row in the tests. */
    private static final Map<String, String> KINDS = Map.of(
            "outcomes", "agent_performance_events.recorded_at",
            "rollups", "performance_rollups.hour",
            "anomalies", "performance_anomalies.detected_at",
            "evaluations", "benchmark_evaluations.created_at",
            "knowledge", "knowledge_queries.created_at",
            "verifications", "verification_requests.created_at",
            "documents", "documents.updated_at",
            "pages", "web_pages.fetched_at",
            "traversals", "web_traversals.created_at");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String tenant(String name) {
        String tenant = SERVICE.newTenant(name);
        JsonClient client = SERVICE.json(SERVICE.newKey(tenant, "writer"));
        send(client, "/v1/agents", "{\"id\":\"a\",\"name\":\"A\",\"modelFamily\":\"m\"}");
        put(client, "/v1/benchmarks/datasets/d", "{\"name\":\"D\",\"taskType\":\"code\",\"testCases\":1}");
        for (String age : List.of("old", "new")) {
            send(
                    client,
                    "/v1/agents/a/outcomes",
                    "{\"id\":\"%s\",\"success\":true,\"quality\":1,\"latencyMs\":1}".formatted(age));
            send(
                    client,
                    "/v1/events/anomalies",
                    "{\"id\":\"%s\",\"type\":\"latency_spike\",\"severity\":\"low\"}".formatted(age));
            send(
                    client,
                    "/v1/benchmarks/evaluations",
                    "{\"id\":\"%s\",\"datasetId\":\"d\",\"agentId\":\"a\"}".formatted(age));
            send(client, "/v1/knowledge/queries", "{\"id\":\"%s\",\"query\":\"why %s\"}".formatted(age, age));
            send(client, "/v1/verifications", "{\"id\":\"%s\",\"content\":\"It is %s.\"}".formatted(age, age));
            send(client, "/v1/documents", "{\"id\":\"%s\",\"text\":\"A text that is %s.\"}".formatted(age, age));
            send(
                    client,
                    "/v1/web/pages",
                    "{\"url\":\"https://example.org/%s\",\"content\":\"<p>%s</p>\"}".formatted(age, age));
            send(client, "/v1/web/traversals", "{\"id\":\"%s\",\"startUrl\":\"https://example.org/\"}".formatted(age));
        }
        sql(tenant, """
                insert into performance_rollups (hour, agent_id, type, events, successes, errors, latencies)
                values (date_trunc('hour', now(), 'UTC') - interval '40 days', 'old', 't', 1, 0, 0, 0),
                       (date_trunc('hour', now(), 'UTC'), 'new', 't', 1, 0, 0, 0) returning 1
                """);
        KINDS.forEach((kind, column) -> age(tenant, column));
        return tenant;
    }

    private static void age(String tenant, String column) {
        String table = column.substring(0, column.indexOf('.'));
        String time = column.substring(column.indexOf('.') + 1);
        sql(
                tenant,
                "update " + table + " t set " + time + " = " + time
                        + " - interval '40 days' where t::text like '%old%' and " + time
                        + " > now() - interval '1 day' returning 1");
    }

    private static void send(JsonClient client, String path, String json) {
        JsonClient.Answer answer =
                Objects.requireNonNull(client.post(path, json).block(LIMIT));
        assertThat(answer.status()).as(path + answer.body()).isIn(200, 201, 202);
    }

    private static void put(JsonClient client, String path, String json) {
        JsonClient.Answer answer = Objects.requireNonNull(client.put(path, json).block(LIMIT));
        assertThat(answer.status()).as(path + answer.body()).isIn(200, 201);
    }

    @CanIgnoreReturnValue
    private static List<String> sql(String tenant, String sql) {
        try {
            return DATABASE.asApplication(UUID.fromString(tenant), sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static int count(String tenant, String kind) {
        String column = Objects.requireNonNull(KINDS.get(kind));
        return Integer.parseInt(sql(tenant, "select count(*) from " + column.substring(0, column.indexOf('.')))
                .getFirst());
    }

    private static Reply keep(String tenant, String retention) {
        return SERVICE.raw(RunningService.OPERATOR)
                .ask(Request.json("PATCH", "/v1/tenants/" + tenant, "{\"retention\":" + retention + "}"));
    }

    @Test
    void whatIsNotKeptGoesAndWhatIsYoungStays() {
        String tenant = tenant("forgets");
        String keeps = tenant("keeps");
        StringBuilder all = new StringBuilder("{\"events\":{\"policy\":\"retain\"}");
        KINDS.keySet().forEach(kind -> all.append(",\"").append(kind).append("\":{\"days\":30}"));

        assertThat(keep(tenant, all + "}").status()).isEqualTo(200);

        for (String kind : KINDS.keySet()) {
            awaitOne(tenant, kind);
            assertThat(count(keeps, kind)).as(kind).isEqualTo(2);
        }
        JsonClient client = SERVICE.json(SERVICE.newKey(tenant, "reader"));
        assertThat(status(client, "/v1/documents/new")).isEqualTo(200);
        assertThat(status(client, "/v1/documents/old")).isEqualTo(404);
        assertThat(sql(tenant, "select entity_id from entities where entity_id like '%old%'"))
                .isEmpty();
        assertThat(sql(tenant, "select distinct action || ' ' || kind from audit_log where actor like '%retention%'"))
                .contains(
                        "pruned retention",
                        "deleted document",
                        "deleted query",
                        "deleted page",
                        "deleted verification");
    }

    private static int status(JsonClient client, String path) {
        return Objects.requireNonNull(client.get(path).block(LIMIT)).status();
    }

    private static void awaitOne(String tenant, String kind) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (count(tenant, kind) != 1) {
            assertThat(System.nanoTime()).as(kind + ": " + count(tenant, kind)).isLessThan(end);
            Mono.delay(Duration.ofMillis(50)).block();
        }
    }

    /** So that what can be said and what is done are the same. */
    @Test
    void everyKindThatCanBeSaidHasARule() {
        List<String> said = Arrays.stream(TenantInput.Retention.class.getRecordComponents())
                .map(component -> component.getName())
                .filter(name -> !name.equals("events"))
                .toList();

        assertThat(SERVICE.beans(RetentionRule.class).stream().map(RetentionRule::name))
                .containsExactlyInAnyOrderElementsOf(said)
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(KINDS.keySet()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"outcomes\":{}}",
                "{\"outcomes\":{\"days\":0}}",
                "{\"outcomes\":30}",
                "{\"provenance\":{\"days\":30}}"
            })
    void aRetentionThatMeansNothingIsRefused(String retention) {
        Reply reply = keep(SERVICE.newTenant("none-" + UUID.randomUUID()), retention);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.fields()).allSatisfy(field -> assertThat(field).startsWith("retention"));
    }
}
