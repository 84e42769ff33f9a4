package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.HitRanks;
import dev.rhizome.search.SearchEvents.Part;
import dev.rhizome.search.SearchEvents.TextRank;
import dev.rhizome.search.SearchEvents.VectorRank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one list of what the direct legs found, scored by the sum of what each says. */
final class ResultFusion {

    private final @Nullable ScoreScale vector;
    private final @Nullable ScoreScale text;

    /**
     * Weighs the legs that looked.
     *
     * @param vector null where the vector leg did not look
     * @param text null where the text leg did not look
     */
    ResultFusion(@Nullable ScoreScale vector, @Nullable ScoreScale text) {
        this.vector = vector;
        this.text = text;
    }

    /** The union of both lists, best first, ties by id. Each document comes once. */
    List<Scored> fuse(List<Candidate> nearest, List<Candidate> worded) {
        Map<String, Integer> rankByWords = HashMap.newHashMap(worded.size());
        for (int i = 0; i < worded.size(); i++) {
            rankByWords.put(worded.get(i).id(), i + 1);
        }
        List<Scored> best = new ArrayList<>(nearest.size() + worded.size());
        for (int i = 0; i < nearest.size(); i++) {
            Candidate document = nearest.get(i);
            Integer rank = rankByWords.remove(document.id());
            best.add(scored(new Place(document, i + 1), rank == null ? null : new Place(worded.get(rank - 1), rank)));
        }
        for (int rank : rankByWords.values()) {
            best.add(scored(null, new Place(worded.get(rank - 1), rank)));
        }
        best.sort(Scored.BEST_FIRST);
        return best;
    }

    private record Place(Candidate document, int rank) {}

    /** At least one of the places is there. */
    private Scored scored(@Nullable Place nearest, @Nullable Place worded) {
        List<Part> parts = new ArrayList<>(3);
        VectorRank byVector = null;
        TextRank byWords = null;
        Candidate document = null;
        if (worded != null) {
            document = worded.document();
            byWords = new TextRank(worded.rank(), document.measure());
        }
        if (nearest != null) {
            document = nearest.document();
            byVector = new VectorRank(nearest.rank(), document.measure());
        }
        if (document == null) {
            throw new IllegalArgumentException("a document that no leg lists");
        }
        add(parts, vector, nearest);
        add(parts, text, worded);
        return Scored.of(document, new HitRanks(byVector, byWords, null), parts, List.of());
    }

    private static void add(List<Part> parts, @Nullable ScoreScale scale, @Nullable Place place) {
        if (scale != null) {
            parts.add(place == null ? scale.notListed() : scale.listed(place.document(), place.rank()));
        }
    }
}
