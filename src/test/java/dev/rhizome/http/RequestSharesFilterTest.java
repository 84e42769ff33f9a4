package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.fairness.RequestLimits;
import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Requests of a loud and a quiet tenant, of which four are read at once. */
class RequestSharesFilterTest {

    private static final TenantId LOUD = new TenantId(new UUID(0, 1));
    private static final TenantId QUIET = new TenantId(new UUID(0, 2));
    private static final int MANY = 6_000;

    private final UsageCounters usage = new UsageCounters();
    private final RequestLimits limits = new RequestLimits(new KnownLimits(TenantLimits.NONE, Duration.ofMinutes(1)));
    private final RequestSharesFilter filter = new RequestSharesFilter(limits, turns(), usage);
    private final List<TenantId> begun = new CopyOnWriteArrayList<>();
    private final Map<Optional<TenantId>, ServerWebExchange> exchanges = new HashMap<>();

    private static FairTurns turns() {
        return new FairTurns(
                new FairTurns.Limits("request", MANY, MANY, 4, MANY, 2 * MANY, Duration.ZERO, Duration.ofHours(1)));
    }

    private Mono<Void> request(@Nullable TenantId tenant, WebFilterChain chain) {
        return filter.filter(exchanges.computeIfAbsent(Optional.ofNullable(tenant), this::exchange), chain);
    }

    /** One serves all requests of a tenant: making its codecs takes milliseconds, and after ten seconds nobody else is there. */
    private ServerWebExchange exchange(Optional<TenantId> tenant) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
        exchange.getAttributes().put(Caller.ATTRIBUTE, new Caller("k", tenant.orElse(null), Role.READER, null));
        return exchange;
    }

    private WebFilterChain begins(TenantId tenant, Mono<Void> answer) {
        return exchange -> Mono.defer(() -> {
            begun.add(tenant);
            return answer;
        });
    }

    private long begunOf(TenantId tenant) {
        return begun.stream().filter(tenant::equals).count();
    }

    @Test
    void whoIsNotAloneHasItsPartReadAtOnceAndTheOtherFindsAPlace() {
        Sinks.Empty<Void> never = Sinks.empty();
        assertThat(request(QUIET, begins(QUIET, Mono.empty())).blockOptional()).isEmpty();
        List<Disposable> loud = IntStream.range(0, 40)
                .mapToObj(i -> request(LOUD, begins(LOUD, never.asMono())).subscribe())
                .toList();

        Disposable quiet = request(QUIET, begins(QUIET, never.asMono())).subscribe();

        assertThat(begunOf(LOUD)).isEqualTo(2);
        assertThat(begunOf(QUIET)).isEqualTo(2);
        loud.forEach(Disposable::dispose);
        quiet.dispose();
        assertThat(limits.atOnce(LOUD) + limits.atOnce(QUIET)).isZero();
    }

    @Test
    void aFloodThatEndsAtOnceDoesNotPileUpOnOneStack() throws InterruptedException {
        assertThat(request(QUIET, begins(QUIET, Mono.empty())).blockOptional()).isEmpty();
        Sinks.Empty<Void> first = Sinks.empty();
        CountDownLatch ended = new CountDownLatch(MANY / 2);
        List<Throwable> failed = new CopyOnWriteArrayList<>();
        Disposable one = request(LOUD, begins(LOUD, first.asMono())).subscribe();
        Disposable two = request(LOUD, begins(LOUD, first.asMono())).subscribe();
        for (int i = 0; i < MANY / 2; i++) {
            Disposable unused = request(LOUD, begins(LOUD, Mono.empty()))
                    .doFinally(end -> ended.countDown())
                    .subscribe(nothing -> {}, failed::add);
        }
        assertThat(begunOf(LOUD)).isEqualTo(2);

        first.tryEmitEmpty();

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failed).isEmpty();
        assertThat(one.isDisposed() && two.isDisposed()).isTrue();
    }

    @Test
    void theOperatorIsNeitherCountedNorHeldUp() {
        assertThat(request(null, begins(QUIET, Mono.empty())).blockOptional()).isEmpty();

        assertThat(usage.tenants()).isEmpty();
    }

    @Test
    void aRequestAndItsRefusalAreCounted() {
        Mono<Void> wrong = Mono.error(() -> InvalidRequest.of("q", "missing", "a text"));
        assertThat(request(LOUD, begins(LOUD, wrong)).onErrorComplete().blockOptional())
                .isEmpty();

        assertThat(usage.take(LOUD)).isEqualTo(Map.of(Figure.REQUESTS, 1L, Figure.REFUSED_AS_INVALID, 1L));
        assertThat(usage.take(LOUD)).isEmpty();
    }
}
