package dev.rhizome.benchmark;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.event.EventTenant;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Anomalies, profiles and benchmarks over HTTP: what follows what, and what is refused. */
class BenchmarkContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final String DATASET =
            "{\"name\":\"Sums\",\"taskType\":\"arithmetic\",\"testCases\":12,\"baseline\":{\"score\":0.5}}";

    private static EventTenant tenant = new EventTenant(SERVICE, "", SERVICE.json(""));
    private static WebTestClient client = SERVICE.client(null);

    @BeforeAll
    static void aTenantWithADataset() {
        tenant = EventTenant.create(SERVICE);
        client = SERVICE.client(SERVICE.newKey(tenant.id(), "writer"));
        assertThat(send("PUT", "/v1/benchmarks/datasets/sums", DATASET).status())
                .isEqualTo(201);
    }

    private static Answer send(String method, String path, String json) {
        EntityExchangeResult<String> result = client.method(HttpMethod.valueOf(method))
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange()
                .expectBody(String.class)
                .returnResult();
        String body = Objects.requireNonNullElse(result.getResponseBody(), "");
        return new Answer(result.getStatus().value(), JsonMapper.shared().readTree(body));
    }

    private static void isRefused(Answer answer, String field) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void anAnomalyGoesItsWayAndNoOther() {
        String path = "/v1/events/anomalies/odd";
        assertThat(send(
                                "POST",
                                "/v1/events/anomalies",
                                "{\"id\":\"odd\",\"type\":\"constitutional_violation_spike\",\"severity\":\"high\","
                                        + "\"evidence\":{\"limit\":1},\"relatedEventIds\":[\"e1\"]}")
                        .status())
                .isEqualTo(201);
        assertThat(send("PATCH", path, "{\"status\":\"resolved\"}").status()).isEqualTo(409);
        assertThat(send("PATCH", path, "{\"status\":\"investigating\",\"notes\":\"looking\"}")
                        .body()
                        .has("resolvedAt"))
                .isFalse();
        assertThat(send("PATCH", path, "{\"notes\":\"found\"}").status()).isEqualTo(200);
        Answer resolved = send("PATCH", path, "{\"status\":\"false_positive\"}");
        assertThat(resolved.body().has("resolvedAt")).isTrue();
        assertThat(resolved.body().path("notes").asString()).isEqualTo("found");
        for (String status : List.of("active", "investigating", "resolved", "false_positive")) {
            assertThat(send("PATCH", path, "{\"status\":\"" + status + "\"}").status())
                    .isEqualTo(409);
        }
        assertThat(tenant.get(path).at("/evidence/limit").asInt()).isEqualTo(1);
        assertThat(tenant.items("/v1/events/anomalies?status=false_positive&severity=high"))
                .hasSize(1);
        assertThat(tenant.items("/v1/events/anomalies?status=active")).isEmpty();
        assertThat(audited("anomaly")).containsExactly("updated", "updated", "updated", "created");
        assertThat(send("POST", "/v1/events/anomalies", "{\"id\":\"odd\",\"type\":\"t\",\"severity\":\"low\"}")
                        .status())
                .isEqualTo(409);
    }

    private static List<String> audited(String kind) {
        return EventTenant.list(answer(tenant.as("auditor").get("/v1/audit?kind=" + kind))
                        .body()
                        .path("items"))
                .stream()
                .map(entry -> entry.path("action").asString())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/events/anomalies | {\"type\":\"t\"} | severity",
                "POST | /v1/events/anomalies | {\"type\":\"t\",\"severity\":\"huge\"} | severity",
                "POST | /v1/events/anomalies | {\"severity\":\"low\"} | type",
                "POST | /v1/events/anomalies | {\"type\":\"t\",\"severity\":\"low\",\"status\":\"resolved\"} | status",
                "PATCH | /v1/events/anomalies/none | {} | status",
                "PATCH | /v1/events/anomalies/none | {\"status\":\"over\"} | status",
                "PUT | /v1/events/profiles | {\"taskType\":\"t\"} | agentId",
                "PUT | /v1/events/profiles | {\"agentId\":\"a\",\"taskType\":\"T\"} | taskType",
                "PUT | /v1/events/profiles | {\"agentId\":\"a\",\"taskType\":\"t\",\"cost\":{\"price\":1}} | cost.price",
                "PUT | /v1/benchmarks/datasets/d | {\"name\":\"D\",\"taskType\":\"t\"} | testCases",
                "PUT | /v1/benchmarks/datasets/d | {\"name\":\"D\",\"taskType\":\"t\",\"testCases\":0} | testCases",
                "PUT | /v1/benchmarks/datasets/d | {\"name\":\"\",\"taskType\":\"t\",\"testCases\":1} | name",
                "POST | /v1/benchmarks/evaluations | {\"datasetId\":\"none\",\"agentId\":\"a\"} | datasetId",
                "POST | /v1/benchmarks/evaluations | {\"datasetId\":\"sums\"} | agentId",
                "PATCH | /v1/benchmarks/evaluations/none | {\"status\":\"completed\"} | score",
                "PATCH | /v1/benchmarks/evaluations/none | {\"score\":1.5} | score",
            })
    void badInputIsNamed(String method, String path, String json, String field) {
        isRefused(send(method, path, json), field);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events/anomalies?status=over,status",
        "/v1/events/anomalies?severity=huge,severity",
        "/v1/events/rollups?taskId=t,taskId",
        "/v1/events/profiles?taskType=T,taskType",
        "/v1/benchmarks/datasets?cursor=AA,cursor",
        "/v1/benchmarks/evaluations?status=over,status",
    })
    void badQueriesAreNamed(String path, String field) {
        isRefused(answer(tenant.admin().get(path)), field);
    }

    @Test
    void anEvaluationGoesItsWayAndNoOther() {
        String path = "/v1/benchmarks/evaluations/run";
        assertThat(send(
                                "POST",
                                "/v1/benchmarks/evaluations",
                                "{\"id\":\"run\",\"datasetId\":\"sums\",\"agentId\":\"ada\"}")
                        .status())
                .isEqualTo(201);
        assertThat(send("PATCH", path, "{\"status\":\"completed\",\"score\":1}").status())
                .isEqualTo(409);
        JsonNode running = send("PATCH", path, "{\"status\":\"running\",\"progress\":0.25}")
                .body();
        assertThat(running.has("startedAt")).isTrue();
        assertThat(running.has("completedAt")).isFalse();
        JsonNode done = send("PATCH", path, "{\"status\":\"completed\",\"score\":0,\"metrics\":{\"passed\":0}}")
                .body();
        assertThat(done.path("score").asDouble(-1)).isZero();
        assertThat(done.path("progress").asDouble()).isEqualTo(1);
        assertThat(done.has("completedAt")).isTrue();
        assertThat(send("PATCH", path, "{\"progress\":0.5}").status()).isEqualTo(409);
        assertThat(send("PATCH", path, "{\"status\":\"running\"}").status()).isEqualTo(409);
        assertThat(tenant.items("/v1/benchmarks/evaluations?agentId=ada&datasetId=sums&status=completed"))
                .hasSize(1);
        assertThat(tenant.items("/v1/benchmarks/evaluations?agentId=bob")).isEmpty();
        assertThat(audited("evaluation&subject=run")).containsExactly("updated", "updated", "created");
    }

    @Test
    void aDatasetIsPutListedAndGoesWithItsEvaluations() {
        String path = "/v1/benchmarks/datasets/gone";
        assertThat(send("PUT", path, DATASET).body().path("status").asString()).isEqualTo("created");
        assertThat(send("PUT", path, DATASET).body().path("status").asString()).isEqualTo("unchanged");
        assertThat(send("PUT", path, DATASET.replace("12", "13"))
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("updated");
        assertThat(tenant.get(path).path("version").asString()).isEqualTo("1.0.0");
        assertThat(tenant.get(path).path("testCases").asInt()).isEqualTo(13);
        assertThat(send(
                                "POST",
                                "/v1/benchmarks/evaluations",
                                "{\"id\":\"gone\",\"datasetId\":\"gone\",\"agentId\":\"eve\"}")
                        .status())
                .isEqualTo(201);
        JsonNode page = tenant.get("/v1/benchmarks/datasets?limit=1&taskType=arithmetic");
        assertThat(page.at("/items/0/id").asString()).isEqualTo("gone");
        assertThat(tenant.items(
                        "/v1/benchmarks/datasets?cursor=" + page.path("next").asString()))
                .extracting(dataset -> dataset.path("id").asString())
                .containsExactly("sums");

        assertThat(answer(tenant.admin().delete(path)).status()).isEqualTo(204);

        assertThat(answer(tenant.admin().delete(path)).status()).isEqualTo(404);
        assertThat(answer(tenant.admin().get("/v1/benchmarks/evaluations/gone")).status())
                .isEqualTo(404);
    }

    @Test
    void theSameIdIsAnotherTenantsOwn() {
        EventTenant other = EventTenant.create(SERVICE);
        client = SERVICE.client(SERVICE.newKey(other.id(), "writer"));
        try {
            assertThat(send("PUT", "/v1/benchmarks/datasets/sums", DATASET).status())
                    .isEqualTo(201);
            assertThat(send("POST", "/v1/events", "{\"id\":\"e1\",\"type\":\"t\"}")
                            .status())
                    .isEqualTo(201);
        } finally {
            client = SERVICE.client(SERVICE.newKey(tenant.id(), "writer"));
        }
    }

    @Test
    void aProfileIsOfAnAgentAndAKindOfTask() {
        String profile = "{\"agentId\":\"ada\",\"taskType\":\"code\",\"latency\":{\"p95Ms\":120},\"cost\":{}}";
        assertThat(send("PUT", "/v1/events/profiles", profile).status()).isEqualTo(201);
        assertThat(send("PUT", "/v1/events/profiles", profile)
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(send("PUT", "/v1/events/profiles", profile.replace("120", "130"))
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("updated");
        assertThat(send("PUT", "/v1/events/profiles", profile.replace("code", "text"))
                        .status())
                .isEqualTo(201);

        JsonNode first = tenant.items("/v1/events/profiles?agentId=ada").getFirst();
        assertThat(first.at("/latency/p95Ms").asInt()).isEqualTo(130);
        assertThat(first.has("accuracy")).isFalse();
        assertThat(tenant.items("/v1/events/profiles?taskType=text")).hasSize(1);
    }
}
