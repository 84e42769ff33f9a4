package dev.rhizome.provenance;

import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import java.util.List;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Requests that ask where something comes from, and what came from it. */
final class WhyHandler {

    private static final int USUAL_HOPS = 5;
    private static final int MOST_HOPS = 20;
    private static final int USUAL_THINGS = 1_000;
    private static final int MOST_THINGS = 10_000;

    private final WhyRepository repository;
    private final Streams streams;

    WhyHandler(WhyRepository repository, Streams streams) {
        this.repository = repository;
        this.streams = streams;
    }

    Mono<ServerResponse> why(ServerRequest request) {
        WhyRun run = run(new QueryParameters(request, Set.of("id", "source", "type", "target", "hops", "limit")));
        StreamFormat format = StreamFormat.of(request);
        return format == StreamFormat.JSON
                ? run.stages()
                        .flatMapIterable(stage -> stage)
                        .collectList()
                        .map(WhyHandler::collected)
                        .flatMap(streams::json)
                : streams.respond(request, format, run.stages().map(WhyHandler::events));
    }

    private static List<StreamEvent> events(List<Why.Step> stage) {
        return stage.stream().map(WhyHandler::event).toList();
    }

    private static StreamEvent event(Why.Step step) {
        return switch (step) {
            case Why.Facts facts -> StreamEvent.of("about", facts);
            case Why.Named entry -> StreamEvent.of("entry", entry);
            case Why.Derived derived -> StreamEvent.of("derived", derived);
            case Why.Done done -> StreamEvent.done(done);
        };
    }

    private WhyRun run(QueryParameters query) {
        WhyRun.Bounds bounds = new WhyRun.Bounds(
                query.integer("hops", USUAL_HOPS, 1, MOST_HOPS), query.integer("limit", USUAL_THINGS, 1, MOST_THINGS));
        if (query.text("source") == null && query.text("type") == null && query.text("target") == null) {
            String id = query.id("id");
            query.finish();
            return WhyRun.of(repository, id, bounds);
        }
        if (query.text("id") != null) {
            query.fields().reject("id", "beside source, type and target", "an entity or a relationship, not both");
        }
        RelationshipKey key = new RelationshipKey(
                query.id("source"), query.fields().type("type", query.id("type")), query.id("target"));
        query.finish();
        return WhyRun.of(repository, key, bounds);
    }

    private static Why.Collected collected(List<Why.Step> steps) {
        return new Why.Collected(
                of(Why.Facts.class, steps).getFirst(),
                of(Why.Named.class, steps),
                of(Why.Derived.class, steps),
                of(Why.Done.class, steps).getLast());
    }

    private static <T> List<T> of(Class<T> type, List<Why.Step> steps) {
        return steps.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
