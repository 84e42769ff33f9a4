package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** What is refused, and what every answer has, before any route is looked for. */
class FiltersTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** 200 where the request passes. */
    private static int status(WebFilter filter, MockServerHttpRequest request) {
        return filter.filter(MockServerWebExchange.from(request), passed -> Mono.empty())
                .thenReturn(HttpStatus.OK.value())
                .onErrorResume(
                        ResponseStatusException.class,
                        refused -> Mono.just(refused.getStatusCode().value()))
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static int withHeader(String name, String value) {
        return status(
                new MediaTypesFilter(),
                MockServerHttpRequest.post("/v1/search").header(name, value).build());
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type, application/json, 200",
        "Content-Type, application/x-ndjson;charset=utf-8, 200",
        "Content-Type, application/*, 415",
        "Content-Type, */*, 415",
        "Content-Type, json, 415",
        "Content-Encoding, identity, 200",
        "Content-Encoding, ' Identity ', 200",
        "Content-Encoding, gzip, 415",
        "Accept, 'text/event-stream, */*;q=0.1', 200",
        "Accept, json, 406",
        "Accept, 'application/json, json', 406"
    })
    void whatNamesNoMediaTypeIsRefused(String name, String value, int status) {
        assertThat(withHeader(name, value)).isEqualTo(status);
    }

    @Test
    void aRefusalQuotesTheBeginningOfWhatItRefuses() {
        MockServerHttpRequest request = MockServerHttpRequest.post("/v1/search")
                .header("Content-Encoding", "x".repeat(81))
                .build();

        assertThat(new MediaTypesFilter()
                        .filter(MockServerWebExchange.from(request), passed -> Mono.empty())
                        .thenReturn("")
                        .onErrorResume(refused -> Mono.just(String.valueOf(refused.getMessage())))
                        .block(LIMIT))
                .contains("x".repeat(80) + "…")
                .doesNotContain("x".repeat(81));
    }

    @ParameterizedTest
    @CsvSource({
        "/console/index.html, 200",
        "/console/../secret, 404",
        "/console/%2e%2e/secret, 404",
        "/console/a%2fb, 404",
        "/console/a%5cb, 404",
        "/console/a..b, 200",
        "/v1/entities/.., 200",
        "/v1/entities/a%2fb, 200"
    })
    void outsideOfTheRoutesOfIdsNothingLeadsToAnotherPath(String path, int status) {
        MockServerHttpRequest request = MockServerHttpRequest.method(
                        org.springframework.http.HttpMethod.GET, java.net.URI.create(path))
                .build();

        assertThat(status(new PathFilter(), request)).isEqualTo(status);
    }

    private static String requestId(MockServerHttpRequest request) {
        MockServerWebExchange exchange = MockServerWebExchange.from(request);
        Boolean passed = new RequestIdFilter()
                .filter(exchange, next -> Mono.empty())
                .thenReturn(true)
                .block(LIMIT);
        assertThat(passed).isTrue();
        assertThat(exchange.getResponse().getHeaders().getFirst("X-Request-Id"))
                .isEqualTo(RequestIdFilter.idOf(exchange));
        return RequestIdFilter.idOf(exchange);
    }

    @Test
    void aRequestKeepsThePlainIdThatItCameWith() {
        assertThat(requestId(MockServerHttpRequest.get("/")
                        .header("X-Request-Id", "my-id_1.2")
                        .build()))
                .isEqualTo("my-id_1.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "<script>"})
    void anyOtherIdIsReplaced(String id) {
        String given = requestId(
                MockServerHttpRequest.get("/").header("X-Request-Id", id).build());

        assertThat(given).hasSize(36).isNotEqualTo(id);
        assertThat(requestId(MockServerHttpRequest.get("/").build()))
                .hasSize(36)
                .isNotEqualTo(given);
    }

    @Test
    void anIdThatIsTooLongIsReplaced() {
        String longest = "a".repeat(100);

        assertThat(requestId(MockServerHttpRequest.get("/")
                        .header("X-Request-Id", longest)
                        .build()))
                .isEqualTo(longest);
        assertThat(requestId(MockServerHttpRequest.get("/")
                        .header("X-Request-Id", longest + "a")
                        .build()))
                .hasSize(36);
    }

    @Test
    void whatNoFilterHasSeenHasNoId() {
        assertThat(RequestIdFilter.idOf(MockServerWebExchange.from(MockServerHttpRequest.get("/"))))
                .isEqualTo("none");
    }

    @Test
    void onlyEncryptedAnswersTellBrowsersToStayEncrypted() {
        assertThat(transportSecurity("https://localhost/v1/search")).isEqualTo("max-age=31536000");
        assertThat(transportSecurity("http://localhost/v1/search")).isEqualTo("none");
    }

    private static String transportSecurity(String url) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(url));
        Boolean passed = new SecurityHeadersFilter()
                .filter(exchange, next -> next.getResponse().setComplete())
                .thenReturn(true)
                .block(LIMIT);
        assertThat(passed).isTrue();
        assertThat(exchange.getResponse().getHeaders().getFirst("Cache-Control"))
                .contains("no-store");
        assertThat(exchange.getResponse().getHeaders().getFirst("X-Content-Type-Options"))
                .isEqualTo("nosniff");
        String said = exchange.getResponse().getHeaders().getFirst("Strict-Transport-Security");
        return said == null ? "none" : said;
    }
}
