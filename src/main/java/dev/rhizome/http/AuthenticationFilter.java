package dev.rhizome.http;

import dev.rhizome.problem.Refused;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Unauthenticated;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.Authority;
import dev.rhizome.tenant.Role;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Refuses every request without a valid token, but for a short list of public paths, and puts the tenant that the token
 * proves into the Reactor context. No header and no body chooses a tenant.
 */
public final class AuthenticationFilter implements WebFilter {

    private static final String BEARER = "Bearer ";
    private static final int LONGEST_TOKEN = 8_192;
    private static final Duration A_LONG_TIME = Duration.ofDays(365);
    /* Patterns of the same kind as the routes', so that a path is decoded here exactly as it is where it is routed. */
    private static final List<PathPattern> PUBLIC = Stream.of(
                    "/health/database",
                    "/livez",
                    "/readyz",
                    "/actuator/health/**",
                    "/openapi.yaml",
                    "/console/**",
                    "/favicon.ico")
            .map(PathPatternParser.defaultInstance::parse)
            .toList();
    private static final PathPattern MANAGEMENT = PathPatternParser.defaultInstance.parse("/actuator/**");

    private final List<TokenAuthenticator> authenticators;
    private final RefusedTokens refusedTokens;
    private final Function<Caller, Mono<Void>> endOfRight;
    private final RefusalListener refusals;

    /**
     * Asks {@code authenticators} in order.
     *
     * @param refusedTokens says what becomes of a token that none of them knows
     * @param endOfRight completes when a caller's token is revoked or its tenant suspended
     * @param refusals is told what callers of tenants may not do
     */
    public AuthenticationFilter(
            List<TokenAuthenticator> authenticators,
            RefusedTokens refusedTokens,
            Function<Caller, Mono<Void>> endOfRight,
            RefusalListener refusals) {
        this.authenticators = List.copyOf(authenticators);
        this.refusedTokens = refusedTokens;
        this.endOfRight = endOfRight;
        this.refusals = refusals;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (isPublic(path(exchange))) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String token = token(headers);
        if (token == null) {
            return Mono.error(
                    new Unauthenticated("no token (expected: the header Authorization: Bearer <API key or JWT>)"));
        }
        return Flux.fromIterable(authenticators)
                .concatMap(authenticator -> authenticator.authenticate(token), 1)
                .next()
                .switchIfEmpty(Mono.error(() -> refuse(exchange)))
                .flatMap(caller -> proceed(caller, exchange, chain));
    }

    private RhizomeException refuse(ServerWebExchange exchange) {
        RhizomeException refusal = refusedTokens.refuse(exchange.getRequest().getRemoteAddress());
        if (refusal instanceof ShareExceeded) {
            exchange.getResponse().getHeaders().set(HttpHeaders.CONNECTION, "close");
        }
        return refusal;
    }

    private Mono<Void> proceed(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        TenantId tenant = caller.tenant();
        Actor actor = caller.actor(RequestIdFilter.idOf(exchange));
        Mono<Void> allowed = allowed(caller, exchange, chain).contextWrite(actor.context());
        return tenant == null
                ? allowed
                : allowed.doOnError(
                                Refused.class,
                                refused -> refusals.refused(tenant, actor, told(exchange), refused.detail()))
                        .contextWrite(TenantContext.of(tenant))
                        .contextWrite(Authority.until(end(caller)).context());
    }

    private static String told(ServerWebExchange exchange) {
        return exchange.getRequest().getMethod() + " " + path(exchange).value();
    }

    /** A caller's right ends with its token, or before. */
    private Mono<Void> end(Caller caller) {
        Instant expiresAt = caller.expiresAt();
        return expiresAt == null
                ? endOfRight.apply(caller)
                : Mono.firstWithSignal(
                        endOfRight.apply(caller),
                        Mono.defer(() -> Mono.delay(untilThen(expiresAt)).then()));
    }

    private static Duration untilThen(Instant moment) {
        Duration left = Duration.between(Instant.now(), moment);
        return left.compareTo(A_LONG_TIME) > 0 ? A_LONG_TIME : left.isNegative() ? Duration.ZERO : left;
    }

    private static Mono<Void> allowed(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        TenantId tenant = caller.tenant();
        if (MANAGEMENT.matches(path(exchange)) && caller.role() != Role.OPERATOR) {
            return Mono.error(new Refused("this needs the role operator"));
        }
        String claimed = exchange.getRequest().getHeaders().getFirst("X-Tenant-ID");
        if (claimed != null && (tenant == null || !claimed.equalsIgnoreCase(tenant.toString()))) {
            return Mono.error(new Refused("X-Tenant-ID contradicts the token, which alone decides the tenant"));
        }
        exchange.getAttributes().put(Caller.ATTRIBUTE, caller);
        ByteShare share = exchange.getAttribute(ByteShare.class.getName());
        if (share != null) {
            share.belongsTo(tenant);
        }
        return chain.filter(exchange);
    }

    private static PathContainer path(ServerWebExchange exchange) {
        return exchange.getRequest().getPath().pathWithinApplication();
    }

    private static boolean isPublic(PathContainer path) {
        return PUBLIC.stream().anyMatch(open -> open.matches(path));
    }

    private static @Nullable String token(HttpHeaders headers) {
        String header = headers.getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        String token = header.substring(BEARER.length()).strip();
        return token.isEmpty() || token.length() > LONGEST_TOKEN ? null : token;
    }
}
