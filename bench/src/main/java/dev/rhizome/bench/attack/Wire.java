package dev.rhizome.bench.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests as they are drawn, and answers as they are; the client of the project would not send most of them. */
public final class Wire implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final URI base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** To the service at {@code base}. */
    public Wire(URI base) {
        this.base = base;
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param headers of it
     * @param body as text
     */
    public record Answer(int status, HttpHeaders headers, String body) {

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        @Override
        public String toString() {
            return status + " " + (body.length() > 600 ? body.substring(0, 600) + "…" : body);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Message(String method, String path, Map<String, String> headers, byte[] body) {}

    /** The answer to {@code attempt} with {@code token}. */
    Answer send(Attempt attempt, String token) {
        return send(
                new Message(attempt.operation().method(), attempt.path(), attempt.headers(), attempt.bytes()), token);
    }

    /** What a request gives that must not fail. */
    JsonNode sent(String method, String path, String token, String json) {
        boolean inLines = json.indexOf('\n') > 0;
        Map<String, String> headers = Map.of(
                "Content-Type", inLines ? "application/x-ndjson" : "application/json",
                "Accept", inLines ? "application/x-ndjson" : "application/json");
        Answer answer = send(new Message(method, path, headers, json.getBytes(StandardCharsets.UTF_8)), token);
        if (answer.status() >= 300 || answer.body().contains("\"problem\":")) {
            throw new IllegalStateException(method + " " + path + " is answered " + answer);
        }
        return inLines || answer.body().isEmpty() ? JsonMapper.shared().createObjectNode() : answer.json();
    }

    /** The answer to a GET. */
    public Answer get(String path, String accept, String token) {
        return send(new Message("GET", path, Map.of("Accept", accept, "X-Request-Id", "the-same"), new byte[0]), token);
    }

    private Answer send(Message message, String token) {
        byte[] body = message.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + message.path()))
                .timeout(LIMIT)
                .method(
                        message.method(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        message.headers().forEach(request::setHeader);
        if (!token.isEmpty()) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(), response.headers(), new String(response.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(message.method() + " " + message.path(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
