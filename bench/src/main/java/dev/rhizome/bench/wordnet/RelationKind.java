package dev.rhizome.bench.wordnet;

import java.util.Map;
import net.sf.extjwnl.data.PointerType;
import org.jspecify.annotations.Nullable;

/**
 * How a pointer of WordNet becomes a relationship. Of each pair of inverses one is kept: hypernym, not hyponym;
 * holonym, not meronym; domain, not member of it. What holds both ways by nature is undirected.
 *
 * <p>The strengths are judgements, not measurements: what a thing is counts most, what field it is spoken of in least.
 *
 * @param type of the relationship
 * @param directed whether it leads from source to target only
 * @param strength 0 to 1
 */
record RelationKind(String type, boolean directed, double strength) {

    private static final Map<PointerType, RelationKind> KINDS = Map.ofEntries(
            Map.entry(PointerType.HYPERNYM, directed("HYPERNYM", 0.9)),
            Map.entry(PointerType.INSTANCE_HYPERNYM, directed("INSTANCE_HYPERNYM", 0.9)),
            Map.entry(PointerType.MEMBER_HOLONYM, directed("MEMBER_HOLONYM", 0.8)),
            Map.entry(PointerType.SUBSTANCE_HOLONYM, directed("SUBSTANCE_HOLONYM", 0.8)),
            Map.entry(PointerType.PART_HOLONYM, directed("PART_HOLONYM", 0.8)),
            Map.entry(PointerType.ENTAILMENT, directed("ENTAILMENT", 0.8)),
            Map.entry(PointerType.CAUSE, directed("CAUSE", 0.8)),
            Map.entry(PointerType.PERTAINYM, directed("PERTAINYM", 0.7)),
            Map.entry(PointerType.PARTICIPLE_OF, directed("PARTICIPLE_OF", 0.7)),
            Map.entry(PointerType.SEE_ALSO, directed("ALSO_SEE", 0.5)), // a quarter of them one way only
            Map.entry(PointerType.CATEGORY, directed("TOPIC_DOMAIN", 0.4)),
            Map.entry(PointerType.USAGE, directed("USAGE_DOMAIN", 0.4)),
            Map.entry(PointerType.REGION, directed("REGION_DOMAIN", 0.4)),
            Map.entry(PointerType.SIMILAR_TO, undirected("SIMILAR_TO", 0.8)),
            Map.entry(PointerType.ATTRIBUTE, undirected("ATTRIBUTE", 0.7)),
            Map.entry(PointerType.VERB_GROUP, undirected("VERB_GROUP", 0.7)),
            Map.entry(PointerType.DERIVATION, undirected("DERIVATION", 0.7)),
            Map.entry(PointerType.ANTONYM, undirected("ANTONYM", 0.6)));

    /** Null for a pointer whose inverse is kept. */
    static @Nullable RelationKind of(PointerType pointer) {
        return KINDS.get(pointer);
    }

    /** From {@code from} to {@code to}, or, undirected, with its ends in order, so that a pair is made once. */
    WordNet.SynsetRelationship between(String from, String to) {
        boolean swap = !directed && from.compareTo(to) > 0;
        return new WordNet.SynsetRelationship(swap ? to : from, swap ? from : to, type, directed, 1, strength);
    }

    private static RelationKind directed(String type, double strength) {
        return new RelationKind(type, true, strength);
    }

    private static RelationKind undirected(String type, double strength) {
        return new RelationKind(type, false, strength);
    }
}
