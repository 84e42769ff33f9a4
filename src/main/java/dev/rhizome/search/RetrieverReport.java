package dev.rhizome.search;

import dev.rhizome.indexing.VectorHome;
import org.jspecify.annotations.Nullable;

/**
 * How a retriever worked.
 *
 * @param tookMs milliseconds
 * @param plan {@code exact} or {@code hnsw} of the vector retriever, {@code index} of text, null of graph
 * @param scanned documents that an exact plan compared, or relationships that the graph retriever read; else null
 * @param efSearch width of the scan of an HNSW index, null of any other
 * @param recall what so wide a scan found of the nearest ten when the index was made, 0 to 1; null where that is not known
 * @param index {@code building} where a vector retriever's plan is exact only until the tenant's index is made, else null
 * @param error why it could not look, null where it could
 */
record RetrieverReport(
        double tookMs,
        @Nullable String plan,
        @Nullable Long scanned,
        @Nullable Integer efSearch,
        @Nullable Float recall,
        @Nullable String index,
        @Nullable String error) {

    private static final String BUILDING = "building";

    static RetrieverReport failed(double tookMs, String error) {
        return new RetrieverReport(tookMs, null, null, null, null, null, error);
    }

    static RetrieverReport ofText(double tookMs) {
        return new RetrieverReport(tookMs, "index", null, null, null, null, null);
    }

    static RetrieverReport ofVector(double tookMs, VectorPlan plan) {
        VectorHome.Index index = plan.index();
        String awaited = plan.awaitsIndex() ? BUILDING : null;
        return index == null
                ? new RetrieverReport(tookMs, plan.kind().label(), plan.rows(), null, null, awaited, null)
                : new RetrieverReport(tookMs, plan.kind().label(), null, index.efSearch(), index.recall(), null, null);
    }

    static RetrieverReport ofGraph(double tookMs, long relationships) {
        return new RetrieverReport(tookMs, null, relationships, null, null, null, null);
    }
}
