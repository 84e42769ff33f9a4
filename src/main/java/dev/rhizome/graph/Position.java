package dev.rhizome.graph;

import dev.rhizome.paging.Cursor;
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

    /** The place that {@link #encoded} gave, the start for null. */
    static Position of(@Nullable Cursor cursor) {
        return cursor == null
                ? START
                : new Position(
                        Float.parseFloat(cursor.key().get(0)),
                        cursor.key().get(1),
                        cursor.key().get(2),
                        Boolean.parseBoolean(cursor.key().get(3)),
                        Boolean.parseBoolean(cursor.key().get(4)));
    }

    String encoded() {
        return Cursor.of(Float.toString(weight), to, type, Boolean.toString(outgoing), Boolean.toString(directed))
                .encoded();
    }
}
