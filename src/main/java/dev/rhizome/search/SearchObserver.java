package dev.rhizome.search;

import dev.rhizome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/** Is told of searches that were answered. It must neither block nor throw. */
@FunctionalInterface
public interface SearchObserver {

    /** Watches nothing. */
    SearchObserver NONE = (tenant, searched) -> {};

    /**
     * A search that was answered.
     *
     * @param query words, null where only a vector was given
     * @param kind vector, text or hybrid: which of the two direct retrievers were asked
     * @param limit most hits
     * @param hops that the graph retriever was to follow, 0 where it was not asked
     * @param hits how many there were
     * @param related how many related documents there were
     * @param complete whether each retriever could look
     * @param tookMs milliseconds until the last event was there
     * @param vectorMs milliseconds of the vector retriever, null where it was not asked
     * @param textMs likewise
     * @param graphMs likewise
     * @param vectorPlan exact or hnsw, null where the vector retriever did not look
     */
    record Searched(
            @Nullable String query,
            String kind,
            int limit,
            int hops,
            int hits,
            int related,
            boolean complete,
            double tookMs,
            @Nullable Double vectorMs,
            @Nullable Double textMs,
            @Nullable Double graphMs,
            @Nullable String vectorPlan) {

        static Searched of(SearchRequest request, SearchResult.Summary summary) {
            boolean byVector = request.wants(Retriever.VECTOR);
            boolean byText = request.wants(Retriever.TEXT);
            RetrieverReport vector = summary.retrievers().get(Retriever.VECTOR);
            return new Searched(
                    request.query(),
                    byVector && byText ? "hybrid" : byVector ? "vector" : "text",
                    request.limit(),
                    request.expands() ? request.expansion().hops() : 0,
                    summary.hits(),
                    summary.related(),
                    summary.error() == null,
                    summary.tookMs(),
                    took(summary, Retriever.VECTOR),
                    took(summary, Retriever.TEXT),
                    took(summary, Retriever.GRAPH),
                    vector == null ? null : vector.plan());
        }

        private static @Nullable Double took(SearchResult.Summary summary, Retriever retriever) {
            RetrieverReport report = summary.retrievers().get(retriever);
            return report == null ? null : report.tookMs();
        }
    }

    /** {@code searched}, which a caller of {@code tenant} made, is answered. */
    void searched(TenantId tenant, Searched searched);
}
