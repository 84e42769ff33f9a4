package dev.rhizome.search;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a direct retriever found, and how.
 *
 * @param retriever which one
 * @param documents best first
 * @param limit how many it looked for
 * @param tookMs milliseconds since it began
 * @param plan plan of the vector retriever, else null
 * @param error why it could not look, null where it could
 */
record RetrieverResult(
        Retriever retriever,
        List<Candidate> documents,
        int limit,
        double tookMs,
        @Nullable VectorPlan plan,
        @Nullable String error) {

    /** A retriever that could not look. */
    static RetrieverResult failed(Retriever retriever, String why, long began) {
        return new RetrieverResult(retriever, List.of(), 0, sinceMs(began), null, why);
    }

    static RetrieverResult ofText(List<Candidate> documents, int limit, long began) {
        return new RetrieverResult(Retriever.TEXT, documents, limit, sinceMs(began), null, null);
    }

    static RetrieverResult ofVector(List<Candidate> documents, int limit, long began, VectorPlan plan) {
        return new RetrieverResult(Retriever.VECTOR, documents, limit, sinceMs(began), plan, null);
    }

    /** This as what {@code slug} shares. */
    RetrieverResult sharedBy(String slug) {
        List<Candidate> shared =
                documents.stream().map(document -> document.sharedBy(slug)).toList();
        return new RetrieverResult(retriever, shared, limit, tookMs, plan, error);
    }

    /**
     * This and what the same retriever found elsewhere as one list, as good as the best of both; the plan is this one's. Where one
     * of both could not look, neither counts: documents would have been scored in two ways.
     */
    RetrieverResult with(RetrieverResult other) {
        List<Candidate> all = Stream.concat(documents.stream(), other.documents.stream())
                .sorted(retriever.bestFirst())
                .limit(limit)
                .toList();
        return new RetrieverResult(
                retriever, all, limit, Math.max(tookMs, other.tookMs), plan, error == null ? other.error : error);
    }

    ScoreScale scale(Fusion fusion, double weight) {
        return new ScoreScale(retriever, fusion, weight, ScoreScale.Range.of(retriever, documents, limit));
    }

    RetrieverReport report() {
        if (error != null) {
            return RetrieverReport.failed(tookMs, error);
        }
        return plan == null ? RetrieverReport.ofText(tookMs) : RetrieverReport.ofVector(tookMs, plan);
    }

    /** Milliseconds since {@code nanos}, to a hundredth. */
    static double sinceMs(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e4) / 100.0;
    }
}
