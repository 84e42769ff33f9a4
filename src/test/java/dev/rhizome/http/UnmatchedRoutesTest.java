package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** What no route takes is told apart: another method, or nothing there. */
class UnmatchedRoutesTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final RouterFunction<ServerResponse> ROUTES = route().GET(
                    "/v1/entities/{id}", request -> ServerResponse.ok().build())
            .DELETE("/v1/entities/{id}", request -> ServerResponse.ok().build())
            .POST("/v1/entities", request -> ServerResponse.ok().build())
            .build();

    private static Throwable answer(HttpMethod method, String path) {
        ServerRequest request = ServerRequest.create(
                MockServerWebExchange.from(MockServerHttpRequest.method(method, URI.create(path))),
                HandlerStrategies.withDefaults().messageReaders());
        return new UnmatchedRoutes(List.of(ROUTES))
                .asRoute()
                .route(request)
                .flatMap(handler -> handler.handle(request))
                .<Throwable>map(answered -> new AssertionError("answered"))
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Test
    void aPathThatHasAnotherMethodSaysWhich() {
        assertThat(answer(HttpMethod.PUT, "/v1/entities/a"))
                .isInstanceOfSatisfying(
                        MethodNotAllowedException.class,
                        refused -> assertThat(Set.copyOf(refused.getSupportedMethods()))
                                .isEqualTo(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE)));
        assertThat(answer(HttpMethod.GET, "/v1/entities"))
                .isInstanceOfSatisfying(
                        MethodNotAllowedException.class,
                        refused -> assertThat(Set.copyOf(refused.getSupportedMethods()))
                                .isEqualTo(Set.of(HttpMethod.POST)));
    }

    @Test
    void elsewhereThereIsNothing() {
        assertThat(answer(HttpMethod.GET, "/v1/nothing"))
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        refused -> assertThat(refused.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND));
    }
}
