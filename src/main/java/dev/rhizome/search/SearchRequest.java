package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.EdgeFilter;
import io.r2dbc.spi.Parameter;
import java.util.Arrays;
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
 * @param fusion how what they say becomes one score
 * @param expansion how the graph leg goes on from the hits
 * @param reranking what else the order depends on
 * @param efSearch candidates of an HNSW scan, null for the default
 * @param output how much is told
 */
public record SearchRequest(
        @Nullable String query,
        @Nullable Embedding embedding,
        int limit,
        Restriction restriction,
        Set<Retriever> legs,
        Fusion fusion,
        Expansion expansion,
        Reranking reranking,
        @Nullable Integer efSearch,
        Output output) {

    private static final int LEAST_POOL = 50;
    private static final int POOL_PER_HIT = 3;

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

        /** The condition on {@code hybrid_search_index as i}, its three values bound from {@code $first} on. */
        static String condition(int first) {
            return " i.confidence >= $%d and (cardinality($%d::text[]) = 0 or i.type = any ($%2$d))"
                            .formatted(first, first + 1)
                    + " and ($%d::jsonb is null or i.metadata @> $%1$d::jsonb) ".formatted(first + 2);
        }

        String[] typeArray() {
            return types.toArray(String[]::new);
        }

        Parameter filterParameter() {
            return Query.nullable(filter, String.class);
        }
    }

    /**
     * How the graph leg goes on.
     *
     * @param hops 0 to 3
     * @param edges relationships to follow
     * @param limit most related documents
     */
    public record Expansion(int hops, EdgeFilter edges, int limit) {}

    /**
     * What else the order depends on; all of it off at 0.
     *
     * @param diversity 0 to 1: how much a hit like one above it is held back
     * @param recencyWeight 0 to 1: how much of the score fades with age
     * @param recencyHalfLifeDays age in days at which half of that has faded
     * @param confidenceWeight 0 to 1: how much of the score depends on the document's confidence
     */
    public record Reranking(
            double diversity, double recencyWeight, double recencyHalfLifeDays, double confidenceWeight) {

        /** Nothing else. */
        public static final Reranking NONE = new Reranking(0, 0, 30, 0);

        boolean isNone() {
            return diversity == 0 && recencyWeight == 0 && confidenceWeight == 0;
        }
    }

    /**
     * How much is told.
     *
     * @param explain whether hits tell how their score came about
     * @param stages whether each leg's finds are told as soon as it has them
     */
    public record Output(boolean explain, boolean stages) {}

    /** Equal for requests that ask the same. */
    String fingerprint() {
        Embedding given = embedding;
        return this + (given == null ? "" : Arrays.toString(given.values()));
    }

    boolean wants(Retriever leg) {
        return legs.contains(leg);
    }

    /** Whether relationships count, and lead on from the hits. */
    boolean expands() {
        return wants(Retriever.GRAPH) && expansion.hops() > 0;
    }

    /** Whether the hits are what one leg found, in its order. */
    boolean isLegsOwnOrder() {
        return !(wants(Retriever.VECTOR) && wants(Retriever.TEXT)) && !expands() && reranking.isNone();
    }

    /** How many of the best are needed to choose the hits from. */
    int pool() {
        return reranking.isNone() ? limit : Math.max(LEAST_POOL, POOL_PER_HIT * limit);
    }
}
