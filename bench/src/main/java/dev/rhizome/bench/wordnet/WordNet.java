package dev.rhizome.bench.wordnet;

import dev.rhizome.bench.wordnet.Commonness.Candidate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.IndexWord;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * The dictionary in the jar: its most common synsets, and the typed relations between them.
 *
 * <p>Only the synsets' places are kept; what is in them is read again when asked for.
 */
public final class WordNet {

    /**
     * A synset as an entity.
     *
     * @param id as in {@code wn:clock.n.01}: first word, part of speech (one of n, v, a, r) and which of that word's
     *     senses
     * @param type NOUN, VERB, ADJECTIVE or ADVERB
     * @param name its words, at most 500 characters of them
     * @param text the gloss, with its examples
     */
    public record SynsetEntity(
            String id, String type, String name, String text, float confidence, SynsetMetadata metadata) {}

    /**
     * What else is known of a synset.
     *
     * @param pos n, v, a, r, or s for an adjective that is a satellite of another
     * @param lexicographerFile the field it was written under, as in {@code noun.artifact}
     * @param lemmas its words, the most usual first
     * @param uses how often the words were met in this sense in WordNet's tagged texts
     */
    public record SynsetMetadata(String pos, String lexicographerFile, List<String> lemmas, int uses) {}

    /**
     * A relation as a relationship.
     *
     * @param source id of an entity; where undirected, the lesser of both
     * @param target id of another
     */
    public record SynsetRelationship(
            String source, String target, String type, boolean directed, float confidence, double strength) {}

    private record Selected(Candidate candidate, String id) {}

    private static final int LONGEST_NAME = 500;
    private static final String COMMA = ", ";

    private final Dictionary dictionary;
    private final Map<Long, Selected> selected;

    private WordNet(Dictionary dictionary, Map<Long, Selected> selected) {
        this.dictionary = dictionary;
        this.selected = selected;
    }

    /**
     * The {@code limit} most common synsets: by how often their words were met in that sense in the tagged texts that
     * come with WordNet, ties by their place in the dictionary; nouns, verbs, adjectives and adverbs each with the
     * share they have in the whole of it; and each with its hypernyms, which count towards the limit. So whoever asks
     * for more gets what less would have given, and more.
     *
     * @param limit most synsets, {@link Integer#MAX_VALUE} for all
     */
    public static WordNet mostCommon(int limit) {
        try {
            Dictionary dictionary = Dictionary.getDefaultResourceInstance();
            Map<Long, Candidate> candidates = Commonness.of(dictionary).select(limit);
            Map<Long, Selected> selected = LinkedHashMap.newLinkedHashMap(candidates.size());
            for (Candidate candidate : candidates.values()) {
                selected.put(candidate.key(), new Selected(candidate, id(dictionary, candidate)));
            }
            return new WordNet(dictionary, selected);
        } catch (JWNLException e) {
            throw unreadable(e);
        }
    }

    /** How many synsets. */
    public int size() {
        return selected.size();
    }

    /** The synsets, commonest first but each after its hypernyms, made as they are asked for. */
    public Iterator<SynsetEntity> entities() {
        return selected.values().stream().map(this::entity).iterator();
    }

    /** The relations between selected synsets, each once; no synset is related to itself. */
    public List<SynsetRelationship> relationships() {
        Set<SynsetRelationship> relationships = new LinkedHashSet<>();
        try {
            for (Selected from : selected.values()) {
                for (Pointer pointer : pointers(synset(from.candidate()))) {
                    add(from, pointer, relationships);
                }
            }
        } catch (JWNLException e) {
            throw unreadable(e);
        }
        return List.copyOf(relationships);
    }

    private void add(Selected from, Pointer pointer, Set<SynsetRelationship> relationships) throws JWNLException {
        RelationKind kind = RelationKind.of(pointer.getType());
        Selected to = selected.get(Commonness.key(pointer.getTargetPOS(), pointer.getTargetOffset()));
        if (kind != null && to != null && !to.id().equals(from.id())) {
            relationships.add(kind.between(from.id(), to.id()));
        }
    }

    /** Those of the synset, and those of its single words, which an antonym for one belongs to. */
    private static List<Pointer> pointers(Synset synset) {
        List<Pointer> pointers = new ArrayList<>(synset.getPointers());
        synset.getWords().forEach(word -> pointers.addAll(word.getPointers()));
        return pointers;
    }

    private SynsetEntity entity(Selected selected) {
        try {
            Candidate candidate = selected.candidate();
            Synset synset = synset(candidate);
            List<String> lemmas = lemmas(synset);
            return new SynsetEntity(
                    selected.id(),
                    candidate.pos().getLabel().toUpperCase(Locale.ROOT),
                    name(lemmas),
                    synset.getGloss(),
                    1,
                    new SynsetMetadata(partOfSpeech(synset), synset.getLexFileName(), lemmas, candidate.uses()));
        } catch (JWNLException e) {
            throw unreadable(e);
        }
    }

    private Synset synset(Candidate candidate) throws JWNLException {
        return dictionary.getSynsetAt(candidate.pos(), candidate.offset());
    }

    private static List<String> lemmas(Synset synset) {
        return synset.getWords().stream().map(Word::getLemma).toList();
    }

    /** Whole words only. */
    private static String name(List<String> lemmas) {
        StringBuilder name = new StringBuilder(lemmas.getFirst());
        for (String lemma : lemmas.subList(1, lemmas.size())) {
            if (name.length() + COMMA.length() + lemma.length() > LONGEST_NAME) {
                break;
            }
            name.append(COMMA).append(lemma);
        }
        return name.toString();
    }

    /** Only an adjective may be asked whether it is a satellite. */
    private static String partOfSpeech(Synset synset) {
        return synset.getPOS() == POS.ADJECTIVE && synset.isAdjectiveCluster()
                ? POS.ADJECTIVE_SATELLITE_KEY
                : synset.getPOS().getKey();
    }

    /** Unique, since a word's sense is one synset. */
    private static String id(Dictionary dictionary, Candidate candidate) throws JWNLException {
        Synset synset = dictionary.getSynsetAt(candidate.pos(), candidate.offset());
        String lemma = synset.getWords().getFirst().getLemma().toLowerCase(Locale.ROOT);
        IndexWord word = dictionary.getIndexWord(candidate.pos(), lemma);
        int number = sense(word.getSynsetOffsets(), candidate.offset());
        return "wn:" + lemma.replace(' ', '_') + '.' + candidate.pos().getKey() + (number < 10 ? ".0" : ".") + number;
    }

    private static int sense(long[] offsets, long offset) {
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] == offset) {
                return i + 1;
            }
        }
        throw new IllegalStateException("the dictionary in the jar has no sense for the synset at " + offset);
    }

    private static IllegalStateException unreadable(JWNLException cause) {
        return new IllegalStateException("the dictionary in the jar cannot be read", cause);
    }
}
