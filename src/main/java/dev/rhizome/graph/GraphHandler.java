package dev.rhizome.graph;

import dev.rhizome.http.Cursor;
import dev.rhizome.http.Page;
import dev.rhizome.http.QueryParameters;
import dev.rhizome.http.StreamEvent;
import dev.rhizome.http.StreamFormat;
import dev.rhizome.http.Streams;
import dev.rhizome.problem.InvalidRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private final EntityRepository entities;
    private final GraphRepository graph;
    private final GraphProperties properties;
    private final Streams streams;

    GraphHandler(EntityRepository entities, GraphRepository graph, GraphProperties properties, Streams streams) {
        this.entities = entities;
        this.graph = graph;
        this.properties = properties;
        this.streams = streams;
    }

    private record Neighbour(String id, String type, String name, Relationship relationship) {

        static Neighbour of(Edge edge) {
            return new Neighbour(
                    edge.to(),
                    edge.toType(),
                    edge.toName(),
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

    private record Done(int nodes, int edges, int hops, boolean complete, boolean truncated, long tookMs) {}

    Mono<ServerResponse> neighbours(ServerRequest request) {
        QueryParameters query = new QueryParameters(request, Set.of("direction", "types", "limit", "cursor"));
        EdgeFilter filter = filter(query, "types", 0);
        int limit = query.integer("limit", 50, 1, MOST_NEIGHBOURS);
        query.finish();
        Cursor cursor = cursor(query.text("cursor"));
        StreamFormat format = StreamFormat.of(request);
        String id = request.pathVariable("id");
        Mono<Page<Edge>> page = entities.get(id)
                .thenMany(graph.neighbours(id, filter, cursor, limit + 1))
                .collectList()
                .map(edges -> Page.of(edges, limit, GraphHandler::key));
        if (format == StreamFormat.JSON) {
            return page.flatMap(found -> streams.json(
                    new Page<>(found.items().stream().map(Neighbour::of).toList(), found.next())));
        }
        return streams.respond(request, format, page.map(GraphHandler::events).flux());
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
        Flux<List<Reached>> stages = entities.get(from)
                .thenMany(Flux.defer(() -> walk.from(Map.of(from, 1.0))))
                .map(hop -> hop.stream().map(Reached::of).toList());
        if (format == StreamFormat.JSON) {
            return stages.collectList().flatMap(found -> {
                List<Reached> nodes = found.stream().flatMap(List::stream).toList();
                return streams.json(Map.of("nodes", nodes, "done", done(walk, nodes.size(), found.size(), began)));
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
                                .map(node -> new StreamEvent("node", node))
                                .toList())
                        .concatWith(Mono.fromSupplier(
                                () -> List.of(new StreamEvent("done", done(walk, counts[0], counts[1], began))))));
    }

    Mono<ServerResponse> path(ServerRequest request) {
        QueryParameters query =
                new QueryParameters(request, Set.of("from", "to", "maxHops", "types", "direction", "minConfidence"));
        String from = query.id("from");
        String to = query.id("to");
        EdgeFilter filter = filter(query, "types", query.fraction("minConfidence", 0));
        int maxHops = query.integer("maxHops", 5, 1, LONGEST_PATH);
        query.finish();
        return Mono.zip(
                        entities.get(from).map(GraphHandler::node),
                        entities.get(to).map(GraphHandler::node))
                .flatMap(ends ->
                        new PathSearch(graph, properties, filter, List.of(ends.getT1(), ends.getT2())).within(maxHops))
                .flatMap(streams::json);
    }

    private static EdgeFilter filter(QueryParameters query, String types, float minConfidence) {
        List<String> wanted = query.list(types).stream()
                .map(type -> query.fields().type(types, type))
                .toList();
        return new EdgeFilter(query.word("direction", Direction.BOTH, Direction.NAMES), wanted, minConfidence);
    }

    private static Cursor key(Edge edge) {
        return Cursor.of(Float.toString(edge.weight()), edge.to(), edge.type());
    }

    private static @Nullable Cursor cursor(@Nullable String text) {
        Cursor cursor = Cursor.decode(text, 3);
        try {
            return cursor == null || Float.parseFloat(cursor.key().getFirst()) >= 0 ? cursor : null;
        } catch (NumberFormatException e) {
            throw InvalidRequest.of("cursor", text, "the next of an earlier page");
        }
    }

    private static List<StreamEvent> events(Page<Edge> page) {
        List<StreamEvent> events = new ArrayList<>();
        page.items().forEach(edge -> events.add(new StreamEvent("neighbour", Neighbour.of(edge))));
        events.add(new StreamEvent("done", new Next(page.items().size(), page.next())));
        return events;
    }

    private record Next(int neighbours, @Nullable String next) {}

    private static PathSearch.Node node(Entity entity) {
        return new PathSearch.Node(entity.id(), entity.type(), entity.name());
    }

    private static Done done(Traversal walk, int nodes, int hops, long began) {
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        return new Done(nodes, walk.edges(), hops, !walk.truncated(), walk.truncated(), tookMs);
    }
}
