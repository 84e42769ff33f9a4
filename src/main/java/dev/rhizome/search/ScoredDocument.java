package dev.rhizome.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A document, its score, and what the score is made of.
 *
 * @param document what was found
 * @param ranks where the retrievers list it
 * @param parts what the retrievers add; their sum is the score without factors
 * @param factors of reranking, which multiply the sum
 * @param score the sum times the factors
 */
record ScoredDocument(Candidate document, Ranks ranks, List<ScorePart> parts, List<ScoreFactor> factors, double score) {

    static final Comparator<ScoredDocument> BEST_FIRST =
            Comparator.comparingDouble(ScoredDocument::score).reversed().thenComparing(ScoredDocument::key);

    static ScoredDocument of(Candidate document, Ranks ranks, List<ScorePart> parts, List<ScoreFactor> factors) {
        double score = 0;
        for (ScorePart part : parts) {
            score += part.value();
        }
        for (ScoreFactor factor : factors) {
            score *= factor.value();
        }
        return new ScoredDocument(document, ranks, parts, factors, score);
    }

    String id() {
        return document.id();
    }

    /** See {@link Candidate#key}. */
    String key() {
        return document.key();
    }

    ScoredDocument with(GraphSupport support) {
        List<ScorePart> more = new ArrayList<>(parts);
        more.add(new ScorePart.ByGraph(support));
        return of(document, ranks.with(support), more, factors);
    }

    ScoredDocument with(ScoreFactor factor) {
        List<ScoreFactor> more = new ArrayList<>(factors);
        more.add(factor);
        return of(document, ranks, parts, more);
    }
}
