package dev.rhizome.graph;

import dev.rhizome.problem.NotFound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A breadth-first walk that visits each entity once, by its best path among the shortest, and stops at its bounds.
 *
 * <p>An instance is one walk. Each hop is a transaction of its own, read ahead of the reader by one at most; between hops
 * no connection is held.
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

    private final WalkSteps steps;
    private final EdgeFilter filter;
    private final Bounds bounds;
    private final int most;
    private final Map<String, Double> scores = new HashMap<>();
    private int starts;
    private boolean truncated;

    /** A walk over {@code graph} along what {@code filter} lets through. */
    public Traversal(GraphRepository graph, GraphProperties properties, EdgeFilter filter, Bounds bounds) {
        this.steps = new WalkSteps(graph, properties);
        this.filter = filter;
        this.bounds = bounds;
        this.most = Math.min(bounds.nodes(), properties.maxNodes());
    }

    /**
     * The entities reached from {@code starts}, a list a hop, best score first in each; the starts are not among them.
     *
     * @param starts ids with the score they begin with
     */
    public Flux<List<Reached>> from(Map<String, Double> starts) {
        begin(starts);
        return hop(List.copyOf(starts.keySet()), 1);
    }

    /**
     * As {@link #from(Map)}, where the first step from some of the starts, {@code looked}, has been taken already.
     *
     * @param known what it found
     */
    public Flux<List<Reached>> from(Map<String, Double> starts, Expansion known, Set<String> looked) {
        begin(starts);
        List<String> left =
                starts.keySet().stream().filter(id -> !looked.contains(id)).toList();
        Mono<Expansion> rest = left.isEmpty() ? Mono.just(Expansion.NOTHING) : steps.next(left, filter);
        return onwards(rest.map(found -> known.of(starts.keySet(), found)), 1);
    }

    /** As from a start with a score of 1; an error of {@link NotFound} where there is no such entity. */
    Flux<List<Reached>> from(String start) {
        begin(Map.of(start, 1.0));
        return onwards(steps.first(List.of(start), filter), 1);
    }

    /**
     * Whether a bound kept something back: an entity, or a relationship that was not looked at, wherever it leads. Final
     * after the last hop.
     */
    public boolean truncated() {
        return truncated;
    }

    /** Relationships looked at. */
    public int edges() {
        return steps.edges();
    }

    private void begin(Map<String, Double> from) {
        scores.putAll(from);
        starts = from.size();
    }

    private Flux<List<Reached>> hop(List<String> frontier, int number) {
        return frontier.isEmpty() || number > bounds.hops()
                ? Flux.empty()
                : onwards(steps.next(frontier, filter), number);
    }

    private Flux<List<Reached>> onwards(Mono<Expansion> step, int number) {
        return step.map(found -> take(found, number))
                .flatMapMany(reached -> reached.isEmpty()
                        ? Flux.empty()
                        : Flux.just(reached).concatWith(Flux.defer(() -> hop(ids(reached), number + 1))));
    }

    private List<Reached> take(Expansion found, int number) {
        truncated |= found.cut();
        Map<String, Reached> best = HashMap.newHashMap(found.entities().size());
        for (Edge edge : found.edges()) {
            if (!scores.containsKey(edge.to())) {
                best.merge(edge.to(), reached(edge, found.entity(edge.to()), number), Traversal::better);
            }
        }
        List<Reached> reached = new ArrayList<>(best.values());
        reached.sort(Comparator.comparingDouble(Reached::score).reversed().thenComparing(Reached::id));
        int room = most - (scores.size() - starts);
        if (reached.size() > room) {
            truncated = true;
            reached = new ArrayList<>(reached.subList(0, room));
        }
        reached.forEach(node -> scores.put(node.id(), node.score()));
        return reached;
    }

    private Reached reached(Edge edge, Node entity, int hops) {
        double score = scores.getOrDefault(edge.from(), 0.0) * edge.weight() * bounds.decay();
        return new Reached(entity.id(), entity.type(), entity.name(), hops, score, edge);
    }

    private static Reached better(Reached one, Reached other) {
        return one.score() >= other.score() ? one : other;
    }

    private static List<String> ids(List<Reached> reached) {
        return reached.stream().map(Reached::id).toList();
    }
}
