package dev.rhizome.search;

import org.jspecify.annotations.Nullable;

/**
 * How a retriever worked.
 *
 * @param tookMs milliseconds
 * @param plan {@code exact} or {@code hnsw} of the vector retriever, {@code index} of text, null of graph
 * @param scanned documents that an exact plan compared, or relationships that the graph retriever read; else null
 * @param error why it could not look, null where it could
 */
record RetrieverReport(
        double tookMs,
        @Nullable String plan,
        @Nullable Long scanned,
        @Nullable String error) {

    static RetrieverReport failed(double tookMs, String error) {
        return new RetrieverReport(tookMs, null, null, error);
    }

    static RetrieverReport ofGraph(double tookMs, long relationships) {
        return new RetrieverReport(tookMs, null, relationships, null);
    }
}
