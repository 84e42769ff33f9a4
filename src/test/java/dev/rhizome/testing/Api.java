package dev.rhizome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.JsonClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Requests of one caller, one after the other. */
public final class Api {

    private final JsonClient client;

    private Api(JsonClient client) {
        this.client = client;
    }

    /** Requests with a new key of {@code tenant}. */
    public static Api of(RunningService service, String tenant, String role) {
        return new Api(service.json(service.newKey(tenant, role)));
    }

    /** Requests of the operator. */
    public static Api ofOperator(RunningService service) {
        return new Api(service.json(RunningService.OPERATOR));
    }

    /** The client that waits for nothing. */
    public JsonClient client() {
        return client;
    }

    /** The answer to a GET. */
    public Answer ask(String path) {
        return wait(client.get(path));
    }

    /** What is got, which is there. */
    public JsonNode get(String path) {
        Answer answer = ask(path);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /** The answer to a POST of JSON. */
    @CanIgnoreReturnValue
    public Answer post(String path, String json) {
        return wait(client.post(path, json));
    }

    /** What a POST of JSON gives, which is no error. */
    @CanIgnoreReturnValue
    public JsonNode posted(String path, String json) {
        Answer answer = post(path, json);
        assertThat(answer.status()).as(answer.body().toString()).isBetween(200, 299);
        return answer.body();
    }

    /** The answer to a PATCH of JSON. */
    @CanIgnoreReturnValue
    public Answer patch(String path, String json) {
        return wait(client.patch(path, json));
    }

    /** The answer to a PUT of JSON. */
    @CanIgnoreReturnValue
    public Answer put(String path, String json) {
        return wait(client.put(path, json));
    }

    /** The answer to a DELETE. */
    @CanIgnoreReturnValue
    public Answer delete(String path) {
        return wait(client.delete(path));
    }

    /** The answers to lines, of which the last is the summary. */
    @CanIgnoreReturnValue
    public JsonNode lines(String path, String lines) {
        return wait(client.postLines(path, lines)).body();
    }

    /** The field {@code name} of each item of a page. */
    public List<String> each(String path, String name) {
        return get(path)
                .path("items")
                .valueStream()
                .map(item -> item.path(name).asString())
                .toList();
    }

    /** Each item of a list, got page by page of {@code limit}. */
    public List<JsonNode> all(String path, int limit) {
        List<JsonNode> items = new ArrayList<>();
        String base = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
        String next = "";
        do {
            JsonNode page = get(base + next);
            page.path("items").forEach(items::add);
            next = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!next.isEmpty());
        return items;
    }

    private static Answer wait(Mono<Answer> answer) {
        return Objects.requireNonNull(answer.block());
    }
}
