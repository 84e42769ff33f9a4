package dev.rhizome.graph;

import dev.rhizome.http.RequestReader;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.paging.Page;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.PageSize;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that walk the graph. */
final class GraphHandler {

    private final GraphRepository graph;
    private final GraphProperties properties;
    private final RequestReader reader;
    private final Streams streams;

    GraphHandler(GraphRepository graph, GraphProperties properties, RequestReader reader, Streams streams) {
        this.graph = graph;
        this.properties = properties;
        this.reader = reader;
        this.streams = streams;
    }

    private record NeighbourParameters(
            @Identifier String id,
            @Default("both") Direction direction,
            @Size(max = EdgeFilter.MOST_TYPES) List<@TypeName String> types,
            @Default("50") @PageSize int limit,

            @Nullable
            @CursorOf({Cursor.Part.RATIO, Cursor.Part.TEXT, Cursor.Part.TEXT, Cursor.Part.FLAG, Cursor.Part.FLAG})
            Cursor cursor) {}

    private record WalkParameters(
            @Identifier String from,
            @Default("2") @WholeNumber(min = 1, max = 5) int hops,
            @Size(max = EdgeFilter.MOST_TYPES) List<@TypeName String> types,
            @Default("both") Direction direction,
            @Default("0") @Ratio float minConfidence,

            @Default("1000") @WholeNumber(min = 1, maxSetting = "rhizome.graph.max-nodes")
            int limit) {}

    private record PathParameters(
            @Identifier String from,
            @Identifier String to,
            @Default("5") @WholeNumber(min = 1, max = 8) int maxHops,
            @Size(max = EdgeFilter.MOST_TYPES) List<@TypeName String> types,
            @Default("both") Direction direction,
            @Default("0") @Ratio float minConfidence) {}

    private record Neighbour(String id, String type, String name, Relationship relationship) {

        static Neighbour of(Edge edge, Node entity) {
            return new Neighbour(
                    entity.id(),
                    entity.type(),
                    entity.name(),
                    new Relationship(edge.type(), edge.direction(), edge.confidence(), edge.strength()));
        }
    }

    private record Relationship(String type, String direction, float confidence, float strength) {}

    private record Via(String source, String type, String target) {}

    private record Reached(String id, String type, String name, int hops, double score, Via via) {

        static Reached of(Traversal.Reached node) {
            Edge edge = node.via();
            return new Reached(
                    node.id(),
                    node.type(),
                    node.name(),
                    node.hops(),
                    node.score(),
                    new Via(edge.source(), edge.type(), edge.target()));
        }
    }

    private record Walked(List<Reached> nodes, Done done) {}

    private record Done(int nodes, int edges, int hops, boolean complete, boolean truncated, long tookMs) {}

    /** Counts what a walk reaches, hop by hop, for its last event. */
    private static final class WalkSummary {
        private final Traversal walk;
        private final long began = System.nanoTime();
        private int nodes;
        private int hops;

        WalkSummary(Traversal walk) {
            this.walk = walk;
        }

        void add(List<Reached> hop) {
            nodes += hop.size();
            hops++;
        }

        Done done() {
            long tookMs = (System.nanoTime() - began) / 1_000_000;
            return new Done(nodes, walk.edges(), hops, !walk.truncated(), walk.truncated(), tookMs);
        }
    }

    Mono<ServerResponse> neighbours(ServerRequest request) {
        NeighbourParameters parameters = reader.parameters(request, NeighbourParameters.class);
        String id = parameters.id();
        EdgeFilter filter = new EdgeFilter(parameters.direction(), parameters.types(), 0);
        StreamFormat format = StreamFormat.of(request);
        Mono<Page<Neighbour>> page = graph.neighbours(id, filter, Position.of(parameters.cursor()), parameters.limit())
                .map(found -> page(id, found));
        return format == StreamFormat.JSON
                ? page.flatMap(streams::json)
                : streams.respond(
                        request, format, page.map(GraphHandler::events).flux());
    }

    private static Page<Neighbour> page(String id, Expansion found) {
        if (!found.entities().containsKey(id)) {
            throw new NotFound("entity", id);
        }
        List<Neighbour> items = found.edges().stream()
                .map(edge -> Neighbour.of(edge, found.entity(edge.to())))
                .toList();
        return new Page<>(
                items, found.cut() ? Position.of(found.edges().getLast()).encoded() : null);
    }

    Mono<ServerResponse> traverse(ServerRequest request) {
        WalkParameters parameters = reader.parameters(request, WalkParameters.class);
        EdgeFilter filter = new EdgeFilter(parameters.direction(), parameters.types(), parameters.minConfidence());
        StreamFormat format = StreamFormat.of(request);
        Traversal walk = new Traversal(
                graph, properties, filter, new Traversal.Bounds(parameters.hops(), parameters.limit(), 1));
        return format == StreamFormat.JSON
                ? walked(walk, parameters.from()).flatMap(streams::json)
                : streams.respond(request, format, stages(walk, parameters.from()));
    }

    private static Mono<Walked> walked(Traversal walk, String from) {
        WalkSummary summary = new WalkSummary(walk);
        return hops(walk, from)
                .doOnNext(summary::add)
                .flatMapIterable(hop -> hop)
                .collectList()
                .map(nodes -> new Walked(nodes, summary.done()));
    }

    private static Flux<List<StreamEvent>> stages(Traversal walk, String from) {
        WalkSummary summary = new WalkSummary(walk);
        return hops(walk, from)
                .doOnNext(summary::add)
                .map(GraphHandler::nodeEvents)
                .concatWith(Mono.fromSupplier(() -> List.of(StreamEvent.done(summary.done()))));
    }

    private static Flux<List<Reached>> hops(Traversal walk, String from) {
        return walk.from(from).map(GraphHandler::reached);
    }

    private static List<Reached> reached(List<Traversal.Reached> hop) {
        return hop.stream().map(Reached::of).toList();
    }

    private static List<StreamEvent> nodeEvents(List<Reached> hop) {
        return hop.stream().map(node -> StreamEvent.of("node", node)).toList();
    }

    Mono<ServerResponse> path(ServerRequest request) {
        PathParameters parameters = reader.parameters(request, PathParameters.class);
        EdgeFilter filter = new EdgeFilter(parameters.direction(), parameters.types(), parameters.minConfidence());
        PathSearch.Question question =
                new PathSearch.Question(parameters.from(), parameters.to(), filter, parameters.maxHops());
        return new PathSearch(graph, properties, question).path().flatMap(streams::json);
    }

    private static List<StreamEvent> events(Page<Neighbour> page) {
        List<StreamEvent> events = new ArrayList<>();
        page.items().forEach(neighbour -> events.add(StreamEvent.of("neighbour", neighbour)));
        events.add(StreamEvent.done(new Next(page.items().size(), page.next())));
        return events;
    }

    private record Next(int neighbours, @Nullable String next) {}
}
