package dev.rhizome.search;

import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.search.SearchEvents.Event;
import java.util.EnumSet;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds documents by meaning and by words at once, lets the relationships of the best count, and walks on from the hits over
 * the graph.
 *
 * <p>The vector and the text leg share a transaction and a round trip; the graph leg takes one more, and one a hop. Between
 * them no connection is held, and none while the reader reads.
 */
public final class HybridSearch {

    private final Legs legs;
    private final SearchProperties.Fusion fusion;

    /** What a search goes through. */
    record Legs(DirectRetrievers direct, GraphRetriever graph, Placing placing) {}

    HybridSearch(Legs legs, SearchProperties.Fusion fusion) {
        this.legs = legs;
        this.fusion = fusion;
    }

    /**
     * The answer to {@code request} in stages: what each leg found, where that is wanted; the hits; each hop's relatives;
     * the end. Cancelling stops the statement that runs.
     */
    Flux<List<Event>> search(SearchRequest request) {
        return Flux.defer(() -> new SearchRun(request, legs, fusion).stages());
    }

    /**
     * TestDocuments of the {@code types} that fit {@code words} by meaning and by words, best first; the graph is left out.
     *
     * @param words 1 to 10,000 characters
     * @param types one of these, empty for any
     * @param limit most documents, 1 to 201
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
                null,
                new SearchRequest.Output(false, false));
        return search(request)
                .flatMapIterable(stage -> stage)
                .ofType(SearchEvents.Hit.class)
                .map(hit -> new Match(hit.id(), hit.score()))
                .collectList();
    }
}
