package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.TenantMismatches;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.SeenTenant;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;
import org.springframework.web.server.handler.FilteringWebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** What an answer says of the tenants that the database saw, whoever asked. */
class SeenTenantFilterTest {

    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final TenantId OTHER = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000b"));
    private static final String SECRET = "a row";

    private final TenantMismatches mismatches = new TenantMismatches();
    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/search"));

    @Test
    void theTenantThatWasSeenIsTold() {
        answer(ACME, List.of(ACME, ACME));

        assertThat(exchange.getResponse().getStatusCode()).isNull();
        assertThat(header()).isEqualTo(ACME.toString());
    }

    @Test
    void nobodyIsToldWhereNobodyWasSeen() {
        answer(ACME, List.of());

        assertThat(header()).isNull();
    }

    @Test
    void anotherTenantThanTheCallersIsA500WithoutTheAnswer() {
        for (List<TenantId> seen : List.of(List.of(OTHER), List.of(ACME, OTHER), List.of(OTHER, ACME))) {
            MockServerWebExchange each = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/search"));
            long before = mismatches.count();

            answer(each, ACME, seen);

            assertThat(each.getResponse().getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
            assertThat(each.getResponse().getBodyAsString().block()).doesNotContain(SECRET, OTHER.toString());
            assertThat(each.getResponse().getHeaders().getFirst("X-Tenant-ID")).isNull();
            assertThat(mismatches.count()).isEqualTo(before + 1);
        }
    }

    /** The operator has no tenant, and manages each. */
    @Test
    void theOperatorIsToldTheOneTenantOfItsRequest() {
        answer(null, List.of(OTHER));

        assertThat(header()).isEqualTo(OTHER.toString());
        assertThat(mismatches.count()).isZero();
    }

    @Test
    void theOperatorIsToldNoneOfSeveral() {
        answer(null, List.of(OTHER, ACME));

        assertThat(header()).isNull();
    }

    private @Nullable String header() {
        return exchange.getResponse().getHeaders().getFirst("X-Tenant-ID");
    }

    private void answer(@Nullable TenantId caller, List<TenantId> seen) {
        answer(exchange, caller, seen);
    }

    private void answer(MockServerWebExchange to, @Nullable TenantId caller, List<TenantId> seen) {
        to.getAttributes().put(Caller.ATTRIBUTE, new Caller("k", caller, Role.READER, null));
        new ExceptionHandlingWebHandler(
                        new FilteringWebHandler(
                                request -> Flux.fromIterable(seen)
                                        .concatMap(tenant -> Mono.deferContextual(context -> {
                                            SeenTenant.note(context, tenant);
                                            return Mono.empty();
                                        }))
                                        .then(Mono.defer(() -> request.getResponse()
                                                .writeWith(Mono.just(request.getResponse()
                                                        .bufferFactory()
                                                        .wrap(SECRET.getBytes(
                                                                java.nio.charset.StandardCharsets.UTF_8)))))),
                                List.of(new SeenTenantFilter(mismatches))),
                        List.of(new ProblemHandler(JsonMapper.shared())))
                .handle(to)
                .block();
    }
}
