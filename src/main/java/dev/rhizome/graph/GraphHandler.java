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

    private static final int MOST_NEIGHBOURS = 1_000;
    private static final int MOST_HOPS = 5;
    private static final int LONGEST_PATH = 8;

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

    Mono<ServerResponse> neighbours(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("direction", "types", "limit", "cursor"));
        EdgeFilter filter = filter(query, "types", 0);
        int limit = query.integer("limit", 50, 1, MOST_NEIGHBOURS);
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
        int hops = query.integer("hops", 2, 1, MOST_HOPS);
        int limit = query.integer("limit", 1_000, 1, properties.maxNodes());
        query.finish();
        StreamFormat format = StreamFormat.of(request);
        long began = System.nanoTime();
        Traversal walk = new Traversal(graph, properties, filter, new Traversal.Bounds(hops, limit, 1));
        Flux<List<Reached>> stages =
                walk.from(from).map(hop -> hop.stream().map(Reached::of).toList());
        if (format == StreamFormat.JSON) {
            return stages.collectList().flatMap(found -> {
                List<Reached> nodes = found.stream().flatMap(List::stream).toList();
                return streams.json(new Walked(nodes, done(walk, nodes.size(), found.size(), began)));
            });
        }
        int[] counts = new int[2];
        return streams.respond(
                request,
                format,
                stages.doOnNext(hop -> {
                            counts[0] += hop.size();
                            counts[1]++;
                        })
                        .map(hop -> hop.stream()
                                .map(node -> StreamEvent.of("node", node))
                                .toList())
                        .concatWith(Mono.fromSupplier(
                                () -> List.of(StreamEvent.done(done(walk, counts[0], counts[1], began))))));
    }

    Mono<ServerResponse> path(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("from", "to", "maxHops", "types", "direction", "minConfidence"));
        String from = query.id("from");
        String to = query.id("to");
        EdgeFilter filter = filter(query, "types", query.fraction("minConfidence", 0));
        int maxHops = query.integer("maxHops", 5, 1, LONGEST_PATH);
        query.finish();
        return new PathSearch(graph, properties, new PathSearch.Wanted(from, to, filter, maxHops))
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

    private static Done done(Traversal walk, int nodes, int hops, long began) {
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        return new Done(nodes, walk.edges(), hops, !walk.truncated(), walk.truncated(), tookMs);
    }
}
