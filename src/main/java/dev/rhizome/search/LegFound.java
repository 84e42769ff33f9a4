package dev.rhizome.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a direct leg found, and how.
 *
 * @param leg the leg
 * @param things best first
 * @param asked how many were asked for
 * @param tookMs from when the leg began
 * @param plan of the vector leg, else null
 * @param missing why the leg could not look, null where it could
 */
record LegFound(
        Leg leg,
        List<Candidate> things,
        int asked,
        double tookMs,
        @Nullable VectorPlan plan,
        @Nullable String missing) {

    /** A leg that could not look. */
    static LegFound missing(Leg leg, String why) {
        return new LegFound(leg, List.of(), 0, 0, null, why);
    }

    static LegFound ofText(List<Candidate> things, int asked, long began) {
        return new LegFound(Leg.TEXT, things, asked, sinceMs(began), null, null);
    }

    static LegFound ofVector(List<Candidate> things, int asked, long began, VectorPlan plan) {
        return new LegFound(Leg.VECTOR, things, asked, sinceMs(began), plan, null);
    }

    LegScale scale(Fusion fusion, double weight) {
        return new LegScale(leg, fusion, weight, LegScale.Range.of(leg, things, asked));
    }

    /** Milliseconds since {@code nanos}, to a hundredth. */
    static double sinceMs(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e4) / 100.0;
    }
}
