package dev.rhizome.bench;

import dev.rhizome.bench.wordnet.WordNet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Texts to search for: what WordNet says of synsets, without its examples. Each is handed out once. */
final class Glosses {

    private static final int SPARE = 1_000;

    private final Iterator<String> texts;

    private Glosses(Iterator<String> texts) {
        this.texts = texts;
    }

    /**
     * Of the most common synsets that are not among {@code loaded}.
     *
     * @throws IllegalArgumentException where there are fewer than {@code count}
     */
    static Glosses besides(WordNet loaded, int count) {
        Set<String> known = new HashSet<>();
        loaded.entities().forEachRemaining(synset -> known.add(synset.id()));
        Set<String> texts = new LinkedHashSet<>();
        WordNet.mostCommon(loaded.size() + count + SPARE).entities().forEachRemaining(synset -> {
            if (!known.contains(synset.id())) {
                texts.add(withoutExamples(synset.text()));
            }
        });
        if (texts.size() < count) {
            throw new IllegalArgumentException(loaded.size() + " synsets leave glosses for " + texts.size()
                    + " queries (expected: " + count + "; lower --limit, --queries or --warm-up)");
        }
        return new Glosses(texts.iterator());
    }

    /** The next {@code count} texts. */
    List<String> take(int count) {
        List<String> taken = new ArrayList<>(count);
        while (taken.size() < count) {
            taken.add(texts.next());
        }
        return taken;
    }

    /** Examples stand in quotation marks, behind a semicolon. */
    static String withoutExamples(String gloss) {
        int quote = gloss.indexOf('"');
        String text = (quote > 0 ? gloss.substring(0, quote) : gloss).strip();
        return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
    }
}
