package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How age, confidence and likeness change the order of hits. */
class RerankingTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Map<String, float[]> VECTORS = Map.of(
            "a", new float[] {1, 0},
            "b", new float[] {0.8f, 0.6f},
            "c", new float[] {0, 2},
            "d", new float[] {-1, 0});

    /*
     * Half of each. a is first. b has 0.5 * 0.9 - 0.5 * 0.8 = 0.05, c has 0.5 * 0.6 - 0.5 * 0 = 0.3, d has 0.5 * 0.2 and
     * is opposite to a, which counts as not alike: 0.1. So c. Now b is alike by 0.8 to a and by 0.6 to c: still 0.05; and
     * d is 0.1. So d, then b.
     */
    @Test
    void diversityIsAsComputedByHand() {
        List<ScoredDocument> best = List.of(hit("a", 1), hit("b", 0.9), hit("c", 0.6), hit("d", 0.2));

        List<SearchResult.Hit> placed = diverse(0.5).diverse(best, 4, VECTORS);

        assertThat(ids(placed)).containsExactly("a", "c", "d", "b");
        assertThat(placed.stream().map(RerankingTest::value))
                .satisfiesExactly(
                        a -> assertThat(a).isCloseTo(0.5, within(1e-9)),
                        c -> assertThat(c).isCloseTo(0.3, within(1e-9)),
                        d -> assertThat(d).isCloseTo(0.1, within(1e-9)),
                        b -> assertThat(b).isCloseTo(0.05, within(1e-6)));
        assertThat(why(placed.getLast()).similarity()).isCloseTo(0.8, within(1e-6));
        assertThat(why(placed.getLast()).relevance()).isCloseTo(0.9, within(1e-9));
    }

    @Test
    void theHitsAreTheFirstOfTheOrder() {
        List<ScoredDocument> best = List.of(hit("a", 1), hit("b", 0.9), hit("c", 0.6), hit("d", 0.2));

        assertThat(ids(diverse(0.5).diverse(best, 2, VECTORS))).containsExactly("a", "c");
        assertThat(ids(diverse(0.5).diverse(best, 9, VECTORS))).hasSize(4);
        assertThat(diverse(0.5).diverse(List.of(), 9, VECTORS)).isEmpty();
    }

    @Test
    void whatHasNoVectorIsLikeNothing() {
        List<ScoredDocument> best = List.of(hit("a", 1), hit("b", 0.9), hit("unknown", 0.5));

        assertThat(ids(diverse(0.5).diverse(best, 3, VECTORS))).containsExactly("a", "unknown", "b");
    }

    @Test
    void diversityKeepsTheOrderOfEquals() {
        List<ScoredDocument> best = List.of(hit("x", 1), hit("y", 1), hit("z", 1));

        assertThat(ids(diverse(1).diverse(best, 3, Map.of()))).containsExactly("x", "y", "z");
    }

    @Test
    void diversityOfWorthlessHitsIsANumber() {
        List<ScoredDocument> best = List.of(hit("a", 0), hit("b", 0));

        List<SearchResult.Hit> placed = diverse(0.5).diverse(best, 2, VECTORS);

        assertThat(placed).allSatisfy(one -> {
            assertThat(why(one).value()).isFinite();
            assertThat(why(one).relevance()).isZero();
        });
    }

    @Test
    void halfOfTheWeightHasFadedAfterAHalfLife() {
        ScoredDocument old = hit("old", 1, NOW.minus(Duration.ofDays(10)), 1);

        ScoredDocument faded = weighted(new SearchRequest.Reranking(0, 0.6, 10, 0), old);

        assertThat(faded.score()).isCloseTo(0.7, within(1e-12));
        assertThat(faded.factors()).containsExactly(new ScoreFactor.Recency(0.6, 10, 10));
        assertThat(faded.factors().getFirst().value()).isCloseTo(1 - 0.6 + 0.6 * Math.pow(2, -1), within(1e-12));
    }

    @Test
    void whatIsWrittenInTheFutureIsNew() {
        ScoredDocument ahead = hit("ahead", 1, NOW.plusSeconds(60), 1);

        assertThat(weighted(new SearchRequest.Reranking(0, 1, 1, 0), ahead).score())
                .isEqualTo(1);
    }

    @Test
    void confidenceCountsByItsWeight() {
        ScoredDocument unsure = hit("unsure", 2, NOW, 0.9f);

        ScoredDocument weighted = weighted(new SearchRequest.Reranking(0, 0, 1, 0.5), unsure);

        assertThat(weighted.score()).isCloseTo(2 * (1 - 0.5 + 0.5 * 0.9), within(1e-12));
        // As it is written in JSON, not as 32 bits hold it.
        assertThat(weighted.factors()).containsExactly(new ScoreFactor.Confidence(0.5, 0.9));
    }

    @Test
    void bothFactorsMultiply() {
        ScoredDocument hit = hit("h", 1, NOW.minus(Duration.ofDays(30)), 0.5f);

        ScoredDocument weighted = weighted(new SearchRequest.Reranking(0, 1, 30, 1), hit);

        assertThat(weighted.factors())
                .containsExactly(new ScoreFactor.Recency(1, 30, 30), new ScoreFactor.Confidence(1, 0.5));
        assertThat(weighted.score()).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void equalsComeByIdWhateverOrderTheyCameIn() {
        Reranking all = new Reranking(new SearchRequest.Reranking(0, 0.5, 30, 0.5));
        List<ScoredDocument> hits = List.of(hit("z", 1), hit("m", 1), hit("a", 1), hit("best", 2));

        assertThat(all.weighted(hits, NOW)).extracting(ScoredDocument::id).containsExactly("best", "a", "m", "z");
        assertThat(all.weighted(hits.reversed(), NOW))
                .extracting(ScoredDocument::id)
                .containsExactly("best", "a", "m", "z");
    }

    @Test
    void nothingAskedForChangesNothing() {
        Reranking none = new Reranking(SearchRequest.Reranking.NONE);
        List<ScoredDocument> hits = List.of(hit("z", 1), hit("a", 1));

        assertThat(none.weighted(hits, NOW)).isSameAs(hits);
        assertThat(none.needsVectors()).isFalse();
        assertThat(ids(Reranking.asTheyAre(hits, 1))).containsExactly("z");
    }

    private static Reranking diverse(double diversity) {
        return new Reranking(new SearchRequest.Reranking(diversity, 0, 30, 0));
    }

    private static ScoredDocument weighted(SearchRequest.Reranking wanted, ScoredDocument hit) {
        return new Reranking(wanted).weighted(List.of(hit), NOW).getFirst();
    }

    private static List<String> ids(List<SearchResult.Hit> placed) {
        return placed.stream().map(one -> one.hit().id()).toList();
    }

    private static double value(SearchResult.Hit placed) {
        return why(placed).value();
    }

    private static Diversity why(SearchResult.Hit placed) {
        return Objects.requireNonNull(placed.diversity());
    }

    private static ScoredDocument hit(String id, double score) {
        return hit(id, score, NOW, 1);
    }

    private static ScoredDocument hit(String id, double score, Instant written, float confidence) {
        ScorePart part = new ScorePart.Unlisted(Retriever.VECTOR, 1, score);
        Candidate document = new Candidate(id, "T", id, confidence, "{}", written, 0, null);
        return ScoredDocument.of(document, Ranks.NONE, List.of(part), List.of());
    }
}
