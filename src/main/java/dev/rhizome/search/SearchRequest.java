package dev.rhizome.search;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.EdgeFilter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search as it was asked for, checked.
 *
 * @param query words, null where only a vector is given
 * @param embedding a vector of the caller's own, null to have one made of the words
 * @param limit most hits, 1 to 200
 * @param restriction what a hit must be
 * @param legs ways to look
 * @param expansion how the graph leg goes on from the hits
 * @param efSearch candidates of an HNSW scan, null for the default
 * @param explain whether hits tell how their score came about
 */
public record SearchRequest(
        @Nullable String query,
        @Nullable Embedding embedding,
        int limit,
        Restriction restriction,
        Set<Leg> legs,
        Expansion expansion,
        @Nullable Integer efSearch,
        boolean explain) {

    /**
     * What a hit must be.
     *
     * @param types one of these, empty for any
     * @param filter JSON that its metadata contains, null for any
     * @param minConfidence 0 to 1
     */
    public record Restriction(List<String> types, @Nullable String filter, float minConfidence) {

        boolean isNone() {
            return types.isEmpty() && filter == null && minConfidence == 0;
        }
    }

    /**
     * How the graph leg goes on.
     *
     * @param hops 0 to 3
     * @param edges relationships to follow
     * @param limit most related things
     */
    public record Expansion(int hops, EdgeFilter edges, int limit) {}

    boolean wants(Leg leg) {
        return legs.contains(leg);
    }
}
