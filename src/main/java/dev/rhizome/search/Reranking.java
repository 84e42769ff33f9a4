package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.Diversity;
import dev.rhizome.search.SearchEvents.Factor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Orders hits by more than the legs say: age, confidence, and how much each adds to those above it. */
final class Reranking {

    private static final double DAY_MS = Duration.ofDays(1).toMillis();

    /**
     * A hit in its place.
     *
     * @param scored the hit
     * @param diversity why it is there, null where its score alone says
     */
    record Placed(Scored scored, @Nullable Diversity diversity) {}

    private final SearchRequest.Reranking wanted;

    Reranking(SearchRequest.Reranking wanted) {
        this.wanted = wanted;
    }

    boolean needsVectors() {
        return wanted.diversity() > 0;
    }

    /** Scores with their factors, best first. */
    List<Scored> weighted(List<Scored> scored, Instant now) {
        if (wanted.recencyWeight() == 0 && wanted.confidenceWeight() == 0) {
            return scored;
        }
        List<Scored> weighted = new ArrayList<>(scored.size());
        for (Scored hit : scored) {
            Scored faded = wanted.recencyWeight() == 0 ? hit : hit.with(recency(hit.document(), now));
            weighted.add(wanted.confidenceWeight() == 0 ? faded : faded.with(confidence(hit.document())));
        }
        weighted.sort(Scored.BEST_FIRST);
        return weighted;
    }

    private Factor recency(Candidate document, Instant now) {
        double days = Math.max(0, Duration.between(document.indexedAt(), now).toMillis() / DAY_MS);
        double weight = wanted.recencyWeight();
        double value = 1 - weight + weight * Math.pow(2, -days / wanted.recencyHalfLifeDays());
        String formula = "1 - weight + weight * 2^(-ageDays / halfLifeDays)";
        return new Factor("recency", formula, value, weight, null, days, wanted.recencyHalfLifeDays());
    }

    private Factor confidence(Candidate document) {
        double weight = wanted.confidenceWeight();
        double confidence = decimal(document.confidence());
        double value = 1 - weight + weight * confidence;
        String formula = "1 - weight + weight * confidence";
        return new Factor("confidence", formula, value, weight, confidence, null, null);
    }

    /** The number that {@code single} is written as, so that who reads it there computes the same. */
    static double decimal(float single) {
        return Double.parseDouble(Float.toString(single));
    }

    /** The first {@code limit} of {@code best} as they are. */
    static List<Placed> asTheyAre(List<Scored> best, int limit) {
        return best.stream()
                .limit(limit)
                .map(scored -> new Placed(scored, null))
                .toList();
    }

    /**
     * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): next comes what has the greatest
     * {@code (1 - diversity) relevance - diversity similarity}, the relevance as a share of the best score, the similarity
     * to the most similar one chosen before.
     *
     * @param best candidates, best first
     * @param vectors of them, by id; one without is similar to none
     */
    List<Placed> diverse(List<Scored> best, int limit, Map<String, float[]> vectors) {
        List<Scored> left = new ArrayList<>(best);
        List<Placed> chosen = new ArrayList<>(limit);
        double[] similarity = new double[best.size()]; // of what is left, to the most similar chosen one
        double top = best.isEmpty() || best.getFirst().score() == 0
                ? 1
                : best.getFirst().score();
        while (chosen.size() < limit && !left.isEmpty()) {
            int next = 0;
            double value = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < left.size(); i++) {
                double gain = gain(left.get(i).score() / top, similarity[i]);
                if (gain > value) {
                    next = i;
                    value = gain;
                }
            }
            Scored hit = left.remove(next);
            chosen.add(new Placed(
                    hit,
                    new Diversity(
                            "(1 - diversity) * relevance - diversity * similarity",
                            value,
                            wanted.diversity(),
                            hit.score() / top,
                            similarity[next])));
            System.arraycopy(similarity, next + 1, similarity, next, left.size() - next);
            for (int i = 0; i < left.size(); i++) {
                similarity[i] = Math.max(
                        similarity[i],
                        cosine(vectors.get(hit.id()), vectors.get(left.get(i).id())));
            }
        }
        return chosen;
    }

    private double gain(double relevance, double similarity) {
        return (1 - wanted.diversity()) * relevance - wanted.diversity() * similarity;
    }

    private static double cosine(float @Nullable [] a, float @Nullable [] b) {
        if (a == null || b == null) {
            return 0;
        }
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return Math.max(0, product / Math.sqrt(squaresA * squaresB));
    }
}
