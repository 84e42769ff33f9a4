package dev.rhizome.http;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Lets {@code HEAD} reach the route of {@code GET}. The server leaves out the body, because it knows the real method. */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class HeadFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? chain.filter(exchange.mutate()
                        .request(request -> request.method(HttpMethod.GET))
                        .build())
                : chain.filter(exchange);
    }
}
