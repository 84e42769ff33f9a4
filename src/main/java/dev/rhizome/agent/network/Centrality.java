package dev.rhizome.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jgrapht.Graph;
import org.jgrapht.alg.scoring.BetweennessCentrality;
import org.jgrapht.alg.scoring.PageRank;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.builder.GraphTypeBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Who is central among agents, by three measures that are what they are called.
 *
 * <p>The graph has an edge from source to target of each relationship, and one back where it holds both ways; several of a
 * pair in one direction are one edge with the sum of their weights (confidence times strength).
 *
 * <ul>
 *   <li>Degree: other agents that there is an edge with, in either direction; the weighted one is the sum of the weights.
 *   <li>PageRank (Page, Brin, Motwani and Winograd, 1999), damping .85, weighted; sums to 1.
 *   <li>Betweenness (Freeman, 1977; by Brandes' algorithm, 2001): parts of all shortest paths, counted in steps, that lead
 *       through the agent, as a fraction of the ordered pairs of others, 0 to 1.
 * </ul>
 */
final class Centrality {

    private Centrality() {}

    /** An edge of the input; both ways where not {@code directed}. */
    record Edge(String source, String target, boolean directed, double weight) {}

    /**
     * Measures of one agent.
     *
     * @param degree other agents that it has a relationship with
     * @param weightedDegree sum of the weights of these relationships
     * @param pagerank 0 to 1, 1 in all
     * @param betweenness 0 to 1, null where there are too many agents for it
     */
    record Measures(
            String agent,
            int degree,
            double weightedDegree,
            double pagerank,
            @Nullable Double betweenness) {}

    /**
     * Measures each of {@code agents}, in their order.
     *
     * @param edges between them
     * @param maxAgentsForBetweenness agents up to which betweenness is computed, whose cost is their number times that of edges
     */
    static List<Measures> measure(List<String> agents, List<Edge> edges, int maxAgentsForBetweenness) {
        Graph<String, DefaultWeightedEdge> graph = GraphTypeBuilder.<String, DefaultWeightedEdge>directed()
                .weighted(true)
                .allowingSelfLoops(false)
                .allowingMultipleEdges(false)
                .edgeClass(DefaultWeightedEdge.class)
                .buildGraph();
        agents.forEach(graph::addVertex);
        Graph<String, DefaultWeightedEdge> pairs = GraphTypeBuilder.<String, DefaultWeightedEdge>undirected()
                .weighted(true)
                .allowingSelfLoops(false)
                .allowingMultipleEdges(false)
                .edgeClass(DefaultWeightedEdge.class)
                .buildGraph();
        agents.forEach(pairs::addVertex);
        for (Edge edge : edges) {
            add(pairs, edge.source(), edge.target(), edge.weight());
            add(graph, edge.source(), edge.target(), edge.weight());
            if (!edge.directed()) {
                add(graph, edge.target(), edge.source(), edge.weight());
            }
        }
        return measured(agents, graph, pairs, maxAgentsForBetweenness);
    }

    private static List<Measures> measured(
            List<String> agents,
            Graph<String, DefaultWeightedEdge> graph,
            Graph<String, DefaultWeightedEdge> pairs,
            int maxAgentsForBetweenness) {
        Map<String, Double> ranks = agents.isEmpty() ? Map.of() : new PageRank<>(graph).getScores();
        Map<String, Double> between = agents.size() > maxAgentsForBetweenness ? Map.of() : betweenness(graph);
        List<Measures> measures = new ArrayList<>(agents.size());
        for (String agent : agents) {
            double weight = pairs.edgesOf(agent).stream()
                    .mapToDouble(pairs::getEdgeWeight)
                    .sum();
            measures.add(new Measures(
                    agent, pairs.degreeOf(agent), weight, ranks.getOrDefault(agent, 0d), between.get(agent)));
        }
        return measures;
    }

    /** Weights say how strong a relationship is, not how far it leads, so that steps are counted instead. */
    private static Map<String, Double> betweenness(Graph<String, DefaultWeightedEdge> weighted) {
        Graph<String, DefaultWeightedEdge> steps =
                new org.jgrapht.graph.AsWeightedGraph<>(weighted, edge -> 1d, false, false);
        return new BetweennessCentrality<>(steps, true).getScores();
    }

    private static void add(Graph<String, DefaultWeightedEdge> graph, String source, String target, double weight) {
        DefaultWeightedEdge edge = graph.getEdge(source, target);
        double before = edge == null ? 0 : graph.getEdgeWeight(edge);
        DefaultWeightedEdge kept = edge == null ? graph.addEdge(source, target) : edge;
        graph.setEdgeWeight(kept, before + weight);
    }
}
