package dev.rhizome.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reciprocal rank fusion: a thing's score is the sum of {@code 1 / (k + rank)} over the legs that found it, ranks from 1
 * (Cormack, Clarke and Büttcher, SIGIR 2009). It needs no comparable measures, which distance and BM25 are not.
 */
final class RankFusion {

    /**
     * A thing and where each leg has it.
     *
     * @param thing what was found
     * @param score fused
     * @param vector rank and distance, null where the vector leg has it not
     * @param text rank and BM25 score, null where the text leg has it not
     */
    record Fused(
            Candidate thing,
            double score,
            SearchEvents.@Nullable VectorRank vector,
            SearchEvents.@Nullable TextRank text) {}

    private final int constant;

    RankFusion(int constant) {
        this.constant = constant;
    }

    /** The union of both lists, best first, ties by id. Each thing comes once. */
    List<Fused> fuse(List<Candidate> vector, List<Candidate> text) {
        Map<String, Fused> fused = HashMap.newHashMap(vector.size() + text.size());
        for (int i = 0; i < vector.size(); i++) {
            Candidate thing = vector.get(i);
            fused.put(
                    thing.id(),
                    new Fused(thing, share(i + 1), new SearchEvents.VectorRank(i + 1, thing.measure()), null));
        }
        for (int i = 0; i < text.size(); i++) {
            Candidate thing = text.get(i);
            SearchEvents.TextRank rank = new SearchEvents.TextRank(i + 1, thing.measure());
            Fused known = fused.get(thing.id());
            fused.put(
                    thing.id(),
                    known == null
                            ? new Fused(thing, share(i + 1), null, rank)
                            : new Fused(known.thing(), known.score() + share(i + 1), known.vector(), rank));
        }
        List<Fused> best = new ArrayList<>(fused.values());
        best.sort(Comparator.comparingDouble(Fused::score)
                .reversed()
                .thenComparing(hit -> hit.thing().id()));
        return best;
    }

    private double share(int rank) {
        return 1.0 / (constant + rank);
    }
}
