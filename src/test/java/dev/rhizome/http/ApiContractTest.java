package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The API over HTTP: what it takes, what it answers, and what it says to bad input. */
class ApiContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static String tenant = "";
    private static String writer = "";
    private static WebTestClient client = SERVICE.client(null);

    @BeforeAll
    static void aTenantWithAClockAndARiver() {
        tenant = SERVICE.newTenant("contract");
        writer = SERVICE.newKey(tenant, "writer");
        client = SERVICE.client(writer);
        assertThat(lines("/v1/entities", """
                        {"id":"clock","type":"THING","name":"clock","text":"a timepiece that shows the time of day"}
                        {"id":"watch","type":"THING","name":"watch","text":"a small portable timepiece"}
                        {"id":"river","type":"PLACE","name":"river","text":"a large natural stream of water","metadata":{"wet":true}}
                        {"id":"wrist","type":"BODY","name":"wrist","text":"the joint between arm and hand"}
                        """)).last().asString().contains("\"failed\":0");
        assertThat(lines("/v1/relationships", """
                        {"source":"watch","target":"wrist","type":"WORN_ON","strength":0.8}
                        {"source":"watch","target":"clock","type":"SIMILAR_TO","directed":false}
                        """)).last().asString().contains("\"failed\":0");
    }

    @Test
    void searchFindsByMeaningAndByWordsWithRelatives() {
        client.get()
                .uri("/v1/search?q=something that tells the time&limit=2")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.hits[0].id")
                .isEqualTo("clock")
                .jsonPath("$.hits[0].rank")
                .isEqualTo(1)
                .jsonPath("$.hits[0].legs.vector.rank")
                .isEqualTo(1)
                .jsonPath("$.hits[0].legs.text.rank")
                .isEqualTo(1)
                .jsonPath("$.related[0].id")
                .isEqualTo("wrist")
                .jsonPath("$.related[0].path[0].type")
                .isEqualTo("WORN_ON")
                .jsonPath("$.related[0].via")
                .isEqualTo("watch")
                .jsonPath("$.done.complete")
                .isEqualTo(true)
                .jsonPath("$.done.legs.vector.plan")
                .isEqualTo("exact");
    }

    @Test
    void searchStreamsTheSameAsEventsAndAsLines() {
        String events = body(client.get().uri("/v1/search?q=time").accept(MediaType.TEXT_EVENT_STREAM));
        String lines = body(client.get().uri("/v1/search?q=time").accept(MediaType.APPLICATION_NDJSON));

        assertThat(events)
                .startsWith("event:hit\nid:")
                .contains("\ndata:{\"rank\":1,")
                .contains("event:done\n");
        assertThat(lines).startsWith("{\"event\":\"hit\",\"rank\":1,").contains("{\"event\":\"done\"");
    }

    @Test
    void postTakesWhatGetTakes() {
        client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        "{\"query\":\"water\",\"types\":[\"PLACE\"],\"filter\":{\"wet\":true},\"legs\":[\"text\",\"vector\"]}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.hits.length()")
                .isEqualTo(1)
                .jsonPath("$.hits[0].id")
                .isEqualTo("river");
    }

    @Test
    void bulkAnswersEveryLineAndABadOneSpoilsNothing() {
        List<String> answers = lines("/v1/entities", """
                {"id":"b1","type":"T","name":"one"}
                not json

                {"id":"b2","type":"lower","name":""}
                {"id":"b1","type":"T","name":"one"}
                {"id":"b3","type":"T","name":"three","embedding":[1,2]}
                {"id":"b4","type":"T","name":"four"}
                """);

        assertThat(answers).hasSize(7);
        assertThat(answers.get(0)).isEqualTo("{\"line\":1,\"id\":\"b1\",\"status\":\"created\"}");
        assertThat(answers.get(1)).contains("\"line\":2").contains("malformed JSON");
        assertThat(answers.get(2))
                .contains("\"line\":4")
                .contains("type: lower")
                .contains("name: 0 characters");
        assertThat(answers.get(3)).isEqualTo("{\"line\":5,\"id\":\"b1\",\"status\":\"unchanged\"}");
        assertThat(answers.get(4)).contains("embedding: 2 numbers (expected: 384 numbers)");
        assertThat(answers.get(5)).isEqualTo("{\"line\":7,\"id\":\"b4\",\"status\":\"created\"}");
        assertThat(answers.get(6))
                .isEqualTo("{\"summary\":{\"lines\":6,\"created\":2,\"updated\":0,\"unchanged\":1,\"failed\":3}}");
    }

    @Test
    void aNumberThatWouldFillTheDatabaseIsRefusedByItsLine() {
        String tiny = "1e-300" + ",1e-300".repeat(200);
        List<String> answers = lines("/v1/entities", """
                {"id":"n1","type":"T","name":"n","metadata":{"n":1e131000}}
                {"id":"n2","type":"T","name":"n","metadata":{"n":[%s]}}
                {"id":"n3","type":"T","name":"n","metadata":{"n":1e300}}
                """.formatted(tiny));

        assertThat(answers.get(0)).contains("metadata: a number too large");
        assertThat(answers.get(1)).contains("metadata: ", "at most 16384 bytes of JSON, numbers written out");
        assertThat(answers.get(2)).contains("\"status\":\"created\"");
        assertThat(body(client.get().uri("/v1/entities/n3"))).hasSizeLessThan(1_000);
    }

    @Test
    void anEdgeToNowhereIsRefusedByItsLine() {
        List<String> answers = lines("/v1/relationships", """
                {"source":"clock","target":"nowhere","type":"T"}
                {"source":"clock","target":"river","type":"T"}
                {"source":"clock","target":"clock","type":"T"}
                """);

        assertThat(answers.get(0)).contains("target: nowhere (expected: the id of an existing entity)");
        assertThat(answers.get(1)).contains("\"status\":\"created\"");
        assertThat(answers.get(2)).contains("another entity than the source");
    }

    @Test
    void aLineOfTenMegabytesIsRefusedAndTheNextOneTaken() {
        List<String> answers = lines(
                "/v1/entities",
                "{\"id\":\"big\",\"type\":\"T\",\"name\":\"" + "x".repeat(10_000_000) + "\"}\n"
                        + "{\"id\":\"after\",\"type\":\"T\",\"name\":\"after\"}\n");

        assertThat(answers.get(0)).contains("line: too long (expected: at most 262144 bytes)");
        assertThat(answers.get(1)).contains("\"id\":\"after\",\"status\":\"created\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                             | malformed JSON",
                "[]                                            | a JSON object",
                "{\"query\":\"x\",\"limit\":0}                 | limit: 0 (expected: a whole number from 1 to 200)",
                "{\"query\":\"x\",\"limit\":1000000}           | limit: 1000000",
                "{\"query\":\"x\",\"limit\":\"ten\"}           | limit: ",
                "{\"query\":\"x\",\"unknown\":1}               | unknown: unknown field",
                "{\"embedding\":[1,2,3]}                       | embedding: 3 numbers (expected: 384 numbers)",
                "{\"embedding\":[NaN]}                         | malformed JSON",
                "{\"query\":\"x\",\"types\":[\"lower case\"]}  | types: lower case",
                "{\"query\":\"x\",\"hops\":4}                  | hops: 4",
                "{\"query\":\"x\",\"legs\":[\"smell\"]}        | legs: smell",
                "{\"query\":\"x\",\"query\":\"y\"}             | malformed JSON",
                "{}                                            | query: missing",
                "{\"query\":\"\\u0000\"}                       | U+0000"
            })
    void badSearchesNameTheFieldAndTheExpectation(String json, String detail) {
        client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:rhizome:problem:invalid-request")
                .jsonPath("$.requestId")
                .exists()
                .jsonPath("$.detail")
                .value(found -> assertThat(String.valueOf(found)).contains(detail));
    }

    @Test
    void aZeroVectorIsRefused() {
        String zeros = String.join(",", java.util.Collections.nCopies(384, "0"));
        client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"embedding\":[" + zeros + "]}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("embedding");
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] body = "{\"query\":\"caf\u00e9\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        client.post()
                .uri("/v1/search")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void wrongMethodMediaTypeAndPathAreProblems() {
        problem(client.put().uri("/v1/search"), 405);
        problem(
                client.post()
                        .uri("/v1/search")
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue("x"),
                415);
        problem(client.get().uri("/v1/search?q=x").accept(MediaType.IMAGE_PNG), 406);
        problem(client.get().uri("/v1/nothing"), 404);
    }

    static Stream<String> readRoutes() {
        return Stream.of(
                "/v1/entities/clock",
                "/v1/entities/clock/neighbours",
                "/v1/graph/traverse?from=clock",
                "/v1/graph/path?from=clock&to=wrist");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("readRoutes")
    void anotherTenantsThingsAreNotFound(String route) {
        String stranger = SERVICE.newTenant("stranger-" + readRoutes().toList().indexOf(route));
        client.get().uri(route).exchange().expectStatus().isOk();

        problem(SERVICE.client(SERVICE.newKey(stranger, "admin")).get().uri(route), 404);
    }

    @Test
    void anotherTenantFindsDeletesAndLinksNothing() {
        WebTestClient stranger = SERVICE.client(SERVICE.newKey(SERVICE.newTenant("stranger"), "writer"));

        stranger.get()
                .uri("/v1/search?q=time")
                .exchange()
                .expectBody()
                .jsonPath("$.hits.length()")
                .isEqualTo(0);
        problem(stranger.delete().uri("/v1/entities/clock"), 404);
        problem(stranger.delete().uri("/v1/relationships?source=watch&target=wrist&type=WORN_ON"), 404);
        problem(
                stranger.post()
                        .uri("/v1/relationships")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"source\":\"watch\",\"target\":\"clock\",\"type\":\"T\"}"),
                400);
        client.get().uri("/v1/entities/clock").exchange().expectStatus().isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/search?q=x", "/v1/tenants", "/v1/entities/x", "/actuator/prometheus", "/v1/nothing"})
    void nothingIsAnsweredWithoutAToken(String route) {
        problem(SERVICE.client(null).get().uri(route), 401);
        problem(SERVICE.client("rz_nonsense").get().uri(route), 401);
    }

    @Test
    void aRevokedKeyIsRefusedAtOnce() {
        WebTestClient operator = SERVICE.client(RunningService.OPERATOR);
        String key = SERVICE.newKey(tenant, "reader");
        SERVICE.client(key)
                .get()
                .uri("/v1/search?q=x")
                .exchange()
                .expectStatus()
                .isOk();
        String page = body(operator.get().uri("/v1/tenants/" + tenant + "/keys?limit=200"));
        for (String id : page.split("\"id\":\"", -1)) {
            if (id.contains("\"role\":\"reader\"")) {
                operator.delete()
                        .uri("/v1/tenants/" + tenant + "/keys/" + id.substring(0, 36))
                        .exchange()
                        .expectStatus()
                        .isNoContent();
            }
        }

        problem(SERVICE.client(key).get().uri("/v1/search?q=x"), 401);
    }

    @Test
    void rolesAreHeldTo() {
        WebTestClient reader = SERVICE.client(SERVICE.newKey(tenant, "reader"));
        WebTestClient auditor = SERVICE.client(SERVICE.newKey(tenant, "auditor"));
        WebTestClient operator = SERVICE.client(RunningService.OPERATOR);

        problem(reader.delete().uri("/v1/entities/clock"), 403);
        problem(reader.get().uri("/v1/tenants"), 403);
        problem(reader.get().uri("/actuator/prometheus"), 403);
        problem(auditor.get().uri("/v1/search?q=x"), 403);
        problem(operator.get().uri("/v1/search?q=x"), 403);
        problem(client.get().uri("/v1/search?q=x").header("X-Tenant-ID", "00000000-0000-7000-8000-00000000000a"), 403);
    }

    @Test
    void aDeletedTenantIsGoneWithItsKeys() {
        String doomed = SERVICE.newTenant("doomed");
        String key = SERVICE.newKey(doomed, "writer");
        SERVICE.client(key)
                .post()
                .uri("/v1/entities")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"id\":\"x\",\"type\":\"T\",\"name\":\"x\"}")
                .exchange()
                .expectStatus()
                .isCreated();
        WebTestClient operator = SERVICE.client(RunningService.OPERATOR);

        operator.delete().uri("/v1/tenants/" + doomed).exchange().expectStatus().isNoContent();

        problem(operator.get().uri("/v1/tenants/" + doomed), 404);
        problem(SERVICE.client(key).get().uri("/v1/search?q=x"), 401);
    }

    @Test
    void slugsAreUnique() {
        SERVICE.newTenant("unique");
        problem(
                SERVICE.client(RunningService.OPERATOR)
                        .post()
                        .uri("/v1/tenants")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"slug\":\"unique\"}"),
                409);
    }

    @Test
    void neighboursArePagedHeaviestFirst() {
        String first = body(client.get().uri("/v1/entities/watch/neighbours?limit=1"));
        String next = first.replaceFirst(".*\"next\":\"([^\"]*)\".*", "$1");
        String second = body(client.get().uri("/v1/entities/watch/neighbours?limit=1&cursor=" + next));

        assertThat(first).contains("\"id\":\"clock\"").contains("\"direction\":\"both\"");
        assertThat(second)
                .contains("\"id\":\"wrist\"")
                .contains("\"direction\":\"out\"")
                .contains("\"next\":null");
    }

    @Test
    void pathsAreFoundBothWays() {
        client.get()
                .uri("/v1/graph/path?from=clock&to=wrist")
                .exchange()
                .expectBody()
                .jsonPath("$.found")
                .isEqualTo(true)
                .jsonPath("$.hops")
                .isEqualTo(2)
                .jsonPath("$.nodes[1].id")
                .isEqualTo("watch")
                .jsonPath("$.relationships[1].type")
                .isEqualTo("WORN_ON");
    }

    @Test
    void healthIsAnsweredWithoutAToken() {
        for (String path : List.of("/health/database", "/actuator/health/liveness", "/actuator/health/readiness")) {
            SERVICE.client(null).get().uri(path).exchange().expectStatus().isOk();
        }
    }

    private static List<String> lines(String path, String ndjson) {
        return body(client.method(HttpMethod.POST)
                        .uri(path)
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .bodyValue(ndjson.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .lines()
                .toList();
    }

    private static String body(WebTestClient.RequestHeadersSpec<?> request) {
        EntityExchangeResult<String> result = request.exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult();
        return Objects.requireNonNull(result.getResponseBody());
    }

    private static void problem(WebTestClient.RequestHeadersSpec<?> request, int status) {
        request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status);
    }
}
