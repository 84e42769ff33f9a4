package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.HitLegs;
import dev.rhizome.search.SearchEvents.Part;
import dev.rhizome.search.SearchEvents.TextRank;
import dev.rhizome.search.SearchEvents.VectorRank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one list of what the direct legs found, scored by the sum of what each says. */
final class LegFusion {

    private final @Nullable LegScale vector;
    private final @Nullable LegScale text;

    /**
     * Weighs the legs that looked.
     *
     * @param vector null where the vector leg did not look
     * @param text null where the text leg did not look
     */
    LegFusion(@Nullable LegScale vector, @Nullable LegScale text) {
        this.vector = vector;
        this.text = text;
    }

    /** The union of both lists, best first, ties by id. Each thing comes once. */
    List<Scored> fuse(List<Candidate> nearest, List<Candidate> worded) {
        Map<String, Integer> rankByWords = HashMap.newHashMap(worded.size());
        for (int i = 0; i < worded.size(); i++) {
            rankByWords.put(worded.get(i).id(), i + 1);
        }
        List<Scored> best = new ArrayList<>(nearest.size() + worded.size());
        for (int i = 0; i < nearest.size(); i++) {
            Candidate thing = nearest.get(i);
            Integer rank = rankByWords.remove(thing.id());
            best.add(scored(new Place(thing, i + 1), rank == null ? null : new Place(worded.get(rank - 1), rank)));
        }
        for (int rank : rankByWords.values()) {
            best.add(scored(null, new Place(worded.get(rank - 1), rank)));
        }
        best.sort(Scored.BEST_FIRST);
        return best;
    }

    private record Place(Candidate thing, int rank) {}

    /** At least one of the places is there. */
    private Scored scored(@Nullable Place nearest, @Nullable Place worded) {
        List<Part> parts = new ArrayList<>(3);
        VectorRank byVector = null;
        TextRank byWords = null;
        Candidate thing = null;
        if (worded != null) {
            thing = worded.thing();
            byWords = new TextRank(worded.rank(), thing.measure());
        }
        if (nearest != null) {
            thing = nearest.thing();
            byVector = new VectorRank(nearest.rank(), thing.measure());
        }
        if (thing == null) {
            throw new IllegalArgumentException("a thing that no leg lists");
        }
        add(parts, vector, nearest);
        add(parts, text, worded);
        return Scored.of(thing, new HitLegs(byVector, byWords, null), parts, List.of());
    }

    private static void add(List<Part> parts, @Nullable LegScale scale, @Nullable Place place) {
        if (scale != null) {
            parts.add(place == null ? scale.notListed() : scale.listed(place.thing(), place.rank()));
        }
    }
}
