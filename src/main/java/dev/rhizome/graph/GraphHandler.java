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

            @Nullable @CursorOf({Cursor.Part.RATIO, Cursor.Part.TEXT, Cursor.Part.TEXT, Cursor.Part.FLAG})
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

    Mono<ServerResponse> neighbours(ServerRequest request) {
        NeighbourParameters wanted = reader.parameters(request, NeighbourParameters.class);
        String id = wanted.id();
        EdgeFilter filter = new EdgeFilter(wanted.direction(), wanted.types(), 0);
        StreamFormat format = StreamFormat.of(request);
        Mono<Page<Neighbour>> page = graph.neighbours(id, filter, Position.of(wanted.cursor()), wanted.limit())
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
        WalkParameters wanted = reader.parameters(request, WalkParameters.class);
        EdgeFilter filter = new EdgeFilter(wanted.direction(), wanted.types(), wanted.minConfidence());
        StreamFormat format = StreamFormat.of(request);
        long began = System.nanoTime();
        Traversal walk =
                new Traversal(graph, properties, filter, new Traversal.Bounds(wanted.hops(), wanted.limit(), 1));
        Flux<List<Reached>> stages = walk.from(wanted.from())
                .map(hop -> hop.stream().map(Reached::of).toList());
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
        PathParameters wanted = reader.parameters(request, PathParameters.class);
        EdgeFilter filter = new EdgeFilter(wanted.direction(), wanted.types(), wanted.minConfidence());
        return new PathSearch(
                        graph, properties, new PathSearch.Wanted(wanted.from(), wanted.to(), filter, wanted.maxHops()))
                .path()
                .flatMap(streams::json);
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
