package dev.rhizome.bench.wordnet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Which synsets are the most common.
 *
 * <p>A synset's uses are how often its words were met in that sense in the tagged texts that come with WordNet, whose
 * counts end after some 27,000 synsets. Ranked by uses alone, a third of the first thousands are verbs, which are an
 * eighth of the dictionary, and nouns miss what they are a kind of. So each part of speech has the share that it has in
 * the whole dictionary, and a synset brings its hypernyms with it: each selected synset is joined to the root of its
 * tree.
 */
final class Commonness {

    /**
     * What is kept of a synset while choosing.
     *
     * @param key as {@link #key} gives it
     * @param uses in the tagged texts
     * @param hypernyms keys of the synsets it is a kind or an instance of
     */
    record Candidate(long key, POS pos, long offset, int uses, List<Long> hypernyms) {}

    private record Placed(Candidate candidate, double place) {}

    private static final Comparator<Candidate> BY_USES =
            Comparator.comparingInt(Candidate::uses).reversed().thenComparingLong(Candidate::offset);
    private static final int OFFSET_BITS = 32;

    private final Map<Long, Candidate> byKey = new HashMap<>();
    private final List<Placed> order = new ArrayList<>();

    private Commonness() {}

    /** Reads every synset once. */
    static Commonness of(Dictionary dictionary) throws JWNLException {
        Commonness commonness = new Commonness();
        for (POS pos : POS.getAllPOS()) {
            commonness.rank(candidates(dictionary, pos));
        }
        commonness.order.sort(Comparator.comparingDouble(Placed::place)
                .thenComparingLong(placed -> placed.candidate().key()));
        return commonness;
    }

    /** A number of its own for each synset; offsets are unique within a part of speech only. */
    static long key(POS pos, long offset) {
        return ((long) pos.getId() << OFFSET_BITS) | offset;
    }

    /** The first {@code limit}, by key, each after its hypernyms. */
    Map<Long, Candidate> select(int limit) {
        Map<Long, Candidate> selected = new LinkedHashMap<>();
        Iterator<Placed> next = order.iterator();
        while (selected.size() < limit && next.hasNext()) {
            add(next.next().candidate(), selected, new HashSet<>(), limit);
        }
        return selected;
    }

    /** Some synsets have two hypernyms; {@code path} ends the walk should hypernyms ever form a circle. */
    private void add(Candidate candidate, Map<Long, Candidate> selected, Set<Long> path, int limit) {
        if (selected.containsKey(candidate.key()) || !path.add(candidate.key())) {
            return;
        }
        for (Long hypernym : candidate.hypernyms()) {
            Candidate above = byKey.get(hypernym);
            if (above != null) {
                add(above, selected, path, limit);
            }
        }
        if (selected.size() < limit) {
            selected.put(candidate.key(), candidate);
        }
    }

    /** The place of each is the part of its part of speech that is more common: 0 to 1. */
    private void rank(List<Candidate> candidates) {
        candidates.sort(BY_USES);
        for (int i = 0; i < candidates.size(); i++) {
            order.add(new Placed(candidates.get(i), (i + 0.5) / candidates.size()));
        }
        candidates.forEach(candidate -> byKey.put(candidate.key(), candidate));
    }

    private static List<Candidate> candidates(Dictionary dictionary, POS pos) throws JWNLException {
        List<Candidate> candidates = new ArrayList<>();
        for (Iterator<Synset> i = dictionary.getSynsetIterator(pos); i.hasNext(); ) {
            Synset synset = i.next();
            long offset = synset.getOffset();
            int uses = synset.getWords().stream().mapToInt(Word::getUseCount).sum();
            candidates.add(new Candidate(key(pos, offset), pos, offset, uses, hypernyms(synset)));
        }
        return candidates;
    }

    private static List<Long> hypernyms(Synset synset) throws JWNLException {
        List<Long> keys = new ArrayList<>(1);
        for (Pointer pointer : synset.getPointers()) {
            if (pointer.getType() == PointerType.HYPERNYM || pointer.getType() == PointerType.INSTANCE_HYPERNYM) {
                keys.add(key(pointer.getTargetPOS(), pointer.getTargetOffset()));
            }
        }
        return List.copyOf(keys);
    }
}
