package dev.rhizome.cli.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the command line asks of a running service, over HTTP like everybody else. Blocks. */
public final class ApiClient {

    /** The service said no, or nothing. */
    public static final class ApiException extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final int status;

        ApiException(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        /** The HTTP status, 0 where there was no whole answer. */
        public int status() {
            return status;
        }
    }

    /**
     * Totals of a bulk write.
     *
     * @param problem what is wrong with the first line that failed, null where none did
     */
    public record Totals(
            long created,
            long updated,
            long unchanged,
            long failed,
            @Nullable String problem) {

        static final Totals NONE = new Totals(0, 0, 0, 0, null);

        Totals plus(Totals more) {
            return new Totals(
                    created + more.created,
                    updated + more.updated,
                    unchanged + more.unchanged,
                    failed + more.failed,
                    problem == null ? more.problem : problem);
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINES_PER_REQUEST = 500;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final String key;

    /** Asks the service at {@code base} with the rights of {@code key}. */
    public ApiClient(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /** The answer to a GET, a problem being an {@link ApiException}. */
    public JsonNode get(String path) {
        return JSON.readTree(answer(toGet(path)));
    }

    /** The answer to a POST of one JSON object. */
    public JsonNode post(String path, Object document) {
        return JSON.readTree(answer(toPost(path, document)));
    }

    /** The answer to a PATCH of one JSON object. */
    public JsonNode patch(String path, Object document) {
        return JSON.readTree(answer(withBody("PATCH", path, document)));
    }

    /** Deletes what is at {@code path}. */
    public void delete(String path) {
        answer(request(path).DELETE().build());
    }

    /** A GET to be sent by {@link #answer}, once or more often. */
    public HttpRequest toGet(String path) {
        return request(path).GET().build();
    }

    /** A POST of one JSON object to be sent by {@link #answer}, once or more often. */
    public HttpRequest toPost(String path, Object document) {
        return withBody("POST", path, document);
    }

    /** The body of the answer to {@code request}, read to its end; a problem is an {@link ApiException}. */
    @CanIgnoreReturnValue
    public byte[] answer(HttpRequest request) {
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() >= 400) {
            throw new ApiException(response.statusCode(), detail(response.body()));
        }
        return response.body();
    }

    /**
     * Writes all of {@code items} as NDJSON, some hundred lines a request, so that an interrupted run loses little.
     *
     * @param progress told how many more are acknowledged
     */
    public Totals postLines(String path, Iterator<?> items, IntConsumer progress) {
        Totals totals = Totals.NONE;
        while (items.hasNext()) {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            int count = 0;
            while (items.hasNext() && count < LINES_PER_REQUEST) {
                lines.writeBytes(JSON.writeValueAsBytes(items.next()));
                lines.write('\n');
                count++;
            }
            HttpRequest request = request(path)
                    .header("Content-Type", "application/x-ndjson")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(lines.toByteArray()))
                    .build();
            totals = totals.plus(totals(answer(request)));
            progress.accept(count);
        }
        return totals;
    }

    private static Totals totals(byte[] answer) {
        String problem = null;
        for (String line : new String(answer, StandardCharsets.UTF_8).lines().toList()) {
            JsonNode node = JSON.readTree(line);
            JsonNode summary = node.path("summary");
            if (summary.isObject()) {
                return new Totals(
                        summary.path("created").asLong(),
                        summary.path("updated").asLong(),
                        summary.path("unchanged").asLong(),
                        summary.path("failed").asLong(),
                        problem);
            }
            JsonNode found = node.path("problem");
            if (found.isObject() && !node.has("line")) {
                throw new ApiException(
                        found.path("status").asInt(), found.path("detail").asString());
            }
            if (found.isObject() && problem == null) {
                problem = found.path("detail").asString();
            }
        }
        throw new ApiException(0, "the service closed the answer before its end");
    }

    private HttpRequest withBody(String method, String path, Object document) {
        return request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document)))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).header("Authorization", "Bearer " + key);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new ApiException(0, "no service answers at " + base + " (" + e + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted");
        }
    }

    /** Something else than the service may answer, and not in JSON. */
    private static String detail(byte[] problem) {
        try {
            return JSON.readTree(problem).path("detail").asString("the service gave no reason");
        } catch (JacksonException e) {
            return "the answer is no JSON";
        }
    }
}
