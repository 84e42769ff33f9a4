package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.paging.Cursor;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Paths, query strings, bodies and lines are read in one way, whatever characters they hold. */
class RequestContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static WebTestClient client = SERVICE.client(null);
    private static Api api = Api.of(SERVICE, SERVICE.newTenant("requests"), "writer");

    @BeforeAll
    static void aTenant() {
        String tenant = SERVICE.newTenant("requests-web");
        client = SERVICE.client(SERVICE.newKey(tenant, "writer"));
        api = Api.of(SERVICE, tenant, "writer");
    }

    @ParameterizedTest
    @CsvSource({
        "order;line=2, order;line=2",
        "a%2Fb, a/b",
        "a%3Bb, a;b",
        "a+b, a+b",
        "a%2Bb, a+b",
        "a%25b, a%b",
        "%C3%A4%E4%B8%9C, ä东",
        "%F0%9F%98%80, 😀",
        "..%2F.., ../..",
        "a%20b, a b"
    })
    void theWholeSegmentOfAPathIsTheId(String segment, String id) {
        String beginning = id.split(";", -1)[0];
        api.posted("/v1/entities", "{\"id\":\"" + id + "\",\"type\":\"T\",\"name\":\"x\"}");
        api.posted("/v1/entities", "{\"id\":\"" + beginning + "\",\"type\":\"T\",\"name\":\"the beginning\"}");

        JsonNode found = get("/v1/entities/" + segment);
        assertThat(found.path("id").asString()).isEqualTo(id);
        client.get()
                .uri(uri("/v1/entities/" + segment + "/neighbours"))
                .exchange()
                .expectStatus()
                .isOk();
        client.delete()
                .uri(uri("/v1/entities/" + segment))
                .exchange()
                .expectStatus()
                .isNoContent();
        client.get()
                .uri(uri("/v1/entities/" + segment))
                .exchange()
                .expectStatus()
                .isNotFound();
        if (!beginning.equals(id)) {
            assertThat(api.get("/v1/entities/" + beginning).path("name").asString())
                    .isEqualTo("the beginning");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/entities/a%00, id",
        "/v1/entities/%0A, id",
        "/v1/entities/%E2%80%8B, id",
        "/v1/entities/%FF, id",
        "/v1/entities/%ED%A0%80, id",
        "/v1/entities/a%00/neighbours, id",
        "/v1/entities/x/neighbours?types=a%00, types",
        "/v1/entities/x?id=y, id",
        "/v1/entities/x?other=1, other",
        "/v1/graph/traverse?from=%00, from",
        "/v1/graph/path?from=a&to=%FF, to",
        "/v1/search?q=a%00, q",
        "/v1/search?q=%FF, q",
        "/v1/search?q=x&limit=, limit",
        "/v1/search?q=x&filter=%7B%22a%22%3A%22%5Cude00%22%7D, filter",
        "/v1/agents/a%00, id",
        "/v1/agents/a%00/outcomes, id",
        "/v1/agents/a%00/capabilities, id",
        "/v1/agents?taskType=a%00, taskType",
        "/v1/agents/x/relationships?type=%00, type",
        "/v1/events/a%00, id",
        "/v1/events?agentId=%00, agentId",
        "/v1/events?type=a%00, type",
        "/v1/events?cursor=AAAA, cursor",
        "/v1/events/verify?from=0, from",
        "/v1/events/verify?from=9&to=3, to",
        "/v1/events/verify?from=99999999999999999999, from",
        "/v1/events/health?x=1, x",
        "/v1/events/anomalies/%00, id",
        "/v1/events/anomalies?status=odd, status",
        "/v1/events/rollups?since=yesterday, since",
        "/v1/benchmarks/datasets/%00, id",
        "/v1/benchmarks/evaluations/%00, id",
        "/v1/provenance/verdict/a%00, id",
        "/v1/provenance?type=odd, type",
        "/v1/provenance?writer=%00, writer",
        "/v1/provenance/precedents, reference",
        "/v1/provenance/similar?q=%E2%80%8B, q",
        "/v1/provenance/why, id",
        "/v1/provenance/why?id=a&source=b, id"
    })
    void valuesOfUrlsAreCheckedAsThoseOfBodiesAre(String url, String field) {
        refused(client.get().uri(uri(url)), field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-999999999-01-01T00:00:00Z\nx",
                "+999999999-12-31T23:59:59Z\nx",
                "2026-01-01T00:00:00Z\nx\0",
                "2026-01-01T00:00:00Z",
                "x\ny"
            })
    void aCursorThatNobodyGaveOutIsRefused(String key) {
        String cursor = Cursor.of(key.split("\n", -1)).encoded();

        refused(client.get().uri("/v1/agents?cursor=" + cursor), "cursor");
        refused(client.get().uri("/v1/agents/stale?cursor=" + cursor), "cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e39\na\nT\ntrue", "-1\na\nT\ntrue", "NaN\na\nT\ntrue", "1\na\nT\nmaybe", "1\na\nT"})
    void aPlaceAmongNeighboursThatIsNoneIsRefused(String key) {
        String cursor = Cursor.of(key.split("\n", -1)).encoded();

        refused(client.get().uri("/v1/entities/x/neighbours?cursor=" + cursor), "cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u200b", " ", "\\t\\u00a0", "\\u0301", "\\ufeff", "\\u3164", "\\ufffd", ""})
    void whatNobodySeesIsNoText(String blank) {
        refused(post("/v1/search", "{\"query\":\"" + blank + "\"}"), "query");
        refused(post("/v1/entities", "{\"type\":\"T\",\"name\":\"" + blank + "\"}"), "name");
        refused(post("/v1/agents", "{\"name\":\"" + blank + "\",\"modelFamily\":\"m\"}"), "name");
        refused(post("/v1/provenance", "{\"type\":\"gate\",\"references\":[\"" + blank + "\"]}"), "references");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "+", "\\ud83d\\ude00", "\\u4e1c", "\\u200ba"})
    void whatIsSeenIsText(String text) {
        api.posted("/v1/search", "{\"query\":\"" + text + "\"}");
        api.posted("/v1/entities", "{\"type\":\"T\",\"name\":\"" + text + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"k\":\"\\ude00x\"}",
                "{\"k\":[{\"d\":\"\\ud83d\"}]}",
                "{\"k\":\"\\u0000\"}",
                "{\"a\\u0000\":1}"
            })
    void halfACharacterIsRefusedAtAnyDepth(String metadata) {
        refused(post("/v1/entities", "{\"type\":\"T\",\"name\":\"x\",\"metadata\":" + metadata + "}"), "metadata");
        refused(post("/v1/provenance", "{\"type\":\"gate\",\"metadata\":" + metadata + "}"), "metadata");
        refused(post("/v1/events", "{\"type\":\"t\",\"context\":" + metadata + "}"), "context");
    }

    @Test
    void anEscapeThatIsWrittenAsTextIsStored() {
        api.posted(
                "/v1/entities", "{\"id\":\"escape\",\"type\":\"T\",\"name\":\"x\",\"metadata\":{\"k\":\"\\\\u0000\"}}");

        assertThat(api.get("/v1/entities/escape").path("metadata").path("k").asString())
                .isEqualTo("\\u0000");
    }

    @Test
    void aListHasABound() {
        String words = String.join(",", Collections.nCopies(80_000, "\"T\""));

        refused(post("/v1/search", "{\"query\":\"x\",\"types\":[" + words + "]}"), "types");
        refused(client.get().uri("/v1/search?q=x&types=" + "T,".repeat(100) + "T"), "types");
    }

    @Test
    void aMegabyteOfErrorsHasASmallAnswer() {
        StringBuilder body = new StringBuilder("{\"query\":\"x\"");
        for (int i = 0; body.length() < 900_000; i++) {
            body.append(",\"unknown").append(i).append("\":1");
        }
        byte[] answer = post("/v1/search", body.append('}').toString())
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(20)
                .jsonPath("$.moreErrors")
                .isNumber()
                .returnResult()
                .getResponseBodyContent();

        assertThat(answer).hasSizeLessThan(40_000);
    }

    @Test
    void aLineIsReadAsABodyIs() {
        JsonNode answers = api.lines("/v1/entities", """
                {"id":"l1","type":"T","name":"one"}
                {"id":"l2","type":"T","name":"\\u200b"}
                {"id":"l3","type":"T","name":"x","metadata":{"k":"\\ude00"}}
                {"id":"l4","type":"T","name":"four"}
                """);

        assertThat(answers.path(0).path("status").asString()).isEqualTo("created");
        assertThat(answers.path(1)
                        .path("problem")
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asString())
                .isEqualTo("name");
        assertThat(answers.path(2)
                        .path("problem")
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asString())
                .isEqualTo("metadata");
        assertThat(answers.path(3).path("status").asString()).isEqualTo("created");
    }

    private static JsonNode get(String url) {
        byte[] body = client.get()
                .uri(uri(url))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        return tools.jackson.databind.json.JsonMapper.shared().readTree(body);
    }

    private static URI uri(String url) {
        return URI.create("http://localhost:" + SERVICE.port() + url);
    }

    private static WebTestClient.RequestHeadersSpec<?> post(String url, String body) {
        return client.post()
                .uri(url)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(WebTestClient.RequestHeadersSpec<?> request, String field) {
        request.exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(field);
    }
}
