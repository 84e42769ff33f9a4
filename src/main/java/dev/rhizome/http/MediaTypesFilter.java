package dev.rhizome.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what names no media type: 415 for a {@code Content-Type}, 406 for an {@code Accept}. A compressed body is 415
 * too, since its size is not known before it is unpacked.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
public final class MediaTypesFilter implements WebFilter {

    private static final int LONGEST_QUOTE = 80;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().toLowerCase(Locale.ROOT).equals("identity")) {
            return Mono.error(() -> new UnsupportedMediaTypeStatusException(
                    "Content-Encoding: " + quote(encoding) + " (expected: a body that is not compressed)"));
        }
        String contentType = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (!isMediaType(contentType)) {
            return Mono.error(() -> new UnsupportedMediaTypeStatusException(
                    "Content-Type: " + quote(contentType) + " (expected: a media type such as application/json)"));
        }
        List<String> accept = headers.getOrDefault(HttpHeaders.ACCEPT, List.of());
        if (!areMediaTypes(accept)) {
            return Mono.error(() -> new NotAcceptableStatusException("Accept: " + quote(String.join(", ", accept))
                    + " (expected: media types such as application/json)"));
        }
        return chain.filter(exchange);
    }

    /** Whether {@code value} names one media type and not a range of them. */
    private static boolean isMediaType(@Nullable String value) {
        try {
            return value == null || MediaType.parseMediaType(value).isConcrete();
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static boolean areMediaTypes(List<String> values) {
        try {
            List<MediaType> ignored = MediaType.parseMediaTypes(values);
            return true;
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static String quote(@Nullable String value) {
        String text = String.valueOf(value);
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
