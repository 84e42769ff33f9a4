package dev.rhizome.http;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Stopping;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers a failed request with a problem document, as long as nothing of an answer has left. */
@Order(-2) // before the framework's own
public final class ProblemHandler implements WebExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final JsonMapper json;

    /** Renders with {@code json}. */
    public ProblemHandler(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        Problem problem = Problem.of(error, RequestIdFilter.idOf(exchange));
        if (response.isCommitted()) {
            if (!DisconnectedClientHelper.isClientDisconnectedException(error)) {
                report(problem, error);
            }
            return Mono.error(error);
        }
        report(problem, error);
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        if (error instanceof ErrorResponse known) {
            response.getHeaders().putAll(known.getHeaders()); // Allow, Accept
        }
        // Set when the answer leaves: an answer that fails just when its deadline passes removes what was set before.
        response.beforeCommit(() ->
                Mono.fromRunnable(() -> response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON)));
        if (problem.status() == HttpStatus.UNAUTHORIZED.value()) {
            response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        Duration retryAfter = retryAfter(error);
        if (retryAfter != null) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        return response.writeWith(Mono.just(body));
    }

    private static @Nullable Duration retryAfter(Throwable error) {
        return switch (error) {
            case Overloaded overloaded -> overloaded.retryAfter();
            case ShareExceeded exceeded -> exceeded.retryAfter();
            case Stopping stopping -> Stopping.RETRY_AFTER;
            default -> null;
        };
    }

    /** Logs {@code error}: with its stack where {@code problem} says that it is our bug, else as one line. */
    static void report(Problem problem, Throwable error) {
        boolean isBug = problem.status() == HttpStatus.INTERNAL_SERVER_ERROR.value();
        LoggingEventBuilder event = isBug ? LOG.atError().setCause(LoggedFailure.of(error)) : LOG.atDebug();
        event.addKeyValue("event", isBug ? "request-failed" : "request-refused")
                .addKeyValue("status", problem.status())
                .addKeyValue("requestId", problem.requestId())
                .log(isBug ? "request failed" : "request refused");
    }
}
