package dev.rhizome.graph;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which relationship is meant. A directed one and an undirected one of the same type may stand side by side.
 *
 * @param source id of an entity; of the smaller id where the relationship is undirected
 * @param type of the relationship
 * @param target id of another entity
 * @param directed whether it leads from source to target only
 */
record RelationshipKey(String source, String type, String target, boolean directed) {

    /** The key of a relationship between two entities; an undirected one has its ends in order, so that a pair is one key. */
    static RelationshipKey of(String source, String type, String target, boolean directed) {
        return directed || isInOrder(source, target)
                ? new RelationshipKey(source, type, target, directed)
                : new RelationshipKey(target, type, source, false);
    }

    /** Order of bytes in UTF-8, which the database's check uses too. */
    private static boolean isInOrder(String first, String second) {
        return Arrays.compareUnsigned(first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8))
                <= 0;
    }

    /** As answers and the audit log show it: {@code a -KNOWS-> b}, or {@code a -KNOWS- b} where it is undirected. */
    @Override
    public String toString() {
        return source + " -" + type + (directed ? "-> " : "- ") + target;
    }
}
