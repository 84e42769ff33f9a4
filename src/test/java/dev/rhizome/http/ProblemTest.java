package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.BudgetSpent;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.Refused;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.problem.TenantSuspended;
import dev.rhizome.problem.TenantUnknown;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.problem.TooFewTenants;
import dev.rhizome.problem.Unauthenticated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.json.JsonMapper;

/** What each error becomes for whoever asked. */
class ProblemTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String SECRET = "select secret from hosts";

    static List<Arguments> errors() {
        return List.of(
                Arguments.of(InvalidRequest.of("limit", 500, "1 to 200"), 400, "invalid-request"),
                Arguments.of(new Unauthenticated("no token"), 401, "unauthorized"),
                Arguments.of(new Refused("no"), 403, "forbidden"),
                Arguments.of(new BudgetSpent(Instant.EPOCH), 403, "privacy-budget-spent"),
                Arguments.of(new TooFewTenants(), 403, "too-few-tenants"),
                Arguments.of(new TenantMissing(), 403, "tenant-missing"),
                Arguments.of(new TenantUnknown("tenant"), 403, "tenant-unknown"),
                Arguments.of(new TenantSuspended(), 403, "tenant-suspended"),
                Arguments.of(new NotFound("tenant", "x"), 404, "not-found"),
                Arguments.of(new Conflict("taken"), 409, "conflict"),
                Arguments.of(new ShareExceeded("many", Duration.ofSeconds(1)), 429, "too-many-requests"),
                Arguments.of(new Overloaded("full", Duration.ofSeconds(1)), 503, "service-unavailable"),
                Arguments.of(new TimedOut("late"), 504, "gateway-timeout"),
                Arguments.of(new DataBufferLimitException(SECRET), 413, "content-too-large"),
                Arguments.of(new ResponseStatusException(HttpStatus.NOT_FOUND), 404, "not-found"),
                Arguments.of(new IllegalStateException(SECRET), 500, "internal-server-error"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorHasItsStatusAndTypeAndSaysNothingOfOurs(Throwable error, int status, String type) {
        Problem problem = Problem.of(error, "id");

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.type()).isEqualTo("urn:rhizome:problem:" + type);
        assertThat(problem.requestId()).isEqualTo("id");
        assertThat(problem.detail()).isNotEmpty().doesNotContain(SECRET);
    }

    @Test
    void theFirstWrongFieldsAreListedAndTheOthersCounted() {
        InvalidRequest many = new InvalidRequest(IntStream.range(0, 25)
                .mapToObj(i -> InvalidRequest.error("f" + i, i, "less"))
                .toList());

        Problem problem = Problem.of(many, null);

        assertThat(problem.errors()).hasSize(InvalidRequest.MOST_LISTED);
        assertThat(problem.moreErrors()).isEqualTo(5);
    }

    private static MockServerWebExchange answered(Throwable error) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/search"));
        Boolean done = new ProblemHandler(JsonMapper.shared())
                .handle(exchange, error)
                .thenReturn(true)
                .block(LIMIT);
        assertThat(done).isTrue();
        return exchange;
    }

    private static @Nullable String header(Throwable error, String name) {
        return answered(error).getResponse().getHeaders().getFirst(name);
    }

    static Stream<Arguments> pauses() {
        return Stream.of(
                Arguments.of(new Overloaded("full", Duration.ofSeconds(7)), "7"),
                Arguments.of(new Overloaded("full", Duration.ofMillis(10)), "1"),
                Arguments.of(new ShareExceeded("many", Duration.ofSeconds(3)), "3"),
                Arguments.of(new Conflict("taken"), null));
    }

    @ParameterizedTest
    @MethodSource("pauses")
    void whoMayComeAgainIsToldWhen(Throwable error, @Nullable String seconds) {
        assertThat(header(error, "Retry-After")).isEqualTo(seconds);
    }

    @Test
    void anAnswerSaysWhatTheClientCanDo() {
        assertThat(header(new Unauthenticated("no token"), "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(header(new Refused("no"), "WWW-Authenticate")).isNull();
        assertThat(header(new MethodNotAllowedException(HttpMethod.PUT, List.of(HttpMethod.GET)), "Allow"))
                .isEqualTo("GET");
        assertThat(answered(new Refused("no")).getResponse().getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(answered(new Refused("no")).getResponse().getBodyAsString().block(LIMIT))
                .contains("\"status\":403", "urn:rhizome:problem:forbidden");
    }

    @Test
    void onceAnAnswerHasBegunTheErrorGoesOn() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/search"));
        Boolean begun = exchange.getResponse().setComplete().thenReturn(true).block(LIMIT);
        assertThat(begun).isTrue();

        Throwable passedOn = new ProblemHandler(JsonMapper.shared())
                .handle(exchange, new Conflict("taken"))
                .<Throwable>thenReturn(new AssertionError("swallowed"))
                .onErrorResume(reactor.core.publisher.Mono::just)
                .block(LIMIT);

        assertThat(passedOn).isInstanceOf(Conflict.class);
    }
}
