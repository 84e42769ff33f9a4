package dev.rhizome.http;

import dev.rhizome.problem.Overloaded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
        if (response.isCommitted()) {
            return Mono.error(error);
        }
        String requestId = RequestIdFilter.idOf(exchange);
        Problem problem = Problem.of(error, requestId);
        report(problem, error);
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        if (error instanceof ErrorResponse known) {
            response.getHeaders().putAll(known.getHeaders()); // Allow, Accept
        }
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.status() == HttpStatus.UNAUTHORIZED.value()) {
            response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (error instanceof Overloaded overloaded) {
            response.getHeaders()
                    .set(
                            HttpHeaders.RETRY_AFTER,
                            String.valueOf(overloaded.retryAfter().toSeconds()));
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        return response.writeWith(Mono.just(body));
    }

    /** Logs {@code error} once, with its stack, where {@code problem} says that it is our bug. */
    static void report(Problem problem, Throwable error) {
        if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
            LOG.atError()
                    .addKeyValue("event", "request-failed")
                    .addKeyValue("requestId", problem.requestId())
                    .setCause(error)
                    .log("request failed");
        }
    }
}
