package dev.rhizome.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one list of what the direct retrievers found, scored by the sum of their parts. */
final class ResultFusion {

    private final @Nullable ScoreScale vector;
    private final @Nullable ScoreScale text;

    /**
     * Weighs the retrievers that looked.
     *
     * @param vector null where the vector retriever did not look
     * @param text null where the text retriever did not look
     */
    ResultFusion(@Nullable ScoreScale vector, @Nullable ScoreScale text) {
        this.vector = vector;
        this.text = text;
    }

    /** The union of both lists, best first, ties by key. Each document comes once. */
    List<ScoredDocument> fuse(List<Candidate> byVector, List<Candidate> byText) {
        Map<String, Integer> textRanks = HashMap.newHashMap(byText.size());
        for (int i = 0; i < byText.size(); i++) {
            textRanks.put(byText.get(i).key(), i + 1);
        }
        List<ScoredDocument> best = new ArrayList<>(byVector.size() + byText.size());
        for (int i = 0; i < byVector.size(); i++) {
            Candidate document = byVector.get(i);
            Integer rank = textRanks.remove(document.key());
            Listed listed = new Listed(document, i + 1);
            best.add(rank == null ? byVectorAlone(listed) : byBoth(listed, new Listed(byText.get(rank - 1), rank)));
        }
        for (int rank : textRanks.values()) {
            best.add(byTextAlone(new Listed(byText.get(rank - 1), rank)));
        }
        best.sort(ScoredDocument.BEST_FIRST);
        return best;
    }

    private record Listed(Candidate document, int rank) {

        Ranks.Place place() {
            return new Ranks.Place(rank, document.measure());
        }
    }

    private ScoredDocument byBoth(Listed inVector, Listed inText) {
        Ranks ranks = new Ranks(inVector.place(), inText.place(), null);
        return ScoredDocument.of(inVector.document(), ranks, parts(inVector, inText), List.of());
    }

    private ScoredDocument byVectorAlone(Listed inVector) {
        Ranks ranks = new Ranks(inVector.place(), null, null);
        return ScoredDocument.of(inVector.document(), ranks, parts(inVector, null), List.of());
    }

    private ScoredDocument byTextAlone(Listed inText) {
        Ranks ranks = new Ranks(null, inText.place(), null);
        return ScoredDocument.of(inText.document(), ranks, parts(null, inText), List.of());
    }

    private List<ScorePart> parts(@Nullable Listed inVector, @Nullable Listed inText) {
        List<ScorePart> parts = new ArrayList<>(3);
        add(parts, vector, inVector);
        add(parts, text, inText);
        return parts;
    }

    private static void add(List<ScorePart> parts, @Nullable ScoreScale scale, @Nullable Listed listed) {
        if (scale != null) {
            parts.add(listed == null ? scale.notListed() : scale.listed(listed.document(), listed.rank()));
        }
    }
}
