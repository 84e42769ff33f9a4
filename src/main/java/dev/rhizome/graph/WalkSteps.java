package dev.rhizome.graph;

import dev.rhizome.problem.NotFound;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The steps of one walk, within what it may read in all. Each is a transaction and a round trip; between them no
 * connection is held, and no time counts.
 */
final class WalkSteps {

    private static final Mono<Expansion> UNREAD = Mono.just(Expansion.UNREAD);

    private final GraphRepository graph;
    private final GraphProperties properties;
    private int edges;
    private long spentNanos;

    WalkSteps(GraphRepository graph, GraphProperties properties) {
        this.graph = graph;
        this.properties = properties;
    }

    /**
     * The first step, from the first of {@code ends}; an error of {@link NotFound} where one of them is unknown. It is not
     * held to the walk's time, since there would be no answer without it.
     */
    Mono<Expansion> first(List<String> ends, EdgeFilter filter) {
        return timed(graph.expand(List.of(ends.getFirst()), ends, filter, readLimit()))
                .doOnNext(found -> {
                    for (String end : ends) {
                        if (!found.entities().containsKey(end)) {
                            throw new NotFound("entity", end);
                        }
                    }
                });
    }

    /** A further step, from all of {@code frontier}; {@link Expansion#UNREAD} where it takes longer than is left. */
    Mono<Expansion> next(List<String> frontier, EdgeFilter filter) {
        return Mono.defer(() -> {
            Duration left = properties.maxTime().minusNanos(spentNanos);
            Mono<Expansion> step = graph.expand(frontier, List.of(), filter, readLimit());
            return left.isPositive() ? timed(step.timeout(left, UNREAD)) : UNREAD;
        });
    }

    /** Relationships read so far. */
    int edges() {
        return edges;
    }

    /** Whether nothing more may be read. */
    boolean isSpent() {
        return edges >= properties.maxEdges()
                || spentNanos >= properties.maxTime().toNanos();
    }

    private GraphRepository.ReadLimit readLimit() {
        return new GraphRepository.ReadLimit(properties.maxEdgesPerNode(), properties.maxEdges() - edges);
    }

    private Mono<Expansion> timed(Mono<Expansion> step) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return step.doOnNext(found -> {
                edges += found.edges().size();
                spentNanos += System.nanoTime() - began;
            });
        });
    }
}
