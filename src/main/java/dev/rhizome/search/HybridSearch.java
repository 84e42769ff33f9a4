package dev.rhizome.search;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.search.SearchRun.Found;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds things by meaning and by words at once, fuses both, and walks on from the best hits over the graph.
 *
 * <p>The vector and the text leg share a transaction and a round trip. The graph leg takes one more a hop. Between them no
 * connection is held, and none while the reader reads.
 */
public final class HybridSearch {

    private final TenantTransactions transactions;
    private final QueryEmbeddings embeddings;
    private final TenantStatisticsCache statistics;
    private final Graph graph;
    private final SearchProperties properties;
    private final VectorLeg vectorLeg;
    private final TextLeg textLeg = new TextLeg();

    /** What the graph leg needs. */
    record Graph(GraphRepository repository, GraphProperties properties) {}

    HybridSearch(
            TenantTransactions transactions, QueryEmbeddings embeddings, Graph graph, SearchProperties properties) {
        this.transactions = transactions;
        this.embeddings = embeddings;
        this.statistics = new TenantStatisticsCache(transactions, properties.statisticsAge());
        this.graph = graph;
        this.properties = properties;
        this.vectorLeg = new VectorLeg(properties, embeddings.modelId());
    }

    /**
     * The answer to {@code request} in stages: the hits, then each hop's relatives, then the end. Cancelling stops the
     * statement that runs.
     */
    Flux<SearchRun.Stage> search(SearchRequest request) {
        return Flux.defer(() -> {
            SearchRun run = new SearchRun(request, graph, properties);
            return find(request).flatMapMany(run::stages);
        });
    }

    private Mono<Found> find(SearchRequest request) {
        return Mono.zip(statistics.current(), vector(request)).flatMap(known -> {
            TenantStatistics tenant = known.getT1();
            VectorLeg.Plan plan = vectorLeg.plan(tenant);
            return find(request, tenant, known.getT2(), plan)
                    .flatMap(found -> isShort(found, request, known.getT2())
                            ? find(request, tenant, known.getT2(), VectorLeg.Plan.EXACT)
                            : Mono.just(found));
        });
    }

    private Mono<Optional<Embedding>> vector(SearchRequest request) {
        if (!request.wants(Leg.VECTOR)) {
            return Mono.just(Optional.empty());
        }
        Embedding given = request.embedding();
        String words = request.query();
        return given != null || words == null
                ? Mono.just(Optional.ofNullable(given))
                : embeddings.of(words).map(Optional::of);
    }

    private Mono<Found> find(
            SearchRequest request, TenantStatistics tenant, Optional<Embedding> vector, VectorLeg.Plan plan) {
        int candidates = candidates(request);
        String words = request.query();
        long began = System.nanoTime();
        if (vector.isPresent() && words != null && request.wants(Leg.TEXT)) {
            return transactions
                    .read(
                            vectorLeg.query(plan, vector.get(), request, candidates),
                            textLeg.query(words, tenant, request, candidates),
                            vectorLeg.settings(plan, request.efSearch(), candidates))
                    .map(both -> new Found(both.getT1(), both.getT2(), plan, tenant, began));
        }
        if (vector.isPresent()) {
            return transactions
                    .read(
                            vectorLeg.query(plan, vector.get(), request, candidates),
                            vectorLeg.settings(plan, request.efSearch(), candidates))
                    .collectList()
                    .map(hits -> new Found(hits, List.of(), plan, tenant, began));
        }
        return transactions
                .read(textLeg.query(words == null ? "" : words, tenant, request, candidates), TransactionSettings.NONE)
                .collectList()
                .map(hits -> new Found(List.of(), hits, null, tenant, began));
    }

    /** An index scan that brought too little may have given up early; the exact scan then tells what there is. */
    private boolean isShort(Found found, SearchRequest request, Optional<Embedding> vector) {
        return vector.isPresent()
                && found.plan() == VectorLeg.Plan.HNSW
                && found.vector().size() < candidates(request);
    }

    /** A single leg needs no more than the hits; legs that are fused look deeper than they answer. */
    private int candidates(SearchRequest request) {
        boolean fused = request.wants(Leg.VECTOR) && request.wants(Leg.TEXT);
        return fused ? Math.max(properties.candidates(), request.limit()) : request.limit();
    }
}
