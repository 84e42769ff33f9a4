package dev.rhizome.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.agent.network.Centrality.Edge;
import dev.rhizome.agent.network.Centrality.Measures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measures that can be worked out by hand. */
class CentralityTest {

    private static final List<String> PATH = List.of("a", "b", "c");

    @Test
    void theMiddleOfAPathIsBetweenItsEnds() {
        List<Measures> measures =
                Centrality.measure(PATH, List.of(new Edge("a", "b", false, 0.5), new Edge("b", "c", false, 1)), 10);

        assertThat(measures).extracting(Measures::agent).isEqualTo(PATH);
        assertThat(measures).extracting(Measures::degree).containsExactly(1, 2, 1);
        assertThat(measures).extracting(Measures::weightedDegree).containsExactly(0.5, 1.5, 1d);
        assertThat(measures).extracting(Measures::betweenness).containsExactly(0d, 1d, 0d);
        assertThat(measures.stream().mapToDouble(Measures::pagerank).sum()).isCloseTo(1, within(1e-6));
        assertThat(measures.get(1).pagerank()).isGreaterThan(measures.get(2).pagerank());
    }

    @Test
    void directionCountsForPathsAndRank() {
        List<Measures> measures =
                Centrality.measure(PATH, List.of(new Edge("a", "b", true, 1), new Edge("c", "b", true, 1)), 10);

        assertThat(measures).extracting(Measures::betweenness).containsExactly(0d, 0d, 0d);
        assertThat(measures.get(1).pagerank()).isGreaterThan(2 * measures.get(0).pagerank());
        assertThat(measures).extracting(Measures::degree).containsExactly(1, 2, 1);
    }

    @Test
    void severalRelationshipsOfAPairAreOneNeighbour() {
        List<Measures> measures = Centrality.measure(
                PATH,
                List.of(new Edge("a", "b", true, 0.25), new Edge("b", "a", true, 0.25), new Edge("a", "b", false, 0.5)),
                10);

        assertThat(measures).extracting(Measures::degree).containsExactly(1, 1, 0);
        assertThat(measures).extracting(Measures::weightedDegree).containsExactly(1d, 1d, 0d);
    }

    @Test
    void aStrongRelationshipIsNoLongWay() {
        List<Edge> edges =
                List.of(new Edge("a", "b", false, 1), new Edge("b", "c", false, 1), new Edge("a", "c", false, 0.01));

        assertThat(Centrality.measure(PATH, edges, 10))
                .extracting(Measures::betweenness)
                .containsOnly(0d);
    }

    @Test
    void beyondTheBoundThereIsNoBetweennessAndNothingIsInvented() {
        assertThat(Centrality.measure(PATH, List.of(), 2))
                .extracting(Measures::betweenness)
                .containsOnlyNulls();
        assertThat(Centrality.measure(List.of(), List.of(), 2)).isEmpty();
    }
}
