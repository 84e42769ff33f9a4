package dev.rhizome.search;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.EdgeFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search.
 *
 * @param query text, null where only a vector is given
 * @param embedding a vector of the client's own, null to have one made of the query
 * @param limit most hits, 1 to 200
 * @param restriction what a hit must be
 * @param retrievers which to use
 * @param fusion how their results become one score
 * @param expansion how the graph retriever goes on from the hits
 * @param reranking what else the order of the hits depends on
 * @param grouping whether each document is one hit
 * @param efSearch candidates of an HNSW scan, null for the default
 * @param output what the answer has beside the hits
 * @param tenants whose documents are searched
 */
public record SearchRequest(
        @Nullable String query,
        @Nullable Embedding embedding,
        int limit,
        Restriction restriction,
        Set<Retriever> retrievers,
        Fusion fusion,
        Expansion expansion,
        Reranking reranking,
        Grouping grouping,
        @Nullable Integer efSearch,
        Output output,
        Tenants tenants) {

    private static final int MIN_POOL = 50;
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
    }

    /**
     * Whose documents are searched.
     *
     * @param own whether the tenant's own are
     * @param others slugs of tenants that share some of theirs with it
     */
    public record Tenants(boolean own, List<String> others) {

        /** The tenant's own documents alone. */
        public static final Tenants OWN = new Tenants(true, List.of());
    }

    /**
     * How the graph retriever goes on from the hits.
     *
     * @param hops 0 to 3
     * @param edges relationships to follow
     * @param limit most related documents
     */
    public record Expansion(int hops, EdgeFilter edges, int limit) {}

    /**
     * What else the order of the hits depends on; a weight of 0 turns it off.
     *
     * @param diversity 0 to 1: how much a hit is moved down that is similar to one above it
     * @param recencyWeight 0 to 1: how much of the score fades with age
     * @param recencyHalfLifeDays age in days at which half of that has faded
     * @param confidenceWeight 0 to 1: how much of the score depends on the document's confidence
     */
    public record Reranking(
            double diversity, double recencyWeight, double recencyHalfLifeDays, double confidenceWeight) {

        /** Off. */
        public static final Reranking NONE = new Reranking(0, 0, 30, 0);

        boolean isNone() {
            return diversity == 0 && recencyWeight == 0 && confidenceWeight == 0;
        }
    }

    /**
     * Whether each document is one hit, however many of its chunks are found.
     *
     * @param depth how many candidates are looked at to find enough documents; 0 where chunks are hits by themselves
     */
    public record Grouping(int depth) {

        /** Chunks are hits by themselves. */
        public static final Grouping NONE = new Grouping(0);

        /** Documents are hits. */
        public static final Grouping BY_DOCUMENT = new Grouping(50);

        /** More are looked at than so many in no case. */
        private static final int DEEPEST = 3_200;

        private static final int DEEPER = 4;

        boolean isByDocument() {
            return depth > 0;
        }

        private boolean isDeepest() {
            return depth >= DEEPEST;
        }
    }

    /**
     * What the answer has beside the hits.
     *
     * @param explain whether hits explain their scores
     * @param stages whether the answer begins with what each retriever found, as soon as it has it
     */
    public record Output(boolean explain, boolean stages) {}

    /** The text to search for; empty where only a vector is given. */
    String words() {
        String given = query;
        return given == null ? "" : given;
    }

    /** Equal for requests that ask the same. */
    String fingerprint() {
        Embedding given = embedding;
        return this + (given == null ? "" : Arrays.toString(given.values()));
    }

    boolean wants(Retriever retriever) {
        return retrievers.contains(retriever);
    }

    /** Whether relationships count, and lead on from the hits. */
    boolean expands() {
        return wants(Retriever.GRAPH) && expansion.hops() > 0;
    }

    boolean isByDocument() {
        return grouping.isByDocument();
    }

    /** Whether {@code found}, which has no more than {@link #pool} candidates, is all that there is, or has documents enough. */
    boolean isEnough(List<Candidate> found) {
        return found.size() < pool() || grouping.isDeepest() || Passages.count(found) >= limit;
    }

    /** The same, looking at more candidates. */
    SearchRequest deeper() {
        return new SearchRequest(
                query,
                embedding,
                limit,
                restriction,
                retrievers,
                fusion,
                expansion,
                reranking,
                new Grouping(Math.min(Grouping.DEEPEST, Grouping.DEEPER * pool())),
                efSearch,
                output,
                tenants);
    }

    /** Whether the hits are what one direct retriever found, in its order. */
    boolean isOrderOfOneRetriever() {
        return !(wants(Retriever.VECTOR) && wants(Retriever.TEXT))
                && !expands()
                && reranking.isNone()
                && !isByDocument();
    }

    /** How many of the best are needed to choose the hits from. */
    int pool() {
        int wanted = reranking.isNone() && !isByDocument() ? limit : Math.max(MIN_POOL, POOL_PER_HIT * limit);
        return Math.max(wanted, grouping.depth());
    }
}
