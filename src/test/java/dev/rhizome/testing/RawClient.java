package dev.rhizome.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Requests of one caller as bytes, well-formed or not; each answer is checked against the document. */
public final class RawClient {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LARGEST = 64 * 1024 * 1024;

    private final WebClient web;
    private final String base;

    RawClient(int port, String key) {
        this.base = "http://localhost:" + port;
        this.web = WebClient.builder()
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LARGEST))
                .filter(new ContractFilter())
                .build();
    }

    /**
     * A request.
     *
     * @param path raw, with its query
     * @param type value of Content-Type, null for none
     * @param body null for none
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    public record Request(
            String method, String path, @Nullable String type, byte @Nullable [] body) {

        /** One without a body. */
        public static Request of(String method, String path) {
            return new Request(method, path, null, null);
        }

        /** One with a JSON body. */
        public static Request json(String method, String path, String json) {
            return new Request(method, path, "application/json", json.getBytes(StandardCharsets.UTF_8));
        }

        /** One with lines. */
        public static Request lines(String path, String lines) {
            return new Request("POST", path, "application/x-ndjson", lines.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param headers of it
     * @param text its body
     */
    public record Reply(int status, HttpHeaders headers, String text) {

        /** The body, missing where it is not JSON. */
        public JsonNode json() {
            String type = String.valueOf(headers.getFirst(HttpHeaders.CONTENT_TYPE));
            return type.contains("json") && !type.contains("ndjson")
                    ? JsonMapper.shared().readTree(text)
                    : MissingNode.getInstance();
        }

        /** The lines of the body. */
        public List<JsonNode> lines() {
            return text.lines().map(JsonMapper.shared()::readTree).toList();
        }

        /** The fields that the problem names. */
        public List<String> fields() {
            return fields(json());
        }

        /** The fields that {@code problem} names. */
        public static List<String> fields(JsonNode problem) {
            return problem.path("errors")
                    .valueStream()
                    .map(error -> error.path("field").asString())
                    .toList();
        }

        @Override
        public String toString() {
            return status + " " + (text.length() > 300 ? text.substring(0, 300) + "…" : text);
        }
    }

    /** The answer to {@code request} with more {@code headers}, by name and value in turn. */
    public Mono<Reply> send(Request request, String... headers) {
        WebClient.RequestBodySpec spec =
                web.method(HttpMethod.valueOf(request.method())).uri(URI.create(base + request.path()));
        if (request.type() != null) {
            spec.headers(all -> all.set(HttpHeaders.CONTENT_TYPE, request.type()));
        }
        for (int i = 0; i < headers.length; i += 2) {
            String name = headers[i];
            String value = headers[i + 1];
            spec.headers(all -> all.set(name, value));
        }
        byte[] body = request.body();
        return (body == null
                        ? spec
                        : spec.body((output, context) -> output.writeWith(
                                Mono.just(output.bufferFactory().wrap(body)))))
                .exchangeToMono(response -> response.bodyToMono(byte[].class)
                        .defaultIfEmpty(new byte[0])
                        .map(bytes -> new Reply(
                                response.statusCode().value(),
                                response.headers().asHttpHeaders(),
                                new String(bytes, StandardCharsets.UTF_8))))
                .timeout(LIMIT);
    }

    /** As {@link #send}, waiting for it. */
    public Reply ask(Request request, String... headers) {
        return Objects.requireNonNull(send(request, headers).block());
    }
}
