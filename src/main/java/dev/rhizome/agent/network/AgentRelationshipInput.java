package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How two agents stand to each other; where it holds both ways, with their ids in order, so that a pair is stored once.
 *
 * @param source id of an agent
 * @param target id of another
 * @param type one of the nine
 * @param directed whether it holds from source to target only
 * @param confidence .5 to 1, that it holds
 * @param strength 0 to 1, how much it matters
 * @param cooccurrences times it was seen, 1 or more
 * @param supportingTasks ids of tasks that showed it
 * @param context from which it was read, null for none
 * @param mutualInformation null where it is not known, as below
 * @param pointwiseMutualInformation of the two appearing together
 * @param metadata a JSON object
 */
record AgentRelationshipInput(
        String source,
        String target,
        String type,
        boolean directed,
        float confidence,
        float strength,
        long cooccurrences,
        List<String> supportingTasks,
        @Nullable String context,
        @Nullable Double mutualInformation,
        @Nullable Double pointwiseMutualInformation,
        String metadata)
        implements BulkItem {

    /** Types of relationships between agents. */
    static final List<String> TYPES = List.of(
            "COLLABORATES_WITH",
            "SIMILAR_TO",
            "DERIVED_FROM",
            "VALIDATES",
            "DEPENDS_ON",
            "COMPETES_WITH",
            "INFLUENCES",
            "REPLACES",
            "ENHANCES");

    private static final Set<String> FIELDS = Set.of(
            "source",
            "target",
            "type",
            "directed",
            "confidence",
            "strength",
            "cooccurrences",
            "supportingTasks",
            "context",
            "mutualInformation",
            "pointwiseMutualInformation",
            "metadata");
    private static final double MIN_CONFIDENCE = 0.5;
    private static final long MAX_COUNT = 1_000_000_000_000L;
    private static final double MAX_INFORMATION = 1_000;
    private static final int MAX_CONTEXT_LENGTH = 20_000;

    /**
     * Which relationship is meant. A directed one and an undirected one of the same type may stand side by side.
     *
     * @param directed whether it holds from source to target only; else the source has the smaller id
     */
    record Key(String source, String type, String target, boolean directed) {

        /** Reads agents and type; the agents in order where the relationship holds both ways. */
        static Key read(JsonFields body, boolean directed) {
            String source = body.fields().id("source", body.requiredText("source"));
            String target = body.fields().id("target", body.requiredText("target"));
            String type = body.requiredText("type");
            if (!type.isEmpty() && !TYPES.contains(type)) {
                body.fields().reject("type", type, "one of " + TYPES);
            }
            if (source.equals(target) && !source.isEmpty()) {
                body.fields().reject("target", target, "another agent than the source");
            }
            boolean swap = !directed && inOrder(target, source);
            return new Key(swap ? target : source, type, swap ? source : target, directed);
        }

        /** Order of bytes in UTF-8, which the database's check uses too. */
        private static boolean inOrder(String first, String second) {
            return Arrays.compareUnsigned(
                            first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8))
                    < 0;
        }

        @Override
        public String toString() {
            return source + " -" + type + (directed ? "-> " : "- ") + target;
        }
    }

    static AgentRelationshipInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        boolean directed = body.flag("directed", false);
        Key key = Key.read(body, directed);
        Long cooccurrences = body.whole("cooccurrences", 1, MAX_COUNT);
        String context = body.text("context");
        String metadata = body.object("metadata");
        AgentRelationshipInput relationship = new AgentRelationshipInput(
                key.source(),
                key.target(),
                key.type(),
                directed,
                Confidence.read(body, "confidence", MIN_CONFIDENCE),
                body.fraction("strength", 1),
                cooccurrences == null ? 1 : cooccurrences,
                Tasks.read(body, "supportingTasks"),
                context == null ? null : body.fields().text("context", context, 0, MAX_CONTEXT_LENGTH),
                body.number("mutualInformation", -MAX_INFORMATION, MAX_INFORMATION),
                body.number("pointwiseMutualInformation", -MAX_INFORMATION, MAX_INFORMATION),
                metadata == null ? "{}" : metadata);
        body.finish();
        return relationship;
    }

    @Override
    public String key() {
        return new Key(source, type, target, directed).toString();
    }
}
