package dev.rhizome.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a direct leg found, and how.
 *
 * @param leg the leg
 * @param documents best first
 * @param asked how many were asked for
 * @param tookMs from when the leg began
 * @param plan of the vector leg, else null
 * @param missing why the leg could not look, null where it could
 */
record RetrieverResult(
        Retriever leg,
        List<Candidate> documents,
        int asked,
        double tookMs,
        @Nullable VectorPlan plan,
        @Nullable String missing) {

    /** A leg that could not look. */
    static RetrieverResult missing(Retriever leg, String why) {
        return new RetrieverResult(leg, List.of(), 0, 0, null, why);
    }

    static RetrieverResult ofText(List<Candidate> documents, int asked, long began) {
        return new RetrieverResult(Retriever.TEXT, documents, asked, sinceMs(began), null, null);
    }

    static RetrieverResult ofVector(List<Candidate> documents, int asked, long began, VectorPlan plan) {
        return new RetrieverResult(Retriever.VECTOR, documents, asked, sinceMs(began), plan, null);
    }

    ScoreScale scale(Fusion fusion, double weight) {
        return new ScoreScale(leg, fusion, weight, ScoreScale.Range.of(leg, documents, asked));
    }

    /** Milliseconds since {@code nanos}, to a hundredth. */
    static double sinceMs(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e4) / 100.0;
    }
}
