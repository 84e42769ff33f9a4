package dev.rhizome.testing;

import java.time.Duration;
import java.util.function.Predicate;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Requests of one caller, of which many can go on at once. */
public final class JsonClient {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LARGEST = 16 * 1024 * 1024;

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param body JSON; an array where it came in lines
     */
    public record Answer(int status, JsonNode body) {}

    private final WebClient web;

    JsonClient(int port, String key) {
        this.web = WebClient.builder()
                .baseUrl("http://localhost:" + port)
                .defaultHeader("Authorization", "Bearer " + key)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LARGEST))
                .filter(new ContractFilter())
                .build();
    }

    /** The answer to a GET. */
    public Mono<Answer> get(String path) {
        return answer(web.get().uri(path));
    }

    /** What a GET gives, as text. */
    public Mono<String> text(String path) {
        return web.get().uri(path).retrieve().bodyToMono(String.class).timeout(LIMIT);
    }

    /** The answer to a GET, in lines. */
    public Mono<Answer> getLines(String path) {
        return answer(web.get().uri(path).accept(MediaType.APPLICATION_NDJSON));
    }

    /** The answer to a POST of JSON. */
    public Mono<Answer> post(String path, String json) {
        return answer(
                web.post().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(json));
    }

    /** The answer to a POST of lines, in lines. */
    public Mono<Answer> postLines(String path, String lines) {
        return answer(
                web.post().uri(path).contentType(MediaType.APPLICATION_NDJSON).bodyValue(lines));
    }

    /** The answer to a PATCH of JSON. */
    public Mono<Answer> patch(String path, String json) {
        return answer(
                web.patch().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(json));
    }

    /** The answer to a PUT of JSON. */
    public Mono<Answer> put(String path, String json) {
        return answer(
                web.put().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(json));
    }

    /** The answer to a DELETE. */
    public Mono<Answer> delete(String path) {
        return answer(web.delete().uri(path));
    }

    /** Gets {@code path} again and again, until {@code isThere} is true of the body. */
    public Mono<JsonNode> getUntil(String path, Predicate<JsonNode> isThere) {
        return Flux.interval(Duration.ZERO, LOOK_AGAIN)
                .onBackpressureDrop()
                .concatMap(tick -> get(path))
                .map(Answer::body)
                .filter(isThere)
                .next();
    }

    private static Mono<Answer> answer(WebClient.RequestHeadersSpec<?> request) {
        return request.exchangeToMono(response -> response.bodyToMono(String.class)
                        .defaultIfEmpty("")
                        .map(body -> new Answer(
                                response.statusCode().value(),
                                response.headers()
                                                .contentType()
                                                .filter(MediaType.APPLICATION_NDJSON::isCompatibleWith)
                                                .isPresent()
                                        ? lines(body)
                                        : JsonMapper.shared().readTree(body))))
                .timeout(LIMIT);
    }

    private static JsonNode lines(String body) {
        ArrayNode lines = JsonMapper.shared().createArrayNode();
        body.lines().map(JsonMapper.shared()::readTree).forEach(lines::add);
        return lines;
    }
}
