package dev.rhizome.cli.wordnet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.IndexWord;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;
import org.jspecify.annotations.Nullable;

/** The dictionary in the jar: its most common synsets and the typed relations between them. */
public final class WordNet {

    private static final Comparator<Scored> COMMONEST =
            Comparator.comparingLong(Scored::uses).reversed().thenComparing(Scored::id);
    private static final int LONGEST_NAME = 500;

    /** How a pointer becomes a relationship; of each pair of inverses one is left out. */
    private record Kind(String type, boolean directed, double strength) {}

    private static final Map<PointerType, Kind> KINDS = Map.ofEntries(
            Map.entry(PointerType.HYPERNYM, new Kind("HYPERNYM", true, 0.9)),
            Map.entry(PointerType.INSTANCE_HYPERNYM, new Kind("INSTANCE_HYPERNYM", true, 0.9)),
            Map.entry(PointerType.MEMBER_HOLONYM, new Kind("MEMBER_HOLONYM", true, 0.8)),
            Map.entry(PointerType.SUBSTANCE_HOLONYM, new Kind("SUBSTANCE_HOLONYM", true, 0.8)),
            Map.entry(PointerType.PART_HOLONYM, new Kind("PART_HOLONYM", true, 0.8)),
            Map.entry(PointerType.ENTAILMENT, new Kind("ENTAILMENT", true, 0.8)),
            Map.entry(PointerType.CAUSE, new Kind("CAUSE", true, 0.8)),
            Map.entry(PointerType.PERTAINYM, new Kind("PERTAINYM", true, 0.7)),
            Map.entry(PointerType.CATEGORY, new Kind("TOPIC_DOMAIN", true, 0.4)),
            Map.entry(PointerType.USAGE, new Kind("USAGE_DOMAIN", true, 0.3)),
            Map.entry(PointerType.REGION, new Kind("REGION_DOMAIN", true, 0.3)),
            Map.entry(PointerType.ATTRIBUTE, new Kind("ATTRIBUTE", false, 0.7)),
            Map.entry(PointerType.SIMILAR_TO, new Kind("SIMILAR_TO", false, 0.8)),
            Map.entry(PointerType.ANTONYM, new Kind("ANTONYM", false, 0.6)),
            Map.entry(PointerType.SEE_ALSO, new Kind("ALSO_SEE", false, 0.5)),
            Map.entry(PointerType.VERB_GROUP, new Kind("VERB_GROUP", false, 0.7)),
            Map.entry(PointerType.DERIVATION, new Kind("DERIVATION", false, 0.7)));

    private record Scored(Synset synset, long uses, String id) {}

    /** A synset as an entity. */
    public record SynsetEntity(
            String id, String type, String name, String text, float confidence, Map<String, Object> metadata) {}

    /** A relation as a relationship. */
    public record SynsetRelationship(
            String source, String target, String type, boolean directed, float confidence, double strength) {}

    private final Map<String, Scored> selected = new LinkedHashMap<>();

    private WordNet() {}

    /**
     * The {@code limit} most common synsets: by how often their words were met in that sense in the tagged texts that come
     * with WordNet. Where those counts end, or are equal, by id.
     *
     * @param limit most synsets, {@link Integer#MAX_VALUE} for all
     */
    public static WordNet mostCommon(int limit) {
        try {
            Dictionary dictionary = Dictionary.getDefaultResourceInstance();
            List<Scored> all = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (POS pos : POS.getAllPOS()) {
                Map<String, Integer> senses = new HashMap<>();
                for (Iterator<Synset> i = dictionary.getSynsetIterator(pos); i.hasNext(); ) {
                    Synset synset = i.next();
                    all.add(new Scored(synset, uses(synset), id(dictionary, synset, senses, ids)));
                }
            }
            all.sort(COMMONEST);
            WordNet selection = new WordNet();
            all.stream().limit(limit).forEach(scored -> selection.selected.put(key(scored.synset()), scored));
            return selection;
        } catch (JWNLException e) {
            throw new IllegalStateException("the dictionary in the jar cannot be read", e);
        }
    }

