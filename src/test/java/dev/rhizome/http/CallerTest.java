package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a route asks of its caller. */
class CallerTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final TenantId ACME = new TenantId(new UUID(1, 1));

    private static ServerRequest request() {
        return ServerRequest.create(
                MockServerWebExchange.from(MockServerHttpRequest.get("/v1/entities")),
                HandlerStrategies.withDefaults().messageReaders());
    }

    private static Mono<ServerResponse> asked(Role role, Role... needed) {
        ServerRequest request = request();
        request.attributes().put(Caller.ATTRIBUTE, new Caller("key", ACME, role, null));
        return Caller.needs(needed)
                .filter(request, passed -> ServerResponse.ok().build());
    }

    @ParameterizedTest
    @CsvSource({
        "READER, WRITER, false",
        "WRITER, WRITER, true",
        "ADMIN, WRITER, true",
        "AUDITOR, READER, false",
        "AUDITOR, WRITER, false",
        "ADMIN, AUDITOR, false",
        "ADMIN, OPERATOR, false",
        "OPERATOR, READER, false"
    })
    void aRouteLetsThroughWhoHasItsRole(Role role, Role needed, boolean passes) {
        StepVerifier.FirstStep<ServerResponse> answer = asked(role, needed).as(StepVerifier::create);
        if (passes) {
            answer.expectNextCount(1).expectComplete().verify(LIMIT);
        } else {
            answer.expectErrorSatisfies(refused -> assertThat(refused)
                            .isInstanceOf(Refused.class)
                            .hasMessageContaining("this needs the role " + needed.label()))
                    .verify(LIMIT);
        }
    }

    @Test
    void oneOfSeveralRolesIsEnough() {
        asked(Role.AUDITOR, Role.READER, Role.AUDITOR)
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        asked(Role.OPERATOR, Role.READER, Role.AUDITOR)
                .as(StepVerifier::create)
                .expectErrorMessage("this needs the role reader or auditor")
                .verify(LIMIT);
    }

    @Test
    void aRouteThatNobodyAuthenticatesIsABugOfOurs() {
        assertThatThrownBy(() -> Caller.of(request()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/v1/entities");
    }

    @Test
    void aTokenCountsUntilItsMoment() {
        Instant now = Instant.parse("2026-01-31T12:00:00Z");

        assertThat(new Caller("k", ACME, Role.READER, now).isExpiredAt(now)).isTrue();
        assertThat(new Caller("k", ACME, Role.READER, now).isExpiredAt(now.minusNanos(1)))
                .isFalse();
        assertThat(new Caller("k", ACME, Role.READER, null).isExpiredAt(Instant.MAX))
                .isFalse();
    }
}
