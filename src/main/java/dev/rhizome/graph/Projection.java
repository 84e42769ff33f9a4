package dev.rhizome.graph;

import dev.rhizome.problem.Conflict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Domain objects in the graph and in search. One of kind {@code agent} with the id {@code ada} stands there as the node
 * {@code agent:ada}, and only the statements that write the object write the node.
 */
public final class Projection {

    /** Longest id of an object, so that its node's fits the graph's 200 characters. */
    public static final int LONGEST_ID = 180;

    /** Kinds of objects; no entity that is written to the graph directly may have an id that begins like theirs. */
    private static final Set<String> KINDS = Set.of(
            "agent",
            "capability",
            "verdict",
            "waiver",
            "gate",
            "spec",
            "budget",
            "policy",
            "query",
            "result",
            "source",
            "document",
            "page",
            "content");

    /** What nodes begin with whose chunks are nodes, too. */
    private static final List<String> CUT = List.of("document:", "content:", "result:");

    private static final List<String> NODE_ARGUMENTS = List.of(
            "text[]",
            "text[]",
            "text[]",
            "text[]",
            "real[]",
            "text[]::jsonb[]",
            "smallint",
            "vector[]",
            "smallint",
            "vector[]");

    private Projection() {}

    /** The node's id. */
    public static String nodeId(String kind, String id) {
        return kind + ":" + id;
    }

    /**
     * The node that a node belongs to: that of the document, the page's content or the result whose chunk it is, or itself. Nobody but
     * their domains writes nodes with such ids, and their own ids have no {@code #}.
     */
    public static String ownerOf(String node) {
        int hash = CUT.stream().anyMatch(node::startsWith) ? node.lastIndexOf('#') : -1;
        return hash < 0 ? node : node.substring(0, hash);
    }

    /** As {@link #putNodes(String, int)}, whose arguments begin at {@code $1}. */
    public static String putNodes(String origin) {
        return putNodes(origin, 1);
    }

    /**
     * A call, in SQL, that writes nodes into graph and search. An entity of the same id that was written to the graph
     * directly makes it fail, as a {@link Conflict}.
     *
     * @param origin a constant: which domain writes them
     * @param first number of the first of its ten arguments, which are those of {@code indexing.IndexArrays}
     */
    public static String putNodes(String origin, int first) {
        String arguments = IntStream.range(0, NODE_ARGUMENTS.size())
                .mapToObj(i -> "$" + (first + i) + "::" + NODE_ARGUMENTS.get(i))
                .collect(Collectors.joining(", "));
        return "put_nodes('" + origin + "', " + arguments + ")";
    }

    /** Whether {@code id} looks like that of a domain object's node. */
    static boolean isReserved(String id) {
        int colon = id.indexOf(':');
        return colon > 0 && KINDS.contains(id.substring(0, colon));
    }

    /** The answer to a change of {@code what} through the graph, where it belongs to a domain. */
    static Conflict managed(String what, String origin) {
        return new Conflict(
                what + " belongs to the domain " + origin + ": change it through the routes of that domain");
    }
}
