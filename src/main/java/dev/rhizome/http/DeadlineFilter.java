package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.Deadline;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Ends a request at the time that its header {@code Request-Timeout} gives, in seconds: what it waits for, its statements on the
 * server included. Before the first byte of the answer that is 504; a stream ends with a problem.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 3)
public final class DeadlineFilter implements WebFilter {

    private static final String HEADER = "Request-Timeout";
    private static final Pattern SECONDS = Pattern.compile("\\d{1,4}(\\.\\d{1,3})?");
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);
    private static final long MOST_MILLIS = 3_600_000;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String value = exchange.getRequest().getHeaders().getFirst(HEADER);
        if (value == null) {
            return chain.filter(exchange);
        }
        long millis = millis(value.strip());
        if (millis < 1 || millis > MOST_MILLIS) {
            return Mono.error(
                    InvalidRequest.of(HEADER, value, "seconds from 0.001 to 3600, such as 2 or 0.25, in the header"));
        }
        return chain.filter(exchange)
                .takeUntilOther(beforeTheAnswer(exchange.getResponse()))
                .contextWrite(Deadline.in(Duration.ofMillis(millis)).context());
    }

    private static long millis(String value) {
        return SECONDS.matcher(value).matches()
                ? new BigDecimal(value).multiply(MILLIS).longValueExact()
                : 0;
    }

    /** An answer that has begun ends by itself. */
    private static Mono<Void> beforeTheAnswer(ServerHttpResponse response) {
        return Deadline.<Void>passed()
                .onErrorResume(passed -> response.isCommitted() ? Mono.never() : Mono.error(passed));
    }
}
