package dev.rhizome.bench;

import dev.rhizome.bench.relevance.RankingMetrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The figures by which rankings are compared; {@link RankingMetrics} defines them. */
enum Metric {
    NDCG("nDCG@10"),
    MAP("MAP"),
    RECALL("recall@100");

    private static final int NDCG_DEPTH = 10;
    private static final int RECALL_DEPTH = 100;

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /**
     * An answer as rankings of ids.
     *
     * @param hits in their order
     * @param all the hits, then what the graph led to and is not among them
     */
    record Answer(List<String> hits, List<String> all) {

        static Answer of(List<String> hits, List<String> related) {
            return new Answer(
                    hits,
                    Stream.concat(hits.stream(), related.stream()).distinct().toList());
        }
    }

    /**
     * Every metric of one answer.
     *
     * @param grades of the relevant documents
     */
    static Map<Metric, Double> scores(Answer answer, Map<String, Double> grades) {
        Map<Metric, Double> scores = new EnumMap<>(Metric.class);
        scores.put(NDCG, RankingMetrics.ndcg(answer.hits(), grades, NDCG_DEPTH));
        scores.put(MAP, RankingMetrics.averagePrecision(answer.hits(), grades.keySet()));
        scores.put(RECALL, RankingMetrics.recall(answer.all(), grades.keySet(), RECALL_DEPTH));
        return scores;
    }
}
