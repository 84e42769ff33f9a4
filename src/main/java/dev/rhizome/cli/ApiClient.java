package dev.rhizome.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the command line asks of a running service, over HTTP like everybody else. Blocks. */
final class ApiClient {

    /** The service said no. */
    static final class ApiException extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final int status;

        ApiException(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** Totals of a bulk write. */
    record Totals(long created, long updated, long unchanged, long failed) {

        Totals plus(JsonNode summary) {
            return new Totals(
                    created + summary.path("created").asLong(),
                    updated + summary.path("updated").asLong(),
                    unchanged + summary.path("unchanged").asLong(),
                    failed + summary.path("failed").asLong());
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINES_PER_REQUEST = 500;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private final String key;

    ApiClient(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /** The answer to a GET, a problem being an {@link ApiException}. */
    JsonNode get(String path) {
        return JSON.readTree(body(send(request(path).GET().build())));
    }

    /** The answer to a POST of one JSON object. */
    JsonNode post(String path, Object document) {
        return JSON.readTree(body(send(withBody("POST", path, document))));
    }

    /** The answer to a PATCH of one JSON object. */
    JsonNode patch(String path, Object document) {
        return JSON.readTree(body(send(withBody("PATCH", path, document))));
    }

    /**
     * Writes all of {@code items} as NDJSON, some hundred lines a request, so that an interrupted run loses little.
     *
     * @param progress told how many more are acknowledged
     */
    Totals postLines(String path, Iterator<?> items, IntConsumer progress) {
        Totals totals = new Totals(0, 0, 0, 0);
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
            totals = totals.plus(summary(body(send(request))));
            progress.accept(count);
        }
        return totals;
    }

    private static JsonNode summary(String answer) {
        JsonNode summary = null;
        for (String line : answer.lines().toList()) {
            JsonNode node = JSON.readTree(line);
            if (node.has("summary")) {
                summary = node.get("summary");
            } else if (node.has("problem") && !node.has("line")) {
                throw new ApiException(
                        node.path("problem").path("status").asInt(),
                        node.path("problem").path("detail").asString());
            }
        }
        if (summary == null) {
            throw new ApiException(0, "the service closed the answer before its end");
        }
        return summary;
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

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ApiException(0, "no service answers at " + base + " (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted");
        }
    }

    private static String body(HttpResponse<String> response) {
        if (response.statusCode() >= 400) {
            throw new ApiException(
                    response.statusCode(),
                    JSON.readTree(response.body()).path("detail").asString());
        }
        return response.body();
    }
}
