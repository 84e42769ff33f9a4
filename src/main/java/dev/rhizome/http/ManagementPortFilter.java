package dev.rhizome.http;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Where management has a port of its own, nothing else is found there: it would answer all routes, which may be closed elsewhere. */
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
public final class ManagementPortFilter implements WebFilter {

    private static final PathPattern MANAGEMENT = PathPatternParser.defaultInstance.parse("/actuator/**");
    /** Set when the port is open, which may be any that is free. */
    private static final String PORT = "local.management.port";

    private final Environment environment;
    private volatile int port;

    /** Learns the port of {@code environment}. */
    public ManagementPortFilter(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        return !MANAGEMENT.matches(path) && isManagement(exchange.getRequest().getLocalAddress())
                ? Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is nothing at this path"))
                : chain.filter(exchange);
    }

    private boolean isManagement(@Nullable InetSocketAddress address) {
        if (port == 0) {
            port = environment.getProperty(PORT, Integer.class, 0);
        }
        return address != null && address.getPort() == port;
    }
}
