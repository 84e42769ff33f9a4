package dev.rhizome.search;

import dev.rhizome.search.SearchEvents.Event;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Finds things by meaning and by words at once, lets the relationships of the best count, and walks on from the hits over
 * the graph.
 *
 * <p>The vector and the text leg share a transaction and a round trip; the graph leg takes one more, and one a hop. Between
 * them no connection is held, and none while the reader reads.
 */
public final class HybridSearch {

    private final Legs legs;
    private final SearchProperties.Fusion fusion;

    /** What a search goes through. */
    record Legs(DirectLegs direct, GraphLeg graph, Placing placing) {}

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
}
