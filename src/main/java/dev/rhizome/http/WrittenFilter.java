package dev.rhizome.http;

import dev.rhizome.database.Replicas;
import dev.rhizome.database.RequestPosition;
import dev.rhizome.problem.InvalidRequest;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Where reads may go to standbys, says of each request whether its may. The answer to one that wrote has the header {@code
 * X-Rhizome-Written}, that to a bulk request has it in its last line; one that sends it back sees what was written, whichever server it reads from.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 6)
public final class WrittenFilter implements WebFilter {

    private static final String HEADER = "X-Rhizome-Written";
    private static final String ATTRIBUTE = WrittenFilter.class.getName();
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final List<PathPattern> ALSO_READS = patterns("/v1/search", "/v1/agents/match");
    /** Who may do what, what counts against a limit, and what a chain is compared with, is read as it is now. */
    private static final List<PathPattern> READ_AT_PRIMARY = patterns(
            "/v1/tenants/**",
            "/v1/usage",
            "/v1/audit",
            "/v1/events/verify",
            "/v1/events/head",
            "/v1/events/truncations",
            "/v1/provenance/verify",
            "/v1/provenance/head",
            "/v1/provenance/heads",
            "/v1/provenance/export");

    private final Replicas replicas;
    private final WrittenTokens tokens;

    /** Seals by {@code secret}. */
    public WrittenFilter(Replicas replicas, StreamSecret secret) {
        this.replicas = replicas;
        this.tokens = new WrittenTokens(HEADER, secret);
    }

    private static List<PathPattern> patterns(String... paths) {
        return Stream.of(paths).map(PathPatternParser.defaultInstance::parse).toList();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!replicas.areUsed()) {
            return chain.filter(exchange);
        }
        ServerHttpRequest request = exchange.getRequest();
        RequestPosition position;
        try {
            position = new RequestPosition(mayReadFromStandby(request), needed(request));
        } catch (InvalidRequest e) {
            return Mono.error(e);
        }
        Supplier<@Nullable String> token = () -> token(position);
        exchange.getAttributes().put(ATTRIBUTE, token);
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> tell(exchange)));
        return chain.filter(exchange).contextWrite(position.context());
    }

    /** A stream that goes on is made again up to where it broke off, and has to be able to. */
    private static boolean mayReadFromStandby(ServerHttpRequest request) {
        PathContainer path = request.getPath().pathWithinApplication();
        if (request.getHeaders().containsHeader("Last-Event-ID")) {
            return false;
        }
        return READS.contains(request.getMethod()) ? !isOneOf(READ_AT_PRIMARY, path) : isOneOf(ALSO_READS, path);
    }

    private static boolean isOneOf(List<PathPattern> patterns, PathContainer path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path));
    }

    /** Where it is there several times, the latest counts. */
    private long needed(ServerHttpRequest request) {
        return request.getHeaders().getOrEmpty(HEADER).stream()
                .mapToLong(token -> tokens.position(token.strip()))
                .max()
                .orElse(RequestPosition.NOWHERE);
    }

    private static void tell(ServerWebExchange exchange) {
        String token = tokenOf(exchange);
        if (token != null) {
            exchange.getResponse().getHeaders().set(HEADER, token);
        }
    }

    /** The token of what the request has written by now; null where that is nothing, or where nothing is read from standbys. */
    static @Nullable String tokenOf(ServerWebExchange exchange) {
        Supplier<@Nullable String> token = exchange.getAttribute(ATTRIBUTE);
        return token == null ? null : token.get();
    }

    private @Nullable String token(RequestPosition position) {
        long written = position.written();
        return written == RequestPosition.NOWHERE ? null : tokens.token(written);
    }
}
