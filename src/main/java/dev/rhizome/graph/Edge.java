package dev.rhizome.graph;

/**
 * One step over a relationship.
 *
 * @param from id of the entity the step starts at
 * @param to id of the entity it leads to
 * @param type of the relationship
 * @param directed whether it holds from its source to its target only
 * @param outgoing whether {@code from} is its source, {@code to} otherwise
 * @param confidence 0 to 1
 * @param strength 0 to 1
 */
public record Edge(
        String from, String to, String type, boolean directed, boolean outgoing, float confidence, float strength) {

    /** {@code out} or {@code in} as seen from {@code from}, {@code both} where it is undirected. */
    public String direction() {
        if (!directed) {
            return "both";
        }
        return outgoing ? "out" : "in";
    }

    /** Confidence times strength, 0 to 1. */
    public float weight() {
        return confidence * strength;
    }

    /** The end that the relationship starts at, as it is stored. */
    public String source() {
        return outgoing ? from : to;
    }

    /** The end that the relationship leads to, as it is stored. */
    public String target() {
        return outgoing ? to : from;
    }
}
