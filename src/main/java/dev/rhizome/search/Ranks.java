package dev.rhizome.search;

import org.jspecify.annotations.Nullable;

/**
 * Where the retrievers list a document; null where they do not.
 *
 * @param vector place by distance
 * @param text place by BM25
 * @param graph what relationships add
 */
record Ranks(
        @Nullable Place vector,
        @Nullable Place text,
        @Nullable GraphSupport graph) {

    /** Listed by none. */
    static final Ranks NONE = new Ranks(null, null, null);

    /**
     * A place in what a retriever found.
     *
     * @param rank from 1
     * @param measure cosine distance or BM25 score
     */
    record Place(int rank, double measure) {}

    Ranks with(GraphSupport support) {
        return new Ranks(vector, text, support);
    }
}
