package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.search.ScoreScale.Range;
import java.time.Instant;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How two lists become one; the numbers are computed by hand. */
class ResultFusionTest {

    private static final Offset<Double> CLOSE = within(1e-9);

    private static Candidate document(String id, double measure) {
        return new Candidate(id, "T", id, 1, "{}", Instant.EPOCH, measure, null);
    }

    /** Cosines .9 and .6. */
    private static final List<Candidate> BY_VECTOR = List.of(document("a", 0.1), document("b", 0.4));
    /** BM25 of 8 and 2. */
    private static final List<Candidate> BY_TEXT = List.of(document("b", 8), document("c", 2));

    private static ResultFusion fusion(Fusion fusion, int limit) {
        return new ResultFusion(
                new ScoreScale(Retriever.VECTOR, fusion, 0.6, Range.of(Retriever.VECTOR, BY_VECTOR, limit)),
                new ScoreScale(Retriever.TEXT, fusion, 0.4, Range.of(Retriever.TEXT, BY_TEXT, limit)));
    }

    private static double score(List<ScoredDocument> fused, String id) {
        return fused.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow()
                .score();
    }

    @Test
    void byScoreEachSharesOfTheBestSimilarityAddUp() {
        List<ScoredDocument> fused = fusion(Fusion.SCORE, 10).fuse(BY_VECTOR, BY_TEXT);

        assertThat(fused).extracting(ScoredDocument::id).containsExactly("b", "a", "c");
        assertThat(score(fused, "b")).isCloseTo(0.6 * 0.6 / 0.9 + 0.4, CLOSE);
        assertThat(score(fused, "a")).isCloseTo(0.6, CLOSE);
        assertThat(score(fused, "c")).isCloseTo(0.4 * 2 / 8, CLOSE);
    }

    /** Behind a full list there may be more, so who is not on it gets half of what the last one has. */
    @Test
    void whatAFullListDoesNotNameGetsHalfOfItsLast() {
        List<ScoredDocument> fused = fusion(Fusion.SCORE, 2).fuse(BY_VECTOR, BY_TEXT);

        assertThat(score(fused, "a")).isCloseTo(0.6 + 0.4 * (2.0 / 8) / 2, CLOSE);
        assertThat(score(fused, "c")).isCloseTo(0.4 * 2 / 8 + 0.6 * (0.6 / 0.9) / 2, CLOSE);
    }

    @Test
    void byRankOnlyPlacesCount() {
        List<ScoredDocument> fused = fusion(Fusion.RANK, 2).fuse(BY_VECTOR, BY_TEXT);

        assertThat(fused).extracting(ScoredDocument::id).containsExactly("b", "a", "c");
        assertThat(score(fused, "b")).isCloseTo(0.6 * 61 / 62 + 0.4, CLOSE);
        assertThat(score(fused, "a")).isCloseTo(0.6, CLOSE);
        assertThat(score(fused, "c")).isCloseTo(0.4 * 61 / 62, CLOSE);
    }

    @Test
    void placesAreThoseOfTheLists() {
        List<ScoredDocument> fused = fusion(Fusion.SCORE, 10).fuse(BY_VECTOR, BY_TEXT);

        assertThat(fused)
                .extracting(ScoredDocument::ranks)
                .containsExactly(
                        new Ranks(new Ranks.Place(2, 0.4), new Ranks.Place(1, 8), null),
                        new Ranks(new Ranks.Place(1, 0.1), null, null),
                        new Ranks(null, new Ranks.Place(2, 2), null));
        assertThat(fused.getFirst().parts()).hasSize(2);
    }

    @Test
    void oneListAloneKeepsItsOrderAndTiesGoById() {
        ScoreScale text = new ScoreScale(Retriever.TEXT, Fusion.SCORE, 1, new Range(0, 4, 0));
        List<Candidate> tied = List.of(document("y", 4), document("x", 4), document("a", 1));

        List<ScoredDocument> fused = new ResultFusion(null, text).fuse(List.of(), tied);

        assertThat(fused).extracting(ScoredDocument::id).containsExactly("x", "y", "a");
        assertThat(fused.getLast().score()).isCloseTo(0.25, CLOSE);
        assertThat(fused.getLast().parts()).hasSize(1);
        assertThat(new ResultFusion(null, text).fuse(List.of(), List.of())).isEmpty();
    }

    @Test
    void aSimilarityBelowZeroIsTheFloor() {
        Range range = Range.of(Retriever.VECTOR, List.of(document("a", 0.5), document("b", 1.5)), 10);

        assertThat(range.floor()).isCloseTo(-0.5, CLOSE);
        assertThat(range.best()).isCloseTo(0.5, CLOSE);
        assertThat(range.share(0)).isCloseTo(0.5, CLOSE);
        assertThat(Range.of(Retriever.TEXT, List.of(), 10)).isEqualTo(new Range(0, 1, 0));
        assertThat(new Range(2, 2, 0).share(2)).isEqualTo(1);
    }

    @Test
    void factorsMultiplyTheSum() {
        Candidate document = document("a", 1);
        List<ScorePart> parts = List.of(
                new ScorePart.Unlisted(Retriever.TEXT, 0.5, 0.4), new ScorePart.ByRank(Retriever.VECTOR, 0.5, 1));

        ScoredDocument scored = ScoredDocument.of(document, Ranks.NONE, parts, List.of())
                .with(new ScoreFactor.Recency(0.5, 30, 30))
                .with(new ScoreFactor.Confidence(0.4, 0.5));

        assertThat(scored.score()).isCloseTo((0.5 * 0.4 + 0.5) * (1 - 0.5 + 0.5 * 0.5) * (1 - 0.4 + 0.4 * 0.5), CLOSE);
        assertThat(scored.factors()).hasSize(2);
    }
}
