package dev.rhizome.http;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Turn;
import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.RequestLimits;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.problem.QuotaExceeded;
import dev.rhizome.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Counts the requests of tenants, holds each tenant to its limits, and lets them have their requests read in turn. It stands behind
 * authentication and in front of the routes, so that what is refused costs nothing but this. The operator's requests pass.
 */
public final class RequestSharesFilter implements WebFilter {

    private final RequestLimits limits;
    private final FairTurns turns;
    private final UsageCounters usage;

    /** Holds tenants to {@code limits}, lets requests be read in {@code turns}, and counts in {@code usage}. */
    public RequestSharesFilter(RequestLimits limits, FairTurns turns, UsageCounters usage) {
        this.limits = limits;
        this.turns = turns;
        this.usage = usage;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Caller caller = exchange.getAttribute(Caller.ATTRIBUTE);
        TenantId tenant = caller == null ? null : caller.tenant();
        return tenant == null ? chain.filter(exchange) : counted(tenant, within(tenant, chain.filter(exchange)));
    }

    private Mono<Void> counted(TenantId tenant, Mono<Void> request) {
        return request.doFirst(() -> usage.add(tenant, Figure.REQUESTS, 1))
                .doOnError(error -> count(tenant, figure(error)));
    }

    private void count(TenantId tenant, @Nullable Figure figure) {
        if (figure != null) {
            usage.add(tenant, figure, 1);
        }
    }

    /** What an error is counted as; null where that is done elsewhere. */
    private static @Nullable Figure figure(Throwable error) {
        if (error instanceof QuotaExceeded) {
            return null;
        }
        HttpStatus status = HttpStatus.valueOf(Problem.of(error, null).status());
        return switch (status) {
            case TOO_MANY_REQUESTS -> Figure.REFUSED_BY_LIMITS;
            case SERVICE_UNAVAILABLE -> Figure.REFUSED_FOR_CAPACITY;
            default -> status.is4xxClientError() ? Figure.REFUSED_AS_INVALID : Figure.FAILED;
        };
    }

    private Mono<Void> within(TenantId tenant, Mono<Void> request) {
        return Mono.usingWhen(
                Mono.fromCallable(() -> {
                    limits.begin(tenant);
                    return tenant;
                }),
                begun -> inTurn(begun, request),
                begun -> Mono.fromRunnable(() -> limits.ended(begun)));
    }

    private Mono<Void> inTurn(TenantId tenant, Mono<Void> request) {
        return Mono.usingWhen(
                turns.next(new Who(tenant, false)),
                turn -> handled(turn, request),
                turn -> Mono.fromRunnable(turn::end));
    }

    /** Whoever ends a request does not go on with the next, which may end at once as well, and so on. */
    private static Mono<Void> handled(Turn turn, Mono<Void> request) {
        return turn.isImmediate() ? request : request.subscribeOn(Schedulers.parallel());
    }
}
