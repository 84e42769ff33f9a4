package dev.rhizome.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The shortest path between two entities, the most confident among the shortest. Searches level by level from both ends,
 * always from the one with fewer entities ahead. An instance is one search.
 */
final class PathSearch {

    /**
     * A path, or that there is none.
     *
     * @param found whether there is one within the bounds
     * @param hops its length, 0 where none was found
     * @param confidence product of its relationships' confidences
     * @param nodes from the start to the end
     * @param relationships between them, in order
     * @param complete false where a bound ended the search, so that a path may exist after all
     */
    record Path(
            boolean found, int hops, double confidence, List<Node> nodes, List<Step> relationships, boolean complete) {}

    /** An entity on the path. */
    record Node(String id, String type, String name) {}

    /** A relationship on the path, as it is stored. */
    record Step(String source, String type, String target, float confidence, float strength) {}

    /** How an entity was reached first: the best product of confidences, and the edge that gave it. */
    private record Mark(double confidence, @Nullable Edge via) {}

    /** One end's half of the search. */
    private static final class Side {
        private final Map<String, Mark> marks = new HashMap<>();
        private final EdgeFilter filter;
        private Set<String> frontier;

        Side(String start, EdgeFilter filter) {
            this.filter = filter;
            this.frontier = Set.of(start);
            marks.put(start, new Mark(1, null));
        }
    }

    private final GraphRepository graph;
    private final GraphProperties properties;
    private final Side forward;
    private final Side backward;
    private final Node start;
    private final Map<String, Node> names = new HashMap<>();
    private final long began = System.nanoTime();

    PathSearch(GraphRepository graph, GraphProperties properties, EdgeFilter filter, List<Node> ends) {
        this.graph = graph;
        this.properties = properties;
        this.start = ends.getFirst();
        this.forward = new Side(start.id(), filter);
        this.backward = new Side(ends.getLast().id(), filter.reversed());
        this.names.put(ends.getLast().id(), ends.getLast());
        this.names.put(start.id(), start);
    }

    Mono<Path> within(int maxHops) {
        if (backward.marks.containsKey(start.id())) {
            return Mono.just(path(start.id()));
        }
        return search(maxHops);
    }

    private Mono<Path> search(int hopsLeft) {
        if (hopsLeft == 0 || forward.frontier.isEmpty() || backward.frontier.isEmpty()) {
            return Mono.just(none(true));
        }
        if (forward.marks.size() + backward.marks.size() > properties.maxNodes()
                || System.nanoTime() - began > properties.maxTime().toNanos()) {
            return Mono.just(none(false));
        }
        boolean ahead = forward.frontier.size() <= backward.frontier.size();
        Side side = ahead ? forward : backward;
        Side other = ahead ? backward : forward;
        return graph.expand(side.frontier, side.filter, properties.maxEdgesPerNode())
                .flatMap(edges -> {
                    String meeting = advance(side, other, edges);
                    return meeting == null ? search(hopsLeft - 1) : Mono.just(path(meeting));
                });
    }

    /** Marks one level; gives the meeting point with the most confident path, if the sides meet. */
    private @Nullable String advance(Side side, Side other, List<Edge> edges) {
        Map<String, Mark> level = new HashMap<>();
        for (Edge edge : edges) {
            Mark from = side.marks.get(edge.from());
            if (from != null && !side.marks.containsKey(edge.to())) {
                names.putIfAbsent(edge.to(), new Node(edge.to(), edge.toType(), edge.toName()));
                level.merge(
                        edge.to(),
                        new Mark(from.confidence() * edge.confidence(), edge),
                        (one, two) -> one.confidence() >= two.confidence() ? one : two);
            }
        }
        side.marks.putAll(level);
        side.frontier = level.keySet();
        String best = null;
        double confidence = -1;
        for (Map.Entry<String, Mark> reached : level.entrySet()) {
            Mark there = other.marks.get(reached.getKey());
            if (there != null && there.confidence() * reached.getValue().confidence() > confidence) {
                confidence = there.confidence() * reached.getValue().confidence();
                best = reached.getKey();
            }
        }
        return best;
    }

    private Path path(String meeting) {
        List<Edge> edges = new ArrayList<>(chain(forward, meeting).reversed());
        edges.addAll(chain(backward, meeting));
        List<Node> nodes = new ArrayList<>(List.of(start));
        List<Step> steps = new ArrayList<>();
        double confidence = 1;
        for (Edge edge : edges) {
            String next = nodes.getLast().id().equals(edge.from()) ? edge.to() : edge.from();
            nodes.add(names.getOrDefault(next, new Node(next, "", "")));
            steps.add(new Step(edge.source(), edge.type(), edge.target(), edge.confidence(), edge.strength()));
            confidence *= edge.confidence();
        }
        return new Path(true, steps.size(), confidence, nodes, steps, true);
    }

    private static List<Edge> chain(Side side, String from) {
        List<Edge> edges = new ArrayList<>();
        Mark mark = side.marks.get(from);
        while (mark != null && mark.via() != null) {
            edges.add(mark.via());
            mark = side.marks.get(mark.via().from());
        }
        return edges;
    }

    private static Path none(boolean complete) {
        return new Path(false, 0, 0, List.of(), List.of(), complete);
    }
}
