package dev.rhizome.provenance;

import dev.rhizome.graph.Projection;

/**
 * What an entry is called; unique in the tenant.
 *
 * @param type such as {@code verdict}
 * @param id chosen by its writer, 1 to 180 characters
 */
public record EntryKey(String type, String id) {

    /** The entry's id in graph and search. */
    String nodeId() {
        return Projection.nodeId(type, id);
    }
}
