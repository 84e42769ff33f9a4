package dev.rhizome.search;

import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One element of the answer to a search, in the order of the answer. */
sealed interface SearchResult {

    /**
     * A document that one retriever found, before the retrievers are fused.
     *
     * @param rank place in what it found, from 1
     */
    record Found(Retriever retriever, int rank, Candidate document) implements SearchResult {}

    /**
     * A hit.
     *
     * @param rank place in the answer, from 1
     * @param hit the document and what its score is made of
     * @param diversity why it is in its place, null where its score alone decides
     * @param passages ids of all that was found of its document, best first; empty where documents are not grouped
     */
    record Hit(int rank, ScoredDocument hit, @Nullable Diversity diversity, List<String> passages)
            implements SearchResult {

        Hit with(List<String> found) {
            return new Hit(rank, hit, diversity, found);
        }
    }

    /**
     * A document that the graph leads to from a hit.
     *
     * @param reached the document
     * @param path relationships from the hit to the document
     */
    record Related(Traversal.Reached reached, List<Edge> path) implements SearchResult {}

    /**
     * The end of the answer.
     *
     * @param hits number of hits
     * @param related number of related documents
     * @param truncated whether a bound of the graph retriever kept something back
     * @param tookMs milliseconds since the search began
     * @param retrievers how each retriever worked that was asked for
     */
    record Summary(int hits, int related, boolean truncated, double tookMs, Map<Retriever, RetrieverReport> retrievers)
            implements SearchResult {

        /** Why a retriever could not look; null where all could. */
        @Nullable
        String error() {
            for (RetrieverReport report : retrievers.values()) {
                if (report.error() != null) {
                    return report.error();
                }
            }
            return null;
        }
    }
}
