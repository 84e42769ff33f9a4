package dev.rhizome.search;

import dev.rhizome.http.LineAnswers;
import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.search.SearchEvents.Event;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Searches over HTTP. */
final class SearchHandler {

    private final HybridSearch search;
    private final RequestReader reader;
    private final Streams streams;
    private final LineAnswers lines;
    private final SearchObserver observer;
    private final int atATime;

    /**
     * Searches with {@code search}.
     *
     * @param observer is told of all searches that were answered
     * @param atATime most searches of one request for many that run at once
     */
    SearchHandler(
            HybridSearch search,
            RequestReader reader,
            Streams streams,
            LineAnswers lines,
            SearchObserver observer,
            int atATime) {
        this.search = search;
        this.observer = observer;
        this.reader = reader;
        this.streams = streams;
        this.lines = lines;
        this.atATime = atATime;
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return answer(request, reader.parameters(request, SearchInput.class).request());
    }

    Mono<ServerResponse> post(ServerRequest request) {
        return reader.body(request, SearchInput.class)
                .map(SearchInput::request)
                .flatMap(wanted -> answer(request, wanted));
    }

    Mono<ServerResponse> batch(ServerRequest request) {
        return lines.respond(request, reader.json(SearchInput.class), input -> collected(input.request()), atATime);
    }

    private Mono<ServerResponse> answer(ServerRequest request, SearchRequest search) {
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? collected(search).flatMap(streams::json)
                : streams.respond(request, format, stages(search), search::fingerprint);
    }

    private Mono<SearchEvents.Collected> collected(SearchRequest request) {
        return searched(request)
                .concatMapIterable(stage -> events(stage, request))
                .collectList()
                .map(SearchEvents.Collected::of);
    }

    private Flux<List<StreamEvent>> stages(SearchRequest request) {
        return searched(request).map(stage -> events(stage, request)).map(SearchHandler::streamed);
    }

    private Flux<List<SearchResult>> searched(SearchRequest request) {
        return Flux.deferContextual(context -> {
            TenantId tenant = context.get(TenantId.class);
            return search.search(request).doOnNext(stage -> {
                if (!stage.isEmpty() && stage.getLast() instanceof SearchResult.Summary summary) {
                    observer.searched(tenant, SearchObserver.Searched.of(request, summary));
                }
            });
        });
    }

    private static List<Event> events(List<SearchResult> stage, SearchRequest request) {
        List<Event> events = new ArrayList<>(stage.size());
        for (SearchResult result : stage) {
            events.add(SearchEvents.of(result, request.output().explain()));
        }
        return events;
    }

    private static List<StreamEvent> streamed(List<Event> stage) {
        return stage.stream()
                .map(event -> new StreamEvent(event.label(), event, event.identity()))
                .toList();
    }
}
