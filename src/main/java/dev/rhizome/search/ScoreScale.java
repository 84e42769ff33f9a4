package dev.rhizome.search;

import java.util.List;

/**
 * How a retriever's ranks and measures become shares of its weight, from 0 to 1.
 *
 * <p>By score, the share is the similarity's part of the best one's: a convex combination (Bruch, Gai and Ingber, An Analysis
 * of Fusion Functions for Hybrid Retrieval, ACM TOIS 2023). Unlike ranks, it tells an answer that a retriever is sure of
 * from a list of equally weak ones. By rank, it is reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), scaled to 1
 * for the first place. docs/relevance.md has both measured.
 *
 * @param retriever which one
 * @param fusion which of both
 * @param weight of the retriever; the weights of those that looked add up to 1
 * @param range of the similarities
 */
record ScoreScale(Retriever retriever, Fusion fusion, double weight, Range range) {

    /**
     * What similarities lie between.
     *
     * @param floor similarity whose share is 0: 0, or the least one where that is negative
     * @param best similarity whose share is 1
     * @param unlisted share of a document that the retriever does not list: half of the last one's where the list is full, and there
     *     may be more behind it, else nothing
     */
    record Range(double floor, double best, double unlisted) {

        static Range of(Retriever retriever, List<Candidate> documents, int limit) {
            if (documents.isEmpty()) {
                return new Range(0, 1, 0);
            }
            double last = similarity(retriever, documents.getLast());
            Range range = new Range(Math.min(0, last), similarity(retriever, documents.getFirst()), 0);
            return documents.size() < limit ? range : new Range(range.floor, range.best, range.share(last) / 2);
        }

        double share(double similarity) {
            return best > floor ? (similarity - floor) / (best - floor) : 1;
        }
    }

    /** The cosine of a vector, the score of words. */
    private static double similarity(Retriever retriever, Candidate document) {
        return retriever == Retriever.VECTOR ? 1 - document.measure() : document.measure();
    }

    /** The part of a document that the retriever lists at {@code rank}, from 1. */
    ScorePart listed(Candidate document, int rank) {
        return fusion == Fusion.RANK
                ? new ScorePart.ByRank(retriever, weight, rank)
                : new ScorePart.ByScore(retriever, weight, similarity(retriever, document), range);
    }

    /** The part of a document that only the other retriever lists. */
    ScorePart notListed() {
        return new ScorePart.Unlisted(retriever, weight, fusion == Fusion.RANK ? 0 : range.unlisted());
    }
}
