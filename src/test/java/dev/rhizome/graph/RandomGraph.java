package dev.rhizome.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jgrapht.Graph;
import org.jgrapht.GraphPath;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.DirectedWeightedMultigraph;

/**
 * A small graph with parallel relationships, ties and pairs that are related both ways: as SQL, and as JGraphT walks it.
 *
 * @param nodes ids
 * @param relations between them
 */
record RandomGraph(List<String> nodes, List<Relation> relations) {

    /** A relationship. */
    record Relation(String source, String target, String type, boolean directed, float confidence, float strength) {

        double weight() {
            return confidence * strength;
        }

        String toJson() {
            return "{\"s\":\"%s\",\"t\":\"%s\",\"type\":\"%s\",\"d\":%s,\"c\":%s,\"w\":%s}"
                    .formatted(source, target, type, directed, confidence, strength);
        }
    }

    /** How far an entity is, and the greatest product of values over the ways of that length. */
    record Best(int hops, double product) {}

    /** More than the logarithms on any way add up to, so that the shorter way always costs less. */
    private static final double HOP = 1_000;

    /** Ids begin with {@code prefix}; what is drawn from {@code random} is the same for the same seed. */
    static RandomGraph of(String prefix, Random random) {
        int count = random.nextInt(2, 31);
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add("%s-%02d".formatted(prefix, i));
        }
        double directed = List.of(0.0, 0.5, 1.0).get(random.nextInt(3));
        double degree = random.nextDouble(0.5, 3);
        Map<String, Relation> relations = new HashMap<>();
        for (int i = 0; i < count * degree; i++) {
            Relation relation = draw(nodes, random.nextDouble() < directed, random);
            if (!relation.source().equals(relation.target())) {
                relations.put(relation.source() + relation.type() + relation.target(), relation);
            }
        }
        return new RandomGraph(nodes, List.copyOf(relations.values()));
    }

    private static Relation draw(List<String> nodes, boolean directed, Random random) {
        String one = nodes.get(random.nextInt(nodes.size()));
        String other = nodes.get(random.nextInt(nodes.size()));
        boolean swap = !directed && one.compareTo(other) > 0; // an undirected pair is stored once, smaller id first
        return new Relation(
                swap ? other : one,
                swap ? one : other,
                random.nextBoolean() ? "LIKES" : "KNOWS",
                directed,
                random.nextInt(1, 11) / 10f,
                random.nextInt(1, 11) / 10f);
    }

    /** The statements that store it. */
    String toSql() {
        String ids = nodes.stream().map(node -> "'" + node + "'").collect(Collectors.joining(","));
        return """
                insert into entities (entity_id, type, name, digest)
                select id, 'NODE', 'name of ' || id, sha256(''::bytea) from unnest(array[%s]) as t (id);
                insert into relationships (source_id, target_id, type, directed, confidence, strength)
                select s, t, type, d, c, w
                  from jsonb_to_recordset('[%s]') as r (s text, t text, type text, d boolean, c real, w real);
                """.formatted(ids, relations.stream().map(Relation::toJson).collect(Collectors.joining(",")));
    }

    /** Everything that can be reached from {@code start}, itself included, by what JGraphT finds. */
    Map<String, Best> reach(String start, EdgeFilter filter, ToDoubleFunction<Relation> value) {
        SingleSourcePaths<String, DefaultWeightedEdge> paths =
                new DijkstraShortestPath<>(arcs(filter, value)).getPaths(start);
        Map<String, Best> reached = new HashMap<>();
        for (String node : nodes) {
            GraphPath<String, DefaultWeightedEdge> path = paths.getPath(node);
            if (path != null) {
                reached.put(node, new Best(path.getLength(), Math.exp(HOP * path.getLength() - path.getWeight())));
            }
        }
        return reached;
    }

    private Graph<String, DefaultWeightedEdge> arcs(EdgeFilter filter, ToDoubleFunction<Relation> value) {
        Graph<String, DefaultWeightedEdge> graph = new DirectedWeightedMultigraph<>(DefaultWeightedEdge.class);
        nodes.forEach(graph::addVertex);
        for (Relation relation : relations) {
            if (lets(filter, relation)) {
                double cost = HOP - Math.log(value.applyAsDouble(relation));
                if (filter.direction() != Direction.IN || !relation.directed()) {
                    graph.setEdgeWeight(graph.addEdge(relation.source(), relation.target()), cost);
                }
                if (filter.direction() != Direction.OUT || !relation.directed()) {
                    graph.setEdgeWeight(graph.addEdge(relation.target(), relation.source()), cost);
                }
            }
        }
        return graph;
    }

    /** Relationships to follow from {@code node} where it is their source, and those where it is their target. */
    List<Integer> degrees(String node, EdgeFilter filter) {
        int out = 0;
        int in = 0;
        for (Relation relation : relations) {
            boolean both = !relation.directed() || filter.direction() == Direction.BOTH;
            if (lets(filter, relation)) {
                out += relation.source().equals(node) && (both || filter.direction() == Direction.OUT) ? 1 : 0;
                in += relation.target().equals(node) && (both || filter.direction() == Direction.IN) ? 1 : 0;
            }
        }
        return List.of(out, in);
    }

    /** Whether it is there as it says. */
    boolean has(PathSearch.Step step) {
        Set<String> known = new HashSet<>();
        relations.forEach(r -> known.add(r.source() + ' ' + r.type() + ' ' + r.target() + ' ' + r.confidence()));
        return known.contains(step.source() + ' ' + step.type() + ' ' + step.target() + ' ' + step.confidence());
    }

    private static boolean lets(EdgeFilter filter, Relation relation) {
        return (filter.types().isEmpty() || filter.types().contains(relation.type()))
                && relation.confidence() >= filter.minConfidence();
    }
}
