package dev.rhizome.search;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Orders hits by more than their scores: by age, by confidence, and by how much each differs from those above it. */
final class Reranking {

    private static final double DAY_MS = Duration.ofDays(1).toMillis();

    private final SearchRequest.Reranking settings;

    Reranking(SearchRequest.Reranking settings) {
        this.settings = settings;
    }

    boolean needsVectors() {
        return settings.diversity() > 0;
    }

    /** Scores with their factors, best first. */
    List<ScoredDocument> weighted(List<ScoredDocument> scored, Instant now) {
        if (settings.recencyWeight() == 0 && settings.confidenceWeight() == 0) {
            return scored;
        }
        List<ScoredDocument> weighted = new ArrayList<>(scored.size());
        for (ScoredDocument hit : scored) {
            ScoredDocument faded = settings.recencyWeight() == 0 ? hit : hit.with(recency(hit.document(), now));
            weighted.add(settings.confidenceWeight() == 0 ? faded : faded.with(confidence(hit.document())));
        }
        weighted.sort(ScoredDocument.BEST_FIRST);
        return weighted;
    }

    private ScoreFactor recency(Candidate document, Instant now) {
        double days = Math.max(0, Duration.between(document.indexedAt(), now).toMillis() / DAY_MS);
        return new ScoreFactor.Recency(settings.recencyWeight(), days, settings.recencyHalfLifeDays());
    }

    private ScoreFactor confidence(Candidate document) {
        return new ScoreFactor.Confidence(settings.confidenceWeight(), decimal(document.confidence()));
    }

    /** The number that {@code single} is written as in JSON, so that a client that reads it there computes the same. */
    static double decimal(float single) {
        return Double.parseDouble(Float.toString(single));
    }

    /** The first {@code limit} of {@code best} as they are. */
    static List<SearchResult.Hit> asTheyAre(List<ScoredDocument> best, int limit) {
        List<SearchResult.Hit> hits = new ArrayList<>(Math.min(best.size(), limit));
        for (int i = 0; i < Math.min(best.size(), limit); i++) {
            hits.add(new SearchResult.Hit(i + 1, best.get(i), null, List.of()));
        }
        return hits;
    }

    /**
     * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): the next hit is the one with the greatest
     * {@code (1 - diversity) relevance - diversity similarity}, the relevance as a share of the best score, the similarity
     * to the most similar one chosen before.
     *
     * @param best candidates, best first
     * @param vectors of them, by key; one without is similar to none
     */
    List<SearchResult.Hit> diverse(List<ScoredDocument> best, int limit, Map<String, float[]> vectors) {
        List<ScoredDocument> left = new ArrayList<>(best);
        List<SearchResult.Hit> chosen = new ArrayList<>(limit);
        double[] similarity = new double[best.size()]; // of what is left, to the most similar chosen one
        double top = best.isEmpty() || best.getFirst().score() == 0
                ? 1
                : best.getFirst().score();
        while (chosen.size() < limit && !left.isEmpty()) {
            int next = 0;
            double value = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < left.size(); i++) {
                double gain = Diversity.gain(settings.diversity(), left.get(i).score() / top, similarity[i]);
                if (gain > value) {
                    next = i;
                    value = gain;
                }
            }
            ScoredDocument hit = left.remove(next);
            Diversity why = new Diversity(settings.diversity(), hit.score() / top, similarity[next]);
            chosen.add(new SearchResult.Hit(chosen.size() + 1, hit, why, List.of()));
            System.arraycopy(similarity, next + 1, similarity, next, left.size() - next);
            for (int i = 0; i < left.size(); i++) {
                similarity[i] = Math.max(
                        similarity[i],
                        cosine(vectors.get(hit.key()), vectors.get(left.get(i).key())));
            }
        }
        return chosen;
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
