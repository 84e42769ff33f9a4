package dev.rhizome.search;

import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One search and its answer in stages; a stage is what is ready at the same time. */
final class SearchRun {

    private final SearchRequest request;
    private final SharedRetrievers retrievers;
    private final GraphRetriever graph;
    private final Reranker reranker;
    private final SearchProperties.Fusion weights;
    private final long began = System.nanoTime();
    private final Map<Retriever, RetrieverResult> found = new EnumMap<>(Retriever.class);
    private final Map<Retriever, RetrieverReport> reports = new EnumMap<>(Retriever.class);
    private final Map<String, Edge> lastSteps = new HashMap<>();
    private int hits;
    private int related;
    private boolean truncated;

    SearchRun(
            SearchRequest request,
            SharedRetrievers retrievers,
            GraphRetriever graph,
            Reranker reranker,
            SearchProperties.Fusion weights) {
        this.request = request;
        this.retrievers = retrievers;
        this.graph = graph;
        this.reranker = reranker;
        this.weights = weights;
    }

    Flux<List<SearchResult>> stages() {
        boolean inStages = request.output().stages();
        Flux<RetrieverResult> direct = request.isByDocument()
                ? deepEnough(request)
                : inStages ? retrievers.apart(request) : retrievers.together(request);
        return Flux.concat(
                direct.doOnNext(this::keep).filter(result -> inStages).map(this::foundBy),
                Flux.defer(this::fused),
                Mono.fromSupplier(() -> List.of(summary())));
    }

    /** Looks deeper until each retriever has documents enough, or nothing more. */
    private Flux<RetrieverResult> deepEnough(SearchRequest wanted) {
        return retrievers
                .together(wanted)
                .collectList()
                .flatMapMany(results -> results.stream().allMatch(result -> wanted.isEnough(result.documents()))
                        ? Flux.fromIterable(results)
                        : deepEnough(wanted.deeper()));
    }

    private void keep(RetrieverResult result) {
        found.put(result.retriever(), result);
        reports.put(result.retriever(), result.report());
    }

    private List<SearchResult> foundBy(RetrieverResult result) {
        List<Candidate> documents = result.documents();
        List<SearchResult> stage = new ArrayList<>();
        for (int i = 0; i < Math.min(request.limit(), documents.size()); i++) {
            stage.add(new SearchResult.Found(result.retriever(), i + 1, documents.get(i)));
        }
        return stage;
    }

    private Flux<List<SearchResult>> fused() {
        List<ScoredDocument> direct = fusion().fuse(documents(Retriever.VECTOR), documents(Retriever.TEXT));
        if (!request.expands() || direct.isEmpty()) {
            return reranker.hits(direct, request).map(this::hits).flux();
        }
        List<ScoredDocument> own =
                direct.stream().filter(hit -> hit.document().isOwn()).toList();
        List<ScoredDocument> shared =
                direct.stream().filter(hit -> !hit.document().isOwn()).toList();
        long graphBegan = System.nanoTime();
        return graph.boosted(own, request)
                .map(boosted -> boosted.with(shared))
                .flatMapMany(boosted -> withRelated(boosted, graphBegan));
    }

    /** A retriever that did not look leaves its weight to the other. */
    private ResultFusion fusion() {
        RetrieverResult vector = looked(Retriever.VECTOR);
        RetrieverResult text = looked(Retriever.TEXT);
        double weight = text == null ? 1 : weights.vectorWeight();
        return new ResultFusion(
                vector == null ? null : vector.scale(request.fusion(), weight),
                text == null ? null : text.scale(request.fusion(), vector == null ? 1 : 1 - weight));
    }

    private @Nullable RetrieverResult looked(Retriever retriever) {
        RetrieverResult result = found.get(retriever);
        return result == null || result.error() != null ? null : result;
    }

    private List<Candidate> documents(Retriever retriever) {
        RetrieverResult result = found.get(retriever);
        return result == null ? List.of() : result.documents();
    }

    private List<SearchResult> hits(List<SearchResult.Hit> chosen) {
        hits = chosen.size();
        return List.copyOf(chosen);
    }

    private Flux<List<SearchResult>> withRelated(GraphRetriever.Boosted boosted, long graphBegan) {
        return reranker.hits(boosted.hits(), request)
                .flatMapMany(chosen ->
                        Flux.concat(Mono.just(hits(chosen)), Flux.defer(() -> related(chosen, boosted, graphBegan))));
    }

    private Flux<List<SearchResult>> related(
            List<SearchResult.Hit> chosen, GraphRetriever.Boosted boosted, long graphBegan) {
        if (chosen.isEmpty() || request.expansion().limit() == 0) {
            return Flux.empty();
        }
        Map<String, Double> starts = new LinkedHashMap<>();
        chosen.stream()
                .map(SearchResult.Hit::hit)
                .filter(hit -> hit.document().isOwn())
                .forEach(hit -> starts.put(hit.id(), hit.score()));
        Traversal walk = graph.walk(request.expansion());
        return walk.from(starts, boosted.known(), boosted.expanded())
                .map(this::hop)
                .doOnComplete(() -> walked(walk, boosted, graphBegan));
    }

    private void walked(Traversal walk, GraphRetriever.Boosted boosted, long graphBegan) {
        truncated = walk.truncated();
        long relationships = (long) walk.edges() + boosted.known().edges().size();
        reports.put(Retriever.GRAPH, RetrieverReport.ofGraph(RetrieverResult.sinceMs(graphBegan), relationships));
    }

    private List<SearchResult> hop(List<Traversal.Reached> hop) {
        hop.forEach(reached -> lastSteps.put(reached.id(), reached.via()));
        related += hop.size();
        List<SearchResult> stage = new ArrayList<>(hop.size());
        hop.forEach(reached -> stage.add(new SearchResult.Related(reached, pathTo(reached.via()))));
        return stage;
    }

    private List<Edge> pathTo(Edge last) {
        List<Edge> path = new ArrayList<>();
        for (Edge step = last; step != null; step = lastSteps.get(step.from())) {
            path.add(step);
        }
        return path.reversed();
    }

    private SearchResult summary() {
        return new SearchResult.Summary(hits, related, truncated, RetrieverResult.sinceMs(began), reports);
    }
}
