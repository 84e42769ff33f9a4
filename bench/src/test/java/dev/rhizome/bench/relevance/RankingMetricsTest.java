package dev.rhizome.bench.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Expected values are worked out by hand; log2(3) is 1.5849625. */
class RankingMetricsTest {

    private static final Offset<Double> EXACTLY = within(1e-7);

    @Test
    void gainIsTheGradeAndIsDiscountedByTheLogarithmOfThePlace() {
        double ndcg = RankingMetrics.ndcg(List.of("b", "x", "a"), Map.of("a", 3.0, "b", 2.0, "c", 1.0), 3);

        // 2/1 + 0 + 3/2 of 3/1 + 2/1.5849625 + 1/2
        assertThat(ndcg).isCloseTo(3.5 / 4.7618595, EXACTLY);
    }

    @Test
    void gainBelowTheDepthIsNotCountedNeitherHereNorInTheBestRanking() {
        Map<String, Double> grades = Map.of("a", 1.0, "b", 1.0, "c", 1.0);

        assertThat(RankingMetrics.ndcg(List.of("a", "x", "b"), grades, 2)).isCloseTo(1 / 1.6309298, EXACTLY);
        assertThat(RankingMetrics.ndcg(List.of("c", "a"), grades, 2)).isCloseTo(1, EXACTLY);
    }

    @Test
    void emptyRankingScoresNothing() {
        assertThat(RankingMetrics.ndcg(List.of(), Map.of("a", 1.0), 10)).isZero();
        assertThat(RankingMetrics.averagePrecision(List.of(), Set.of("a"))).isZero();
        assertThat(RankingMetrics.recall(List.of(), Set.of("a"), 10)).isZero();
    }

    @Test
    void averagePrecisionIsOverAllThatIsRelevantFoundOrNot() {
        double precision = RankingMetrics.averagePrecision(List.of("a", "x", "b", "y"), Set.of("a", "b", "c"));

        assertThat(precision).isCloseTo((1 / 1.0 + 2 / 3.0) / 3, EXACTLY);
        assertThat(RankingMetrics.averagePrecision(List.of("a", "b"), Set.of("a", "b")))
                .isEqualTo(1);
    }

    @Test
    void recallCountsTheFirstOnly() {
        List<String> ranking = List.of("a", "x", "b");
        Set<String> relevant = Set.of("a", "b", "c", "d");

        assertThat(RankingMetrics.recall(ranking, relevant, 2)).isEqualTo(0.25);
        assertThat(RankingMetrics.recall(ranking, relevant, 100)).isEqualTo(0.5);
    }
}
