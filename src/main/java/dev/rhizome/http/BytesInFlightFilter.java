package dev.rhizome.http;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every request a share of the bytes in flight, empty at first, and takes it back however the request ends. */
@Order(Ordered.HIGHEST_PRECEDENCE + 4)
public final class BytesInFlightFilter implements WebFilter {

    private final BytesInFlight bytes;

    /** Counts in {@code bytes}. */
    public BytesInFlightFilter(BytesInFlight bytes) {
        this.bytes = bytes;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new ByteShare(bytes)),
                share -> {
                    exchange.getAttributes().put(ByteShare.class.getName(), share);
                    return chain.filter(exchange).contextWrite(share::in);
                },
                share -> Mono.fromRunnable(share::close));
    }
}
