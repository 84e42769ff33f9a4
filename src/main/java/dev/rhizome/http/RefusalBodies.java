package dev.rhizome.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives a problem document to the refusals that the server makes itself and leaves empty: of a request that is malformed, or
 * whose URL or header is too long, before it reaches a route.
 */
final class RefusalBodies extends ChannelDuplexHandler {

    private final JsonMapper json;
    private final Deque<Boolean> areHead = new ArrayDeque<>(2);

    /** Renders with {@code json}. */
    RefusalBodies(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            areHead.addLast(request.method().equals(HttpMethod.HEAD));
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean isInterim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        boolean isHead = false;
        if (message instanceof LastHttpContent && !isInterim) {
            isHead = Boolean.TRUE.equals(areHead.pollFirst());
        }
        boolean isEmptyRefusal = message instanceof FullHttpResponse response
                && response.status().code() >= HttpStatus.BAD_REQUEST.value()
                && !response.content().isReadable();
        ChannelFuture unused =
                context.write(isEmptyRefusal && !isHead ? withProblem((FullHttpResponse) message) : message, promise);
    }

    private FullHttpResponse withProblem(FullHttpResponse empty) {
        HttpStatus known = HttpStatus.resolve(empty.status().code());
        HttpStatus status = known == null ? HttpStatus.BAD_REQUEST : known;
        String requestId = empty.headers().get("X-Request-Id");
        Problem problem = Problem.of(new ResponseStatusException(status, detail(status)), requestId);
        ByteBuf body = Unpooled.wrappedBuffer(json.writeValueAsBytes(problem));
        FullHttpResponse full = new DefaultFullHttpResponse(
                empty.protocolVersion(), empty.status(), body, empty.headers(), empty.trailingHeaders());
        full.headers().set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        full.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        empty.release();
        return full;
    }

    private static String detail(HttpStatus status) {
        return switch (status) {
            case BAD_REQUEST -> "the request line, the URL or a header is malformed";
            case URI_TOO_LONG -> "the URL is longer than it may be; send long queries in a body";
            case REQUEST_HEADER_FIELDS_TOO_LARGE -> "the header is larger than it may be";
            default -> "the server does not take this request";
        };
    }
}
