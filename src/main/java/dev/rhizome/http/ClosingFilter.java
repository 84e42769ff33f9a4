package dev.rhizome.http;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers with {@code Connection: close} while the service is being shut down, also what was asked before. A client that went on
 * with its connection would send a request into its end.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ClosingFilter implements WebFilter {

    private final Closing closing;

    /** Looks at {@code closing} when an answer begins. */
    ClosingFilter(Closing closing) {
        this.closing = closing;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() -> Mono.fromRunnable(() -> lastOfItsConnection(response)));
        return chain.filter(exchange);
    }

    private void lastOfItsConnection(ServerHttpResponse response) {
        if (closing.hasBegun()) {
            response.getHeaders().set(HttpHeaders.CONNECTION, "close");
        }
    }
}
