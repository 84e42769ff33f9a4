package dev.rhizome.testing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A server on loopback that speaks {@code POST /v1/embeddings} as a test tells it to, and remembers what it was sent.
 */
public final class EmbeddingServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /**
     * A request.
     *
     * @param authorization the header, empty where there was none
     * @param body the JSON
     */
    public record Asked(String authorization, String body) {}

    /** How a request is answered. */
    @FunctionalInterface
    public interface Answer {

        /** Writes to {@code response}; {@code number} counts the requests from 1. */
        Publisher<Void> to(Asked asked, int number, HttpServerResponse response);
    }

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> arrived = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final DisposableServer server;
    private final Answer answer;

    /** Starts it. */
    public EmbeddingServer(Answer answer) {
        this.answer = answer;
        this.server = HttpServer.create()
                .host("localhost")
                .port(0)
                .route(routes -> routes.post("/v1/embeddings", this::answer))
                .bindNow(START_LIMIT);
    }

    /** One that answers 200 with the JSON that {@code json} makes of the request's. */
    public static EmbeddingServer giving(Function<String, String> json) {
        return new EmbeddingServer((asked, number, response) ->
                response.header("Content-Type", "application/json").sendString(Mono.just(json.apply(asked.body()))));
    }

    /** Its URL. */
    public String url() {
        return "http://localhost:" + server.port();
    }

    /** What it was sent, in the order of arrival. */
    public List<Asked> asked() {
        return asked;
    }

    /** When the first request is there. */
    public Mono<Void> arrived() {
        return arrived.asMono();
    }

    /** When a client has closed a connection. */
    public Mono<Void> closed() {
        return closed.asMono();
    }

    @Override
    public void close() {
        server.disposeNow(START_LIMIT);
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        request.withConnection(connection -> connection.onDispose(closed::tryEmitEmpty));
        String authorization = request.requestHeaders().get("Authorization", "");
        return request.receive().aggregate().asString().flatMap(body -> {
            Asked one = new Asked(authorization, body);
            asked.add(one);
            arrived.tryEmitEmpty();
            return Mono.from(answer.to(one, asked.size(), response));
        });
    }
}
