package dev.rhizome.bench.relevance;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How good one ranking is, 0 to 1. A ranking is ids, best first, each once; documents without a grade are not relevant.
 *
 * <p>The definitions are those of trec_eval's {@code ndcg_cut}, {@code map} and {@code recall}, so that figures can be
 * compared with published ones. The mean over queries is taken by the caller.
 */
public final class RankingMetrics {

    private RankingMetrics() {}

    /**
     * Normalized discounted cumulative gain (Järvelin and Kekäläinen, ACM TOIS 20(4), 2002): the sum over the first
     * {@code depth} places of {@code grade / log2(place + 1)}, places from 1, divided by the same sum of the best
     * possible ranking. The gain is the grade itself, not {@code 2^grade - 1}.
     *
     * @param grades of the relevant documents, above 0; at least one
     */
    public static double ndcg(List<String> ranking, Map<String, Double> grades, int depth) {
        List<Double> got = ranking.stream()
                .limit(depth)
                .map(id -> grades.getOrDefault(id, 0.0))
                .toList();
        List<Double> ideal = grades.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(depth)
                .toList();
        return discounted(got) / discounted(ideal);
    }

    private static double discounted(List<Double> gains) {
        double sum = 0;
        for (int i = 0; i < gains.size(); i++) {
            sum += gains.get(i) / (Math.log(i + 2) / Math.log(2));
        }
        return sum;
    }

    /**
     * Average precision (Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, section 8.4): the
     * sum of the precision at the place of each relevant document that was found, divided by the number of relevant
     * documents; one that was not found counts 0. Its mean over queries is MAP.
     *
     * @param relevant ids; at least one
     */
    public static double averagePrecision(List<String> ranking, Set<String> relevant) {
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranking.size(); i++) {
            if (relevant.contains(ranking.get(i))) {
                found++;
                sum += (double) found / (i + 1);
            }
        }
        return sum / relevant.size();
    }

    /**
     * The part of the relevant documents that is among the first {@code depth}.
     *
     * @param relevant ids; at least one
     */
    public static double recall(List<String> ranking, Set<String> relevant, int depth) {
        return (double) ranking.stream().limit(depth).filter(relevant::contains).count() / relevant.size();
    }
}
