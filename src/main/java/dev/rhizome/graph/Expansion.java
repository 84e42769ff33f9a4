package dev.rhizome.graph;

import java.util.List;
import java.util.Map;

/**
 * What one step from some entities found.
 *
 * @param edges relationships of theirs
 * @param entities by id, those that the edges lead to and those that were asked for by id, as far as they exist
 * @param cut whether there are more relationships than these
 */
record Expansion(List<Edge> edges, Map<String, Node> entities, boolean cut) {

    /** Nothing was looked at. */
    static final Expansion UNREAD = new Expansion(List.of(), Map.of(), true);

    /** The entity that one of the edges leads to; the foreign key says that it is there. */
    Node entity(String id) {
        Node entity = entities.get(id);
        if (entity == null) {
            throw new IllegalStateException("a relationship without its entity");
        }
        return entity;
    }
}
