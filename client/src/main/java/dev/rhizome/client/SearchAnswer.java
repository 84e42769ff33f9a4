package dev.rhizome.client;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.JsonNode;

/**
 * The answer to a search, in lines; without {@code done} at the end it was cut. A service that stops says {@code bye}: what it has
 * not answered yet is asked again.
 */
final class SearchAnswer {

    private boolean begun;
    private boolean ended;

    private SearchAnswer() {}

    static Flux<SearchEvent> of(Flux<byte[]> lines) {
        return Flux.defer(() -> new SearchAnswer().read(lines));
    }

    private Flux<SearchEvent> read(Flux<byte[]> lines) {
        return lines.handle(this::next).concatWith(Mono.defer(this::end));
    }

    private void next(byte[] line, SynchronousSink<SearchEvent> events) {
        JsonNode json = Json.read(line);
        String event = json.path("event").asString(json.has("problem") ? "problem" : "");
        read(event, json, events);
        begun = true;
    }

    private void read(String event, JsonNode json, SynchronousSink<SearchEvent> events) {
        switch (event) {
            case "hit" -> events.next(Json.read(json, SearchEvent.Hit.class));
            case "related" -> events.next(Json.read(json, SearchEvent.Related.class));
            case "bye" -> events.error(stopped(json));
            case "problem" -> events.error(new ProblemException(problem(json), null));
            case "done" -> {
                ended = true;
                events.next(Json.read(json, SearchEvent.Done.class));
            }
            default -> events.next(new SearchEvent.Other(event, json));
        }
    }

    private RuntimeException stopped(JsonNode bye) {
        return begun
                ? new IncompleteAnswerException("the service stopped before the answer's end; ask again")
                : new ProblemException(
                        Problem.of(503, "the service stops"),
                        Duration.ofMillis(bye.path("retryAfterMs").asLong()));
    }

    private static Problem problem(JsonNode json) {
        return Json.read(json.has("problem") ? json.path("problem") : json, Problem.class);
    }

    private Mono<SearchEvent> end() {
        return ended
                ? Mono.empty()
                : Mono.error(new IncompleteAnswerException("the service closed the answer before its end"));
    }
}
