package dev.rhizome.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One element of the answer to a search: hits, best first, then what the graph leads to, then how the search went. */
public sealed interface SearchEvent {

    /**
     * A hit.
     *
     * @param rank from 1
     * @param score larger is better; comparable within one answer
     * @param legs for each retriever that has it, its rank and measure
     * @param metadata of the thing
     */
    record Hit(
            int rank,
            String id,
            String type,
            String name,
            double score,
            float confidence,
            Map<String, JsonNode> legs,
            JsonNode metadata)
            implements SearchEvent {}

    /**
     * A thing that relationships lead to from a hit.
     *
     * @param hops from that hit
     * @param path the relationships in between
     * @param via id of the hit
     */
    record Related(String id, String type, String name, double score, int hops, List<Step> path, String via)
            implements SearchEvent {}

    /** A relationship that a path goes along. */
    record Step(String source, String type, String target) {}

    /**
     * The end of a whole answer.
     *
     * @param complete false where a retriever could not look
     * @param reason why, null where complete
     * @param truncated whether the graph has more than was asked for
     * @param legs how each retriever went
     */
    record Done(
            int hits,
            int related,
            boolean complete,
            @Nullable String reason,
            boolean truncated,
            double tookMs,
            Map<String, JsonNode> legs)
            implements SearchEvent {}

    /**
     * An event that this client has no type for, such as those of a newer service.
     *
     * @param event its name
     * @param body with all its fields
     */
    record Other(String event, JsonNode body) implements SearchEvent {}
}