    /** How many synsets. */
    public int size() {
        return selected.size();
    }

    /** The synsets, commonest first, made as they are asked for. */
    public Iterator<SynsetEntity> entities() {
        Iterator<Scored> synsets = selected.values().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return synsets.hasNext();
            }

            @Override
            public SynsetEntity next() {
                return entity(synsets.next());
            }
        };
    }

    /** The relations between selected synsets, each once; no synset is related to itself. */
    public List<SynsetRelationship> relationships() {
        List<SynsetRelationship> relationships = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Scored scored : selected.values()) {
            for (Pointer pointer : pointers(scored.synset())) {
                SynsetRelationship relationship = relationship(scored, pointer);
                if (relationship != null && seen.add(pair(relationship))) {
                    relationships.add(relationship);
                }
            }
        }
        return relationships;
    }

    /** Those of the synset, and those of its single words, which an antonym for one belongs to. */
    private static List<Pointer> pointers(Synset synset) {
        List<Pointer> pointers = new ArrayList<>(synset.getPointers());
        synset.getWords().forEach(word -> pointers.addAll(word.getPointers()));
        return pointers;
    }

    private @Nullable SynsetRelationship relationship(Scored from, Pointer pointer) {
        Kind kind = KINDS.get(pointer.getType());
        Scored to = selected.get(targetKey(pointer));
        if (kind == null || to == null || to.id().equals(from.id())) {
            return null;
        }
        return new SynsetRelationship(from.id(), to.id(), kind.type(), kind.directed(), 1, kind.strength());
    }

    private static String pair(SynsetRelationship relationship) {
        boolean swap = !relationship.directed() && relationship.source().compareTo(relationship.target()) > 0;
        return relationship.type()
                + ' '
                + (swap ? relationship.target() : relationship.source())
                + ' '
                + (swap ? relationship.source() : relationship.target());
    }

    private static SynsetEntity entity(Scored scored) {
        Synset synset = scored.synset();
        List<String> lemmas = synset.getWords().stream().map(Word::getLemma).toList();
        String name = String.join(", ", lemmas);
        return new SynsetEntity(
                scored.id(),
                synset.getPOS().getLabel().toUpperCase(Locale.ROOT),
                name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME),
                synset.getGloss(),
                1,
                Map.of(
                        "lemmas", lemmas,
                        "category", String.valueOf(synset.getLexFileName()),
                        "uses", scored.uses()));
    }

    /** Of the form {@code wn:clock.n.01}: first word, part of speech, and which of that word's senses. */
    private static String id(Dictionary dictionary, Synset synset, Map<String, Integer> senses, Set<String> taken)
            throws JWNLException {
        String lemma = synset.getWords().getFirst().getLemma().toLowerCase(Locale.ROOT);
        IndexWord word = dictionary.getIndexWord(synset.getPOS(), lemma);
        int number = word == null ? 0 : sense(word, synset.getOffset());
        String stem = "wn:" + lemma.replace(' ', '_') + '.' + synset.getPOS().getKey() + '.';
        String id = stem + String.format(Locale.ROOT, "%02d", number);
        while (!taken.add(id)) {
            id = stem + "x" + senses.merge(stem, 1, Integer::sum);
        }
        return id;
    }

    private static int sense(IndexWord word, long offset) {
        long[] offsets = word.getSynsetOffsets();
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] == offset) {
                return i + 1;
            }
        }
        return 0;
    }

    private static long uses(Synset synset) {
        return synset.getWords().stream().mapToLong(Word::getUseCount).sum();
    }

    private static String targetKey(Pointer pointer) {
        try {
            return pointer.getTargetPOS().getKey() + pointer.getTargetOffset();
        } catch (JWNLException e) {
            throw new IllegalStateException("the dictionary in the jar has a pointer to nowhere", e);
        }
    }

    private static String key(Synset synset) {
        return synset.getPOS().getKey() + synset.getOffset();
    }
}
