package dev.rhizome.search;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.search.SearchEvents.Event;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Searches over HTTP. */
final class SearchHandler {

    private final HybridSearch search;
    private final RequestReader reader;
    private final Streams streams;

    SearchHandler(HybridSearch search, RequestReader reader, Streams streams) {
        this.search = search;
        this.reader = reader;
        this.streams = streams;
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return answer(request, reader.parameters(request, SearchInput.class).request());
    }

    Mono<ServerResponse> post(ServerRequest request) {
        return reader.body(request, SearchInput.class)
                .map(SearchInput::request)
                .flatMap(wanted -> answer(request, wanted));
    }

    private Mono<ServerResponse> answer(ServerRequest request, SearchRequest wanted) {
        StreamFormat format = StreamFormat.of(request);
        if (format == StreamFormat.JSON) {
            return search.search(wanted)
                    .collectList()
                    .map(SearchHandler::collected)
                    .flatMap(streams::json);
        }
        return streams.respond(request, format, search.search(wanted).map(SearchHandler::events), wanted.fingerprint());
    }

    private static List<StreamEvent> events(List<Event> stage) {
        return stage.stream()
                .map(event -> new StreamEvent(event.label(), event, event.identity()))
                .toList();
    }

    private static SearchEvents.Collected collected(List<List<Event>> stages) {
        List<SearchEvents.Found> found = of(SearchEvents.Found.class, stages);
        return new SearchEvents.Collected(
                found.isEmpty() ? null : found,
                of(SearchEvents.Hit.class, stages),
                of(SearchEvents.Related.class, stages),
                of(SearchEvents.Done.class, stages).getLast());
    }

    private static <T extends Event> List<T> of(Class<T> type, List<List<Event>> stages) {
        return stages.stream()
                .flatMap(List::stream)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
