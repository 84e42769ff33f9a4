package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.Part;
import java.util.List;

/**
 * How a leg's places and measures become shares of its weight, from 0 to 1.
 *
 * <p>By score, the share is the similarity's part of the best one's: a convex combination (Bruch, Gai and Ingber, An Analysis
 * of Fusion Functions for Hybrid Retrieval, ACM TOIS 2023). Unlike places, it keeps apart an answer that a leg is sure of
 * from a list of much the same. By rank, it is reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), scaled to 1
 * for the first place. docs/relevance.md has both measured.
 *
 * @param leg the leg
 * @param fusion which of both
 * @param weight of the leg; the weights of the legs that looked add up to 1
 * @param range of the similarities
 */
record ScoreScale(Retriever leg, Fusion fusion, double weight, Range range) {

    /** k of reciprocal rank fusion, as in its paper. */
    static final int K = 60;

    /**
     * What similarities lie between.
     *
     * @param floor similarity that is worth nothing: 0, or the least where one is below
     * @param best similarity that is worth all
     * @param unlisted share of a document that the leg does not list: half of the last one's where the list is full, and there
     *     may be more behind it, else nothing
     */
    record Range(double floor, double best, double unlisted) {

        static Range of(Retriever leg, List<Candidate> documents, int asked) {
            if (documents.isEmpty()) {
                return new Range(0, 1, 0);
            }
            double last = similarity(leg, documents.getLast());
            Range range = new Range(Math.min(0, last), similarity(leg, documents.getFirst()), 0);
            return documents.size() < asked ? range : new Range(range.floor, range.best, range.share(last) / 2);
        }

        double share(double similarity) {
            return best > floor ? (similarity - floor) / (best - floor) : 1;
        }
    }

    /** The cosine of a vector, the score of words. */
    private static double similarity(Retriever leg, Candidate document) {
        return leg == Retriever.VECTOR ? 1 - document.measure() : document.measure();
    }

    /** The part of a document that the leg lists at {@code rank}, from 1. */
    Part listed(Candidate document, int rank) {
        if (fusion == Fusion.RANK) {
            String formula = "weight * (k + 1) / (k + rank)";
            return new Part(leg.label(), formula, weight * (K + 1) / (K + rank), new Part.Rank(weight, K, rank));
        }
        double similarity = similarity(leg, document);
        String formula = "weight * (similarity - floor) / (best - floor)";
        return new Part(
                leg.label(),
                formula,
                weight * range.share(similarity),
                new Part.Score(weight, similarity, range.floor(), range.best()));
    }

    /** The part of a document that only the other leg lists. */
    Part notListed() {
        double unlisted = fusion == Fusion.RANK ? 0 : range.unlisted();
        return new Part(leg.label(), "weight * unlisted", weight * unlisted, new Part.Unlisted(weight, unlisted));
    }
}
