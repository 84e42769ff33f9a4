package dev.rhizome.graph;

import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.paging.Page;
import dev.rhizome.problem.NotFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests that walk the graph. */
final class GraphHandler {

    private static final int MAX_NEIGHBOURS = 1_000;
    private static final int MAX_HOPS = 5;
    private static final int MAX_PATH = 8;

    private final GraphRepository graph;
    private final GraphProperties properties;
    private final Streams streams;

    GraphHandler(GraphRepository graph, GraphProperties properties, Streams streams) {
        this.graph = graph;
        this.properties = properties;
        this.streams = streams;
    }

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
        QueryParameters query = new QueryParameters(request, Set.of("direction", "types", "limit", "cursor"));
        EdgeFilter filter = filter(query, "types", 0);
        int limit = query.integer("limit", 50, 1, MAX_NEIGHBOURS);
        String id = query.fields().id("id", request.pathVariable("id"));
        query.finish();
        Position after = Position.decode(query.text("cursor"));
        StreamFormat format = StreamFormat.of(request);
        Mono<Page<Neighbour>> page = graph.neighbours(id, filter, after, limit).map(found -> page(id, found));
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
        QueryParameters query =
                new QueryParameters(request, Set.of("from", "hops", "types", "direction", "minConfidence", "limit"));
        String from = query.id("from");
        EdgeFilter filter = filter(query, "types", query.fraction("minConfidence", 0));
        int hops = query.integer("hops", 2, 1, MAX_HOPS);
        int limit = query.integer("limit", 1_000, 1, properties.maxNodes());
        query.finish();
        StreamFormat format = StreamFormat.of(request);
        Traversal walk = new Traversal(graph, properties, filter, new Traversal.Bounds(hops, limit, 1));
        return format == StreamFormat.JSON
                ? walked(walk, from).flatMap(streams::json)
                : streams.respond(request, format, stages(walk, from));
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
        QueryParameters query =
                new QueryParameters(request, Set.of("from", "to", "maxHops", "types", "direction", "minConfidence"));
        String from = query.id("from");
        String to = query.id("to");
        EdgeFilter filter = filter(query, "types", query.fraction("minConfidence", 0));
        int maxHops = query.integer("maxHops", 5, 1, MAX_PATH);
        query.finish();
        return new PathSearch(graph, properties, new PathSearch.Question(from, to, filter, maxHops))
                .path()
                .flatMap(streams::json);
    }

    private static EdgeFilter filter(QueryParameters query, String types, float minConfidence) {
        List<String> wanted = query.list(types).stream()
                .map(type -> query.fields().type(types, type))
                .toList();
        return new EdgeFilter(query.word("direction", Direction.BOTH, Direction.NAMES), wanted, minConfidence);
    }

    private static List<StreamEvent> events(Page<Neighbour> page) {
        List<StreamEvent> events = new ArrayList<>();
        page.items().forEach(neighbour -> events.add(StreamEvent.of("neighbour", neighbour)));
        events.add(StreamEvent.done(new Next(page.items().size(), page.next())));
        return events;
    }

    private record Next(int neighbours, @Nullable String next) {}
}
