package dev.rhizome.graph;

import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import org.jspecify.annotations.Nullable;

/**
 * A place among the neighbours of an entity, heaviest first. Two relationships share all but the last two where a pair is
 * related both ways, or by a directed and an undirected relationship.
 *
 * @param weight of the relationship
 * @param to the neighbour
 * @param type of the relationship
 * @param outgoing which way it is stored
 * @param directed whether it holds from its source to its target only
 */
record Position(float weight, String to, String type, boolean outgoing, boolean directed) {

    /** Before all of them. */
    static final Position START = new Position(2, "", "", false, false);

    static Position of(Edge edge) {
        return new Position(edge.weight(), edge.to(), edge.type(), edge.outgoing(), edge.directed());
    }

    /**
     * Reads what {@link #encoded} gave, null for the start.
     *
     * @throws InvalidRequest when it was not one of ours
     */
    static Position decode(@Nullable String text) {
        Cursor cursor = Cursor.decode(text, 5);
        if (cursor == null) {
            return START;
        }
        try {
            float weight = Float.parseFloat(cursor.key().get(0));
            if (weight >= 0 && weight <= 1) {
                return new Position(
                        weight,
                        cursor.key().get(1),
                        cursor.key().get(2),
                        Boolean.parseBoolean(cursor.key().get(3)),
                        Boolean.parseBoolean(cursor.key().get(4)));
            }
        } catch (NumberFormatException e) {
            // not ours: the same answer
        }
        throw InvalidRequest.of("cursor", text, "the next of an earlier page");
    }

    String encoded() {
        return Cursor.of(Float.toString(weight), to, type, Boolean.toString(outgoing), Boolean.toString(directed))
                .encoded();
    }
}
