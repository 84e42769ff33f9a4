package dev.rhizome.graph;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;

/**
 * One step over a relationship, with the entity it leads to.
 *
 * @param from id of the entity the step starts at
 * @param to id of the entity it leads to
 * @param toType the entity's type
 * @param toName the entity's name
 * @param type of the relationship
 * @param direction {@code out} or {@code in} as seen from {@code from}, {@code both} where it is undirected
 * @param confidence 0 to 1
 * @param strength 0 to 1
 */
public record Edge(
        String from,
        String to,
        String toType,
        String toName,
        String type,
        String direction,
        float confidence,
        float strength) {

    /** Confidence times strength, 0 to 1. */
    public float weight() {
        return confidence * strength;
    }

    /** The end that the relationship starts at, as it is stored. */
    public String source() {
        return direction.equals("in") ? to : from;
    }

    /** The end that the relationship leads to, as it is stored. */
    public String target() {
        return direction.equals("in") ? from : to;
    }

    static Edge of(Readable row) {
        return new Edge(
                Rows.required(row, "from_id", String.class),
                Rows.required(row, "other", String.class),
                Rows.required(row, "entity_type", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "type", String.class),
                Rows.required(row, "direction", String.class),
                Rows.required(row, "confidence", Float.class),
                Rows.required(row, "strength", Float.class));
    }
}
