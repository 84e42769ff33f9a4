package dev.rhizome.search;

import dev.rhizome.http.Bodies;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Searches over HTTP. */
final class SearchHandler {

    private final HybridSearch search;
    private final SearchRequestReader reader;
    private final Bodies bodies;
    private final Streams streams;

    SearchHandler(HybridSearch search, SearchRequestReader reader, Bodies bodies, Streams streams) {
        this.search = search;
        this.reader = reader;
        this.bodies = bodies;
        this.streams = streams;
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return answer(request, reader.read(request));
    }

    Mono<ServerResponse> post(ServerRequest request) {
        return bodies.json(request).map(reader::read).flatMap(wanted -> answer(request, wanted));
    }

    private Mono<ServerResponse> answer(ServerRequest request, SearchRequest wanted) {
        StreamFormat format = StreamFormat.of(request);
        if (format == StreamFormat.JSON) {
            return search.search(wanted)
                    .collectList()
                    .map(SearchHandler::collected)
                    .flatMap(streams::json);
        }
        return streams.respond(request, format, search.search(wanted).map(SearchHandler::events));
    }

    private static List<StreamEvent> events(SearchRun.Stage stage) {
        List<StreamEvent> events = new ArrayList<>();
        stage.hits().forEach(hit -> events.add(new StreamEvent("hit", hit)));
        stage.related().forEach(related -> events.add(new StreamEvent("related", related)));
        if (stage.done() != null) {
            events.add(new StreamEvent("done", stage.done()));
        }
        return events;
    }

    private static SearchEvents.Collected collected(List<SearchRun.Stage> stages) {
        return new SearchEvents.Collected(
                stages.stream().flatMap(stage -> stage.hits().stream()).toList(),
                stages.stream().flatMap(stage -> stage.related().stream()).toList(),
                Objects.requireNonNull(stages.getLast().done()));
    }
}
