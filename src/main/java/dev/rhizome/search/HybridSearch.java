package dev.rhizome.search;

import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.problem.Overloaded;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds documents by meaning and by words at once, raises those that are related to the best, and walks on from the hits over
 * the graph.
 *
 * <p>The vector and the text retriever share a transaction and a round trip; the graph retriever takes one more, and one a
 * hop. No connection is held between them, nor while the client reads.
 */
public final class HybridSearch {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final SharedRetrievers direct;
    private final GraphRetriever graph;
    private final Reranker reranker;
    private final SearchProperties.Fusion fusion;

    HybridSearch(SharedRetrievers direct, GraphRetriever graph, Reranker reranker, SearchProperties.Fusion fusion) {
        this.direct = direct;
        this.graph = graph;
        this.reranker = reranker;
        this.fusion = fusion;
    }

    /**
     * The answer to {@code request} in stages: what each retriever found, where the request wants that; the hits; the related
     * documents of each hop; the summary. Cancelling stops the statement that runs.
     */
    Flux<List<SearchResult>> search(SearchRequest request) {
        return Flux.defer(() -> new SearchRun(request, direct, graph, reranker, fusion).stages());
    }

    /**
     * Documents of the {@code types} that match {@code words} by meaning and by words, best first, without the graph.
     *
     * @param words 1 to 10,000 characters
     * @param types one of these, empty for any
     * @param limit most documents, 1 to 201
     * @return the documents; an error of {@link Overloaded} where the tenant's embedding model gives no vector
     */
    public Mono<List<Match>> matches(String words, List<String> types, int limit) {
        SearchRequest request = new SearchRequest(
                words,
                null,
                limit,
                new SearchRequest.Restriction(types, null, 0),
                EnumSet.of(Retriever.VECTOR, Retriever.TEXT),
                Fusion.SCORE,
                new SearchRequest.Expansion(0, new EdgeFilter(Direction.BOTH, List.of(), 0), 0),
                SearchRequest.Reranking.NONE,
                SearchRequest.Grouping.NONE,
                null,
                new SearchRequest.Output(false, false),
                SearchRequest.Tenants.OWN);
        return search(request)
                .concatMapIterable(stage -> stage)
                .concatMap(HybridSearch::match)
                .collectList();
    }

    /** Callers of {@link #matches} cannot say that something is missing, so nothing may be. */
    private static Mono<Match> match(SearchResult result) {
        return switch (result) {
            case SearchResult.Hit hit ->
                Mono.just(new Match(hit.hit().id(), hit.hit().score()));
            case SearchResult.Summary summary
            when summary.error() != null ->
                Mono.error(() -> new Overloaded(String.valueOf(summary.error()), RETRY_AFTER));
            default -> Mono.empty();
        };
    }
}
