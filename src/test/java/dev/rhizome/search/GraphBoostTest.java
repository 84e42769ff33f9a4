package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.graph.Edge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When the graph counts, and how much. */
class GraphBoostTest {

    private static final GraphBoost.Scale HUNDRED = new GraphBoost.Scale(0.2, 100);

    /*
     * 100 documents, so the best 10 are the sample. The seeds a and b have 4 neighbours: b and x; a and c. Of them a, b and c
     * are among the best 10: i = 3, n = 4, e = 4 * 10 / 100 = 0.4, and the gate is (3 - 0.4 - sqrt(0.4)) / 4.
     */
    private static final double GATE = (3 - 0.4 - Math.sqrt(0.4)) / 4;
    private static final List<Edge> EDGES =
            List.of(edge("a", "b", 1, 1), edge("a", "x", 1, 0.5f), edge("b", "a", 1, 1), edge("b", "c", 0.5f, 0.5f));

    @Test
    void theGateAndTheSupportAreAsComputedByHand() {
        Map<String, GraphSupport> support = new GraphBoost(hits("abcdefghij"), 2, EDGES, HUNDRED).support();

        assertThat(support).containsOnlyKeys("a", "b", "c", "x");
        GraphSupport x = Objects.requireNonNull(support.get("x"));
        assertThat(x.weight()).isCloseTo(0.2 * GATE, within(1e-12));
        assertThat(x.from()).containsExactly(new GraphSupport.From("a", 1, 0.5, 2));
        assertThat(x.value()).isCloseTo(0.2 * GATE * 0.5 / Math.sqrt(2), within(1e-12));
        assertThat(Objects.requireNonNull(support.get("c")).value())
                .isCloseTo(0.2 * GATE * (61.0 / 62) * 0.25 / Math.sqrt(2), within(1e-12));
    }

    @Test
    void supportFromSeveralHitsAddsUp() {
        List<Edge> edges = List.of(edge("a", "c", 1, 1), edge("b", "c", 1, 0.5f), edge("c", "a", 1, 1));
        GraphSupport c = Objects.requireNonNull(
                new GraphBoost(hits("abcdefghij"), 3, edges, HUNDRED).support().get("c"));

        assertThat(c.from()).extracting(GraphSupport.From::id).containsExactlyInAnyOrder("a", "b");
        assertThat(c.value()).isCloseTo(c.weight() * (1 + 0.5 * 61 / 62), within(1e-12));
    }

    @Test
    void theHeaviestOfSeveralRelationshipsCounts() {
        List<Edge> edges = List.of(edge("a", "b", 1, 0.2f), edge("a", "b", 1, 0.9f), edge("a", "b", 1, 0.4f));
        GraphSupport b = Objects.requireNonNull(
                new GraphBoost(hits("abcdefghij"), 1, edges, HUNDRED).support().get("b"));

        assertThat(b.from()).hasSize(1).first().satisfies(from -> {
            assertThat(from.strength()).isCloseTo(0.9, within(1e-6));
            assertThat(from.neighbours()).isEqualTo(1);
        });
    }

    @Test
    void aRelationshipWithoutWeightSupportsNothing() {
        List<Edge> edges = List.of(edge("a", "b", 1, 1), edge("b", "a", 1, 1), edge("a", "x", 0, 1));

        assertThat(new GraphBoost(hits("abcdefghij"), 2, edges, HUNDRED).support())
                .containsOnlyKeys("a", "b");
    }

    @Test
    void aUsefulGraphRaisesWhatIsRelatedToTheBest() {
        List<ScoredDocument> hits = hits("abcdefghij");
        List<Edge> edges = new ArrayList<>();
        for (String seed : List.of("a", "b", "c")) {
            for (String end : List.of("a", "b", "c", "j")) {
                if (!seed.equals(end)) {
                    edges.add(edge(seed, end, 1, 1));
                }
            }
        }

        Map<String, GraphSupport> support = new GraphBoost(hits, 3, edges, HUNDRED).support();

        assertThat(score(hits, 9, support)).isGreaterThan(score(hits, 4, support));
    }

    @Test
    void aRandomGraphCountsForLittleOrNothing() {
        Random random = new Random(42);
        List<ScoredDocument> hits =
                IntStream.range(0, 100).mapToObj(GraphBoostTest::hit).toList();
        double weights = 0;
        for (int graph = 0; graph < 200; graph++) {
            List<Edge> edges = new ArrayList<>();
            for (int seed = 0; seed < 10; seed++) {
                for (int end = 0; end < 8; end++) {
                    edges.add(edge("h" + seed, "h" + (seed + 1 + random.nextInt(989)) % 1000, 1, 1));
                }
            }
            weights += weight(new GraphBoost(hits, 10, edges, new GraphBoost.Scale(1, 1_000)));
        }

        assertThat(weights / 200).isLessThan(0.1);
    }

    @Test
    void aHubThatIsRelatedToEverythingCountsForNothing() {
        List<ScoredDocument> hits =
                IntStream.range(0, 100).mapToObj(GraphBoostTest::hit).toList();
        List<Edge> edges = IntStream.range(1, 1_000)
                .mapToObj(end -> edge("h0", "h" + end, 1, 1))
                .toList();

        assertThat(new GraphBoost(hits, 10, edges, new GraphBoost.Scale(1, 1_000)).support())
                .isEmpty();
    }

    @Test
    void withoutRelationshipsOrHitsThereIsNoSupport() {
        assertThat(new GraphBoost(hits("abc"), 3, List.of(), HUNDRED).support()).isEmpty();
        assertThat(new GraphBoost(List.of(), 0, EDGES, HUNDRED).support()).isEmpty();
        assertThat(new GraphBoost(hits("abcdefghij"), 2, EDGES, new GraphBoost.Scale(0, 100)).support())
                .isEmpty();
    }

    private static double weight(GraphBoost boost) {
        return boost.support().values().stream()
                .mapToDouble(GraphSupport::weight)
                .findFirst()
                .orElse(0);
    }

    private static double score(List<ScoredDocument> hits, int place, Map<String, GraphSupport> support) {
        GraphSupport own = support.get(hits.get(place).id());
        return hits.get(place).score() + (own == null ? 0 : own.value());
    }

    /** One hit a letter, with the scores that one leg gives. */
    private static List<ScoredDocument> hits(String letters) {
        return IntStream.range(0, letters.length())
                .mapToObj(i -> scored(letters.substring(i, i + 1), i + 1))
                .toList();
    }

    private static ScoredDocument hit(int number) {
        return scored("h" + number, number + 1);
    }

    private static ScoredDocument scored(String id, int rank) {
        Candidate document = new Candidate(id, "T", id, 1, "{}", Instant.EPOCH, 0, null);
        double score = 1.0 / (60 + rank);
        ScorePart part = new ScorePart.Unlisted(Retriever.VECTOR, 1, score);
        return ScoredDocument.of(document, Ranks.NONE, List.of(part), List.of());
    }

    private static Edge edge(String from, String to, float confidence, float strength) {
        return new Edge(from, to, "KNOWS", true, true, confidence, strength);
    }
}
