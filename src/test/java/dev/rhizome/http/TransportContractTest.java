package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What requests get that are refused for their form, and who may reach what by which spelling of a path. */
class TransportContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RunningService SERVICE = RunningService.get();

    private static String reader;
    private static String admin;

    @BeforeAll
    static void aTenant() {
        String tenant = SERVICE.newTenant("transport");
        reader = SERVICE.newKey(tenant, "reader");
        admin = SERVICE.newKey(tenant, "admin");
        SERVICE.client(admin)
                .post()
                .uri("/v1/entities")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}")
                .exchange()
                .expectStatus()
                .isCreated();
    }

    @ParameterizedTest
    @CsvSource({
        "/actuator/prometheus, 403",
        "/%61ctuator/prometheus, 403",
        "/actuator/%70rometheus, 403",
        "/actuator;a=1/prometheus, 403",
        "/actuator/prometheus;a=1, 403",
        "/actuator, 403",
        "/actuator/health/../prometheus, 404",
        "/actuator/health/..%2Fprometheus, 404",
        "//actuator/prometheus, 404",
        "/actuator//prometheus, 403",
        "/ACTUATOR/prometheus, 404"
    })
    void aReaderReachesNoManagementBySpellingItsPathAnotherWay(String path, int status) {
        assertThat(status(raw("GET " + path, reader))).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/../v1/entities/one",
                "/console%2F..%2Fv1/entities/one",
                "/openapi.yaml/../v1/entities/one",
                "/openapi.yaml;/v1/entities/one",
                "/actuator/health/../../v1/entities/one",
                "/v1/entities/one;/console",
                "//v1/entities/one"
            })
    void nothingButWhatIsPublicAnswersWithoutAToken(String path) {
        assertThat(status(raw("GET " + path, null))).isIn(401, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/database", "/actuator/health/liveness", "/actuator/health", "/openapi.yaml"})
    void whatIsPublicAnswersWithoutAToken(String path) {
        assertThat(status(raw("GET " + path, null))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /v1/entities/one, Content-Type, garbage, 415",
        "POST /v1/entities, Content-Type, garbage, 415",
        "POST /v1/search, Content-Type, a/b/c, 415",
        "POST /v1/entities, Content-Type, application/xml, 415",
        "GET /v1/entities/one, Accept, garbage, 406",
        "GET /v1/search?q=x, Accept, garbage, 406",
        "GET /v1/events, Accept, a/b/c, 406",
        "POST /v1/search, Content-Encoding, gzip, 415",
        "POST /v1/entities, Content-Encoding, deflate, 415",
        "GET /v1/search?q=100%, X-A, b, 400",
        "GET /v1/search?q=%zz, X-A, b, 400",
        "GET /, X-A, b, 404",
        "POST /, X-A, b, 404",
        "GET /nothing, X-A, b, 404",
        "GET /v1, X-A, b, 404",
        "GET /v1/nothing, X-A, b, 404",
        "DELETE /v1/search, X-A, b, 405",
        "PUT /health/database, X-A, b, 405",
        "DELETE /openapi.yaml, X-A, b, 405",
        "POST /actuator/health, X-A, b, 405"
    })
    void aRequestThatIsRefusedForItsFormGetsAProblemDocument(String line, String header, String value, int status) {
        String answer = raw(line, admin, header + ": " + value + "\r\nContent-Length: 0\r\n");

        assertProblem(answer, status);
    }

    @Test
    void nothingUnderTheManagementPathIsAProblemForTheOperatorToo() {
        assertProblem(raw("GET /actuator/nothing", RunningService.OPERATOR), 404);
    }

    @Test
    void aUrlThatIsTooLongIs414() {
        assertProblem(raw("GET /v1/search?q=" + "x".repeat(20_000), admin), 414);
    }

    @Test
    void aHeaderThatIsTooLargeIs431() {
        assertProblem(raw("GET /v1/search?q=x", admin, "X-Large: " + "x".repeat(20_000) + "\r\n"), 431);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GARBAGE\r\n\r\n", "GET / XTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"})
    void whatIsNoRequestIs400(String bytes) {
        try (RawConnection connection = RawConnection.to(SERVICE.port())) {
            assertProblem(connection.send(bytes).readToEnd(LIMIT), 400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/entities/one",
                "/v1/entities/one/neighbours",
                "/v1/search?q=one",
                "/v1/events?limit=1",
                "/v1/audit",
                "/v1/entities/missing",
                "/health/database",
                "/openapi.yaml",
                "/actuator/health/readiness"
            })
    void headIsAnsweredAsGetWithoutABody(String path) {
        EntityExchangeResult<byte[]> get = exchange(HttpMethod.GET, path);
        EntityExchangeResult<byte[]> head = exchange(HttpMethod.HEAD, path);

        assertThat(head.getStatus()).isEqualTo(get.getStatus());
        assertThat(head.getResponseHeaders().getContentType())
                .isEqualTo(get.getResponseHeaders().getContentType());
        assertThat(head.getResponseBody()).isNull();
        assertThat(get.getResponseBody()).isNotNull();
    }

    @Test
    void headIsAmongTheMethodsThatAPathHas() {
        SERVICE.client(admin)
                .put()
                .uri("/v1/search")
                .exchange()
                .expectHeader()
                .values(
                        HttpHeaders.ALLOW,
                        values -> assertThat(values.getFirst()).contains("HEAD"));
    }

    private static EntityExchangeResult<byte[]> exchange(HttpMethod method, String path) {
        return SERVICE.client(admin)
                .method(method)
                .uri(path)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static void assertProblem(String answer, int status) {
        assertThat(status(answer)).as(answer).isEqualTo(status);
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("content-type: application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asString()).startsWith("urn:rhizome:problem:");
        assertThat(problem.path("detail").asString()).isNotBlank();
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    private static String raw(String line, @Nullable String token) {
        return raw(line, token, "");
    }

    private static String raw(String line, @Nullable String token, String headers) {
        String authorization = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
        try (RawConnection connection = RawConnection.to(SERVICE.port())) {
            String request =
                    line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + authorization + headers + "\r\n";
            return Objects.requireNonNull(connection.send(request).readToEnd(LIMIT));
        }
    }
}
