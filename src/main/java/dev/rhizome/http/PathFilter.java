package dev.rhizome.http;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Finds nothing at a path with a segment {@code ..} or an encoded slash, but for the routes whose segments are ids of the
 * client's choice: what is served there might take it for another path.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 3)
public final class PathFilter implements WebFilter {

    private static final PathPattern IDS = PathPatternParser.defaultInstance.parse("/v1/**");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        return !IDS.matches(path) && path.elements().stream().anyMatch(PathFilter::isAnotherPath)
                ? Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is nothing at this path"))
                : chain.filter(exchange);
    }

    private static boolean isAnotherPath(PathContainer.Element element) {
        return element instanceof PathSegment segment
                && (segment.valueToMatch().equals("..")
                        || segment.valueToMatch().contains("/")
                        || segment.valueToMatch().contains("\\"));
    }
}
