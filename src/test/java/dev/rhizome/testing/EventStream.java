package dev.rhizome.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * A stream of server-sent events, whole.
 *
 * @param status of the answer
 * @param events in their order, none where the status is not 200
 * @param body as it came
 */
public record EventStream(int status, List<Event> events, String body) {

    /**
     * One event.
     *
     * @param id null where it has none
     * @param name of the event
     * @param data JSON
     */
    public record Event(@Nullable String id, String name, String data) {

        /** What stays the same when the answer is made again: all but the time it took. */
        public String lasting() {
            return name + " " + data.replaceAll("\"tookMs\":[0-9.E-]+", "\"tookMs\":0");
        }
    }

    /** The answer to {@code request} as events, resumed behind {@code lastEventId} where that is not null. */
    public static EventStream of(WebTestClient.RequestHeadersSpec<?> request, @Nullable String lastEventId) {
        WebTestClient.RequestHeadersSpec<?> events = request.accept(MediaType.TEXT_EVENT_STREAM);
        EntityExchangeResult<String> result = (lastEventId == null
                        ? events
                        : events.header("Last-Event-ID", lastEventId))
                .exchange()
                .expectBody(String.class)
                .returnResult();
        String body = Objects.requireNonNullElse(result.getResponseBody(), "");
        int status = result.getStatus().value();
        return new EventStream(status, status == 200 ? parse(body) : List.of(), body);
    }

    /** One whose {@code body} was read in another way. */
    public static EventStream received(String body) {
        return new EventStream(200, parse(body), body);
    }

    /** {@link Event#lasting} of all of them. */
    public List<String> lasting() {
        return events.stream().map(Event::lasting).toList();
    }

    /** Ids of all of them. */
    public List<String> ids() {
        return events.stream().map(event -> Objects.requireNonNull(event.id())).toList();
    }

    /** The events of {@code body}; comments, which keep a stream alive, are none. */
    static List<Event> parse(String body) {
        List<Event> events = new ArrayList<>();
        for (String block : body.split("\n\n", -1)) {
            if (block.lines().anyMatch(line -> !line.startsWith(":"))) {
                String name = field(block, "event:");
                String data = field(block, "data:");
                events.add(new Event(field(block, "id:"), Objects.requireNonNull(name), Objects.requireNonNull(data)));
            }
        }
        return events;
    }

    private static @Nullable String field(String block, String prefix) {
        return Stream.of(block.split("\n", -1))
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElse(null);
    }
}
