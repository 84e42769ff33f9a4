package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.rhizome.problem.InvalidRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.pattern.PathPatternParser;

/** What a URL names, as it was sent and decoded once. */
class RawParametersTest {

    private static Map<String, List<String>> of(String pattern, String url) {
        return RawParameters.of(request(pattern, url));
    }

    private static ServerRequest request(String pattern, String url) {
        MockServerWebExchange exchange =
                MockServerWebExchange.from(MockServerHttpRequest.method(HttpMethod.GET, URI.create(url)));
        exchange.getAttributes()
                .put(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE, PathPatternParser.defaultInstance.parse(pattern));
        return ServerRequest.create(exchange, HandlerStrategies.withDefaults().messageReaders());
    }

    @Test
    void aPathVariableIsItsWholeSegment() {
        assertThat(of("/v1/entities/{id}/paths/{to}", "/v1/entities/a;b=c+d/paths/e%2Ff%20g"))
                .containsOnly(entry("id", List.of("a;b=c+d")), entry("to", List.of("e/f g")));
    }

    @Test
    void aQueryHasItsValuesInTheirOrder() {
        assertThat(of("/v1/search", "/v1/search?q=a+b%2B&type=x&type=y&&flag&empty=&q2=%C3%A4"))
                .containsExactly(
                        entry("q", List.of("a b+")),
                        entry("type", List.of("x", "y")),
                        entry("flag", List.of("")),
                        entry("empty", List.of("")),
                        entry("q2", List.of("ä")));
        assertThat(of("/v1/search", "/v1/search?")).isEmpty();
        assertThat(of("/v1/search", "/v1/search")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"q=%FF", "q=%C3", "q=%C3%28", "%FF=a"})
    void whatIsNoTextInUtf8IsRefused(String query) {
        assertThatThrownBy(() -> of("/v1/search", "/v1/search?" + query)).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void whatThePathNamesTheQueryMayNot() {
        assertThatThrownBy(() -> of("/v1/entities/{id}", "/v1/entities/a?id=b"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("id: unknown parameter");
    }
}
