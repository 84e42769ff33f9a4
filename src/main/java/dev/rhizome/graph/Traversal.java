package dev.rhizome.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A breadth-first walk that visits each entity once, by its best path among the shortest, and stops at its bounds.
 *
 * <p>An instance is one walk. Each hop is a transaction of its own, begun when the reader asks for it; between hops no
 * connection is held.
 */
public final class Traversal {

    /**
     * An entity that was reached.
     *
     * @param id of the entity
     * @param type of the entity
     * @param name of the entity
     * @param hops from the nearest start
     * @param score product of the starts' scores, weights and decays along the path, 0 to 1
     * @param via the last step of the path
     */
    public record Reached(String id, String type, String name, int hops, double score, Edge via) {}

    /**
     * How a walk is bounded.
     *
     * @param hops most steps from a start
     * @param nodes most entities reached
     * @param decay factor of each hop, 0 to 1
     */
    public record Bounds(int hops, int nodes, double decay) {}

    private final GraphRepository graph;
    private final GraphProperties properties;
    private final EdgeFilter filter;
    private final Bounds bounds;
    private final Map<String, Double> scores = new HashMap<>();
    private final long began = System.nanoTime();
    private int starts;
    private boolean truncated;
    private int edges;

    /** A walk over {@code graph} along what {@code filter} lets through. */
    public Traversal(GraphRepository graph, GraphProperties properties, EdgeFilter filter, Bounds bounds) {
        this.graph = graph;
        this.properties = properties;
        this.filter = filter;
        this.bounds = bounds;
    }

    /**
     * The entities reached from {@code starts}, a list a hop, best score first in each; the starts are not among them.
     *
     * @param starts ids with the score they begin with
     */
    public Flux<List<Reached>> from(Map<String, Double> starts) {
        scores.putAll(starts);
        this.starts = starts.size();
        return hop(List.copyOf(starts.keySet()), 1);
    }

    /** Whether a bound kept something back; final after the last hop. */
    public boolean truncated() {
        return truncated;
    }

    /** Relationships looked at. */
    public int edges() {
        return edges;
    }

    private Flux<List<Reached>> hop(List<String> frontier, int number) {
        if (frontier.isEmpty() || number > bounds.hops()) {
            return Flux.empty();
        }
        if (System.nanoTime() - began > properties.maxTime().toNanos()) {
            truncated = true;
            return Flux.empty();
        }
        return step(frontier, number)
                .flatMapMany(reached -> reached.isEmpty()
                        ? Flux.empty()
                        : Flux.just(reached).concatWith(Flux.defer(() -> hop(ids(reached), number + 1))));
    }

    private Mono<List<Reached>> step(List<String> frontier, int number) {
        return graph.expand(frontier, filter, properties.maxEdgesPerNode()).map(found -> take(found, number));
    }

    private List<Reached> take(List<Edge> found, int number) {
        edges += found.size();
        if (found.size() >= properties.maxEdgesPerNode()) {
            truncated |= hasCutHub(found);
        }
        Map<String, Reached> best = HashMap.newHashMap(found.size());
        for (Edge edge : found) {
            if (!scores.containsKey(edge.to())) {
                double score = scores.getOrDefault(edge.from(), 0.0) * edge.weight() * bounds.decay();
                best.merge(
                        edge.to(),
                        new Reached(edge.to(), edge.toType(), edge.toName(), number, score, edge),
                        (one, other) -> one.score() >= other.score() ? one : other);
            }
        }
        List<Reached> reached = new ArrayList<>(best.values());
        reached.sort(Comparator.comparingDouble(Reached::score).reversed().thenComparing(Reached::id));
        int room = Math.min(bounds.nodes(), properties.maxNodes()) - (scores.size() - starts);
        if (reached.size() > room) {
            truncated = true;
            reached = new ArrayList<>(reached.subList(0, Math.max(0, room)));
        }
        reached.forEach(node -> scores.put(node.id(), node.score()));
        return reached;
    }

    private boolean hasCutHub(List<Edge> found) {
        Map<String, Integer> degrees = new HashMap<>();
        found.forEach(
                edge -> degrees.merge(edge.from() + '\n' + edge.direction().equals("in"), 1, Integer::sum));
        return degrees.values().stream().anyMatch(degree -> degree >= properties.maxEdgesPerNode());
    }

    private static List<String> ids(List<Reached> reached) {
        return reached.stream().map(Reached::id).toList();
    }
}
