package dev.rhizome.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one step from some entities found.
 *
 * @param edges relationships of theirs
 * @param entities by id, those that the edges lead to and those that were asked for by id, as far as they exist
 * @param cut whether there are more relationships than these
 */
public record Expansion(List<Edge> edges, Map<String, Node> entities, boolean cut) {

    /** Nothing was looked at. */
    static final Expansion UNREAD = new Expansion(List.of(), Map.of(), true);

    /** There was nothing to look at. */
    static final Expansion NOTHING = new Expansion(List.of(), Map.of(), false);

    /** What of it is from {@code starts}, and {@code more} besides. */
    Expansion of(Set<String> starts, Expansion more) {
        List<Edge> all = new ArrayList<>(more.edges());
        edges.stream().filter(edge -> starts.contains(edge.from())).forEach(all::add);
        Map<String, Node> known = new HashMap<>(entities);
        known.putAll(more.entities());
        return new Expansion(all, known, cut || more.cut());
    }

    /** The entity that one of the edges leads to; the foreign key says that it is there. */
    Node entity(String id) {
        Node entity = entities.get(id);
        if (entity == null) {
            throw new IllegalStateException("a relationship without its entity");
        }
        return entity;
    }
}
