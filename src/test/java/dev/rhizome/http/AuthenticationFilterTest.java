package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Refused;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Unauthenticated;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.Authority;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who gets in, as whom, and for how long. */
class AuthenticationFilterTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final TenantId ACME = new TenantId(new UUID(1, 1));
    private static final Map<String, Caller> CALLERS = Map.of(
            "reader", new Caller("key", ACME, Role.READER, null),
            "operator", new Caller("operator", null, Role.OPERATOR, null),
            "expiring", new Caller("jwt:ada", ACME, Role.READER, Instant.EPOCH));

    private final List<String> shown = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final AuthenticationFilter filter = new AuthenticationFilter(
            List.of(token -> known(token, "operator"), token -> known(token, token)),
            new RefusedTokens(new RefusedTokensProperties(2, 1)),
            caller -> Mono.never(),
            (tenant, actor, request, reason) -> refusals.add(actor.name() + " " + request + " " + reason));
    private @Nullable MockServerWebExchange last;

    private Mono<Caller> known(String token, String name) {
        shown.add(token);
        return token.equals(name) ? Mono.justOrEmpty(CALLERS.get(name)) : Mono.empty();
    }

    private Mono<Void> ask(String path, String... headers) {
        return ask(path, Mono.empty(), headers);
    }

    private Mono<Void> ask(String path, Mono<Void> answer, String... headers) {
        MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        MockServerWebExchange exchange = MockServerWebExchange.from(request);
        last = exchange;
        return filter.filter(exchange, passed -> answer);
    }

    private static void refused(Mono<Void> asked, Class<? extends Throwable> problem) {
        asked.as(StepVerifier::create).expectError(problem).verify(LIMIT);
    }

    private static void passes(Mono<Void> asked) {
        asked.as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health/database",
                "/livez",
                "/readyz",
                "/actuator/health",
                "/actuator/health/readiness",
                "/openapi.yaml",
                "/console/",
                "/favicon.ico"
            })
    void whatIsPublicNeedsNoToken(String path) {
        passes(ask(path));

        assertThat(shown).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/search", "/actuator/prometheus", "/actuator", "/", "/livez/more", "/openapi.yaml/more"})
    void allElseNeedsOne(String path) {
        refused(ask(path), Unauthenticated.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "reader", "Basic reader", "Bearer", "Bearer ", "Bearerreader"})
    void whatIsNoBearerTokenIsNone(String header) {
        refused(ask("/v1/search", "Authorization", header), Unauthenticated.class);

        assertThat(shown).isEmpty();
    }

    @Test
    void aTokenOfAnyLengthIsNotLookedUp() {
        refused(ask("/v1/search", "Authorization", "Bearer " + "x".repeat(100_000)), Unauthenticated.class);

        assertThat(shown).isEmpty();
    }

    @Test
    void theFirstWhoKnowsTheTokenSaysWhoItIsAndNobodyElseIsAsked() {
        passes(ask("/v1/tenants", "Authorization", "bearer  operator "));

        assertThat(shown).containsExactly("operator");
    }

    @Test
    void aTenantsCallerRunsAsItsTenantAndUnderItsName() {
        Mono<Void> answer = TenantContext.current()
                .zipWith(Actor.current())
                .doOnNext(both -> {
                    assertThat(both.getT1()).isEqualTo(ACME);
                    assertThat(both.getT2().name()).isEqualTo("key");
                    assertThat(both.getT2().role()).isEqualTo("reader");
                })
                .switchIfEmpty(Mono.error(new AssertionError("nobody")))
                .then();

        passes(ask("/v1/search", answer, "Authorization", "Bearer reader"));
    }

    @Test
    void theOperatorRunsAsNoTenant() {
        refused(
                ask("/v1/tenants", TenantContext.current().then(), "Authorization", "Bearer operator"),
                dev.rhizome.problem.TenantMissing.class);
    }

    @Test
    void unknownTokensAreRefusedAndManyOfThemAreToldToWait() {
        refused(ask("/v1/search", "Authorization", "Bearer made-up"), Unauthenticated.class);
        assertThat(connection()).isNull();
        refused(ask("/v1/search", "Authorization", "Bearer made-up"), Unauthenticated.class);

        refused(ask("/v1/search", "Authorization", "Bearer made-up"), ShareExceeded.class);
        assertThat(connection()).isEqualTo("close");
        passes(ask("/v1/search", "Authorization", "Bearer reader"));
    }

    private @Nullable String connection() {
        MockServerWebExchange exchange = last;
        return exchange == null ? null : exchange.getResponse().getHeaders().getFirst("Connection");
    }

    @Test
    void managementIsTheOperators() {
        refused(ask("/actuator/prometheus", "Authorization", "Bearer reader"), Refused.class);
        refused(ask("/actuator", "Authorization", "Bearer reader"), Refused.class);

        passes(ask("/actuator/prometheus", "Authorization", "Bearer operator"));
        assertThat(refusals)
                .containsExactly(
                        "key GET /actuator/prometheus this needs the role operator",
                        "key GET /actuator this needs the role operator");
    }

    @Test
    void aHeaderChoosesNoTenant() {
        String other = new UUID(2, 2).toString();

        refused(ask("/v1/search", "Authorization", "Bearer reader", "X-Tenant-ID", other), Refused.class);
        refused(ask("/v1/tenants", "Authorization", "Bearer operator", "X-Tenant-ID", other), Refused.class);
        passes(ask("/v1/search", "Authorization", "Bearer reader", "X-Tenant-ID", ACME.toString()));
    }

    @Test
    void whatATenantsCallerMayNotDoIsToldAndTheOperatorsIsNot() {
        Mono<Void> answer = Mono.error(() -> new Refused("this needs the role writer"));

        refused(ask("/v1/entities", answer, "Authorization", "Bearer reader"), Refused.class);
        refused(ask("/v1/entities", answer, "Authorization", "Bearer operator"), Refused.class);

        assertThat(refusals).containsExactly("key GET /v1/entities this needs the role writer");
    }

    @Test
    void aRightEndsWithItsToken() {
        refused(ask("/v1/search", Authority.lost(), "Authorization", "Bearer expiring"), Unauthenticated.class);

        ask("/v1/search", Authority.lost(), "Authorization", "Bearer reader")
                .as(StepVerifier::create)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(LIMIT);
    }
}
