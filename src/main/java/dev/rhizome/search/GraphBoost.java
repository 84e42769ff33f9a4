package dev.rhizome.search;

import dev.rhizome.graph.Edge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets the relationships of the best direct hits count, as far as the graph has shown for this query that it knows what is
 * relevant.
 *
 * <p>A graph can be about something else than the question, or be noise; then its neighbours of good hits are no better
 * than any other documents. Whether it is can be seen before it counts: relationships of a useful graph lead from good hits to
 * other good hits far more often than to as many documents taken at random. With {@code n} neighbours of the best hits, of
 * which {@code i} are among the best {@code m} of {@code N} documents, and {@code e = n m / N} of them to be expected by
 * chance, with a standard deviation of about {@code sqrt(e)}, the gate is
 *
 * <pre>  max(0, (i - e - sqrt(e)) / (i + 1))</pre>
 *
 * <p>from 0, where the graph knows nothing, towards 1. docs/relevance.md has what this does on good, noisy and useless
 * graphs.
 */
final class GraphBoost {

    private static final int LARGEST_SAMPLE = 50;
    private static final int SMALLEST_SAMPLE = 5;
    private static final int SAMPLED_SHARE = 10;

    private final Map<String, Map<String, Double>> neighbours = new LinkedHashMap<>();
    private final Map<String, Double> scores = new HashMap<>();
    private final double weight;

    /**
     * Weighs the graph for one query.
     *
     * @param fused direct hits, best first
     * @param seeds how many of them, the best, {@code edges} start from
     * @param edges all relationships of the seeds
     * @param scale weight of the graph leg, and documents of the tenant
     */
    GraphBoost(List<ScoredDocument> fused, int seeds, List<Edge> edges, Scale scale) {
        double best = fused.isEmpty() ? 0 : fused.getFirst().score();
        fused.stream().limit(seeds).forEach(seed -> {
            neighbours.put(seed.id(), new LinkedHashMap<>());
            scores.put(seed.id(), best > 0 ? seed.score() / best : 1);
        });
        for (Edge edge : edges) {
            Map<String, Double> of = neighbours.get(edge.from());
            if (of != null) {
                of.merge(edge.to(), (double) edge.weight(), Math::max);
            }
        }
        this.weight = scale.weight() * gate(fused, scale.documents());
    }

    /**
     * What the gate is measured against.
     *
     * @param weight of the graph leg
     * @param documents documents of the tenant
     */
    record Scale(double weight, long documents) {}

    /** Support by id, for all documents that have some; none where the graph has shown no use. */
    Map<String, GraphSupport> support() {
        if (weight == 0) {
            return Map.of();
        }
        Map<String, List<GraphSupport.From>> from = new HashMap<>();
        neighbours.forEach((seed, ends) -> addSupport(from, seed, ends));
        Map<String, GraphSupport> support = HashMap.newHashMap(from.size());
        from.forEach((id, hits) -> support.put(id, new GraphSupport(weight, List.copyOf(hits))));
        return support;
    }

    private void addSupport(Map<String, List<GraphSupport.From>> from, String seed, Map<String, Double> ends) {
        double score = scores.getOrDefault(seed, 0.0);
        ends.forEach((end, strength) -> {
            if (strength > 0) {
                from.computeIfAbsent(end, GraphBoost::newList)
                        .add(new GraphSupport.From(seed, score, strength, ends.size()));
            }
        });
    }

    private static List<GraphSupport.From> newList(String id) {
        return new ArrayList<>();
    }

    private double gate(List<ScoredDocument> fused, long documents) {
        int sample = (int) Math.max(SMALLEST_SAMPLE, Math.min(LARGEST_SAMPLE, documents / SAMPLED_SHARE));
        Set<String> best = new HashSet<>();
        fused.stream().limit(sample).forEach(hit -> best.add(hit.id()));
        int found = 0;
        int among = 0;
        for (Map<String, Double> ends : neighbours.values()) {
            found += ends.size();
            for (String end : ends.keySet()) {
                among += best.contains(end) ? 1 : 0;
            }
        }
        double expected = (double) found * best.size() / Math.max(1, documents);
        return among == 0 ? 0 : Math.max(0, (among - expected - Math.sqrt(expected)) / (among + 1));
    }
}
