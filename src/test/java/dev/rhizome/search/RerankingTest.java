package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.search.SearchEvents.Factor;
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
        List<Scored> best = List.of(hit("a", 1), hit("b", 0.9), hit("c", 0.6), hit("d", 0.2));

        List<Reranking.Placed> placed = diverse(0.5).diverse(best, 4, VECTORS);

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
        List<Scored> best = List.of(hit("a", 1), hit("b", 0.9), hit("c", 0.6), hit("d", 0.2));

        assertThat(ids(diverse(0.5).diverse(best, 2, VECTORS))).containsExactly("a", "c");
        assertThat(ids(diverse(0.5).diverse(best, 9, VECTORS))).hasSize(4);
        assertThat(diverse(0.5).diverse(List.of(), 9, VECTORS)).isEmpty();
    }

    @Test
    void whatHasNoVectorIsLikeNothing() {
        List<Scored> best = List.of(hit("a", 1), hit("b", 0.9), hit("unknown", 0.5));

        assertThat(ids(diverse(0.5).diverse(best, 3, VECTORS))).containsExactly("a", "unknown", "b");
    }

    @Test
    void diversityKeepsTheOrderOfEquals() {
        List<Scored> best = List.of(hit("x", 1), hit("y", 1), hit("z", 1));

        assertThat(ids(diverse(1).diverse(best, 3, Map.of()))).containsExactly("x", "y", "z");
    }

    @Test
    void diversityOfWorthlessHitsIsANumber() {
        List<Scored> best = List.of(hit("a", 0), hit("b", 0));

        List<Reranking.Placed> placed = diverse(0.5).diverse(best, 2, VECTORS);

        assertThat(placed).allSatisfy(one -> {
            assertThat(why(one).value()).isFinite();
            assertThat(why(one).relevance()).isZero();
        });
    }

    @Test
    void halfOfTheWeightHasFadedAfterAHalfLife() {
        Scored old = hit("old", 1, NOW.minus(Duration.ofDays(10)), 1);

        Scored faded = weighted(new SearchRequest.Reranking(0, 0.6, 10, 0), old);

        assertThat(faded.score()).isCloseTo(0.7, within(1e-12));
        assertThat(faded.factors()).singleElement().satisfies(factor -> {
            assertThat(factor.name()).isEqualTo("recency");
            assertThat(factor.ageDays()).isEqualTo(10);
            assertThat(factor.value()).isCloseTo(1 - 0.6 + 0.6 * Math.pow(2, -1), within(1e-12));
        });
    }

    @Test
    void whatIsWrittenInTheFutureIsNew() {
        Scored ahead = hit("ahead", 1, NOW.plusSeconds(60), 1);

        assertThat(weighted(new SearchRequest.Reranking(0, 1, 1, 0), ahead).score())
                .isEqualTo(1);
    }

    @Test
    void confidenceCountsByItsWeight() {
        Scored unsure = hit("unsure", 2, NOW, 0.9f);

        Scored weighted = weighted(new SearchRequest.Reranking(0, 0, 1, 0.5), unsure);

        assertThat(weighted.score()).isCloseTo(2 * (1 - 0.5 + 0.5 * 0.9), within(1e-12));
        assertThat(weighted.factors()).singleElement().satisfies(factor -> {
            assertThat(factor.name()).isEqualTo("confidence");
            assertThat(factor.confidence()).isEqualTo(0.9); // as it is written, not as 32 bits hold it
        });
    }

    @Test
    void bothFactorsMultiply() {
        Scored hit = hit("h", 1, NOW.minus(Duration.ofDays(30)), 0.5f);

        Scored weighted = weighted(new SearchRequest.Reranking(0, 1, 30, 1), hit);

        assertThat(weighted.factors()).extracting(Factor::name).containsExactly("recency", "confidence");
        assertThat(weighted.score()).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void equalsComeByIdWhateverOrderTheyCameIn() {
        Reranking all = new Reranking(new SearchRequest.Reranking(0, 0.5, 30, 0.5));
        List<Scored> hits = List.of(hit("z", 1), hit("m", 1), hit("a", 1), hit("best", 2));

        assertThat(all.weighted(hits, NOW)).extracting(Scored::id).containsExactly("best", "a", "m", "z");
        assertThat(all.weighted(hits.reversed(), NOW)).extracting(Scored::id).containsExactly("best", "a", "m", "z");
    }

    @Test
    void nothingAskedForChangesNothing() {
        Reranking none = new Reranking(SearchRequest.Reranking.NONE);
        List<Scored> hits = List.of(hit("z", 1), hit("a", 1));

        assertThat(none.weighted(hits, NOW)).isSameAs(hits);
        assertThat(none.needsVectors()).isFalse();
        assertThat(ids(Reranking.asTheyAre(hits, 1))).containsExactly("z");
    }

    private static Reranking diverse(double diversity) {
        return new Reranking(new SearchRequest.Reranking(diversity, 0, 30, 0));
    }

    private static Scored weighted(SearchRequest.Reranking wanted, Scored hit) {
        return new Reranking(wanted).weighted(List.of(hit), NOW).getFirst();
    }

    private static List<String> ids(List<Reranking.Placed> placed) {
        return placed.stream().map(one -> one.scored().id()).toList();
    }

    private static double value(Reranking.Placed placed) {
        return why(placed).value();
    }

    private static SearchEvents.Diversity why(Reranking.Placed placed) {
        return Objects.requireNonNull(placed.diversity());
    }

    private static Scored hit(String id, double score) {
        return hit(id, score, NOW, 1);
    }

    private static Scored hit(String id, double score, Instant written, float confidence) {
        SearchEvents.Part part =
                new SearchEvents.Part("vector", "weight * unlisted", score, new SearchEvents.Part.Unlisted(1, score));
        Candidate document = new Candidate(id, "T", id, confidence, "{}", written, 0);
        return Scored.of(document, SearchEvents.HitRanks.NONE, List.of(part), List.of());
    }
}
