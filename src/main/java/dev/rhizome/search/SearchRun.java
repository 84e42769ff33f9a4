package dev.rhizome.search;

import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import dev.rhizome.search.SearchEvents.Done;
import dev.rhizome.search.SearchEvents.Event;
import dev.rhizome.search.SearchEvents.Explanation;
import dev.rhizome.search.SearchEvents.Found;
import dev.rhizome.search.SearchEvents.Hit;
import dev.rhizome.search.SearchEvents.Related;
import dev.rhizome.search.SearchEvents.RetrieverReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One search on its way to an answer in stages, each of which is what is ready at the same time. */
final class SearchRun {

    private final SearchRequest request;
    private final HybridSearch.Legs legs;
    private final SearchProperties.Fusion weights;
    private final long began = System.nanoTime();
    private final Map<Retriever, RetrieverResult> found = new LinkedHashMap<>();
    private final Map<String, RetrieverReport> reports = new LinkedHashMap<>();
    private final Map<String, Edge> lastSteps = new HashMap<>();
    private int hits;
    private int related;
    private boolean truncated;

    SearchRun(SearchRequest request, HybridSearch.Legs legs, SearchProperties.Fusion weights) {
        this.request = request;
        this.legs = legs;
        this.weights = weights;
    }

    Flux<List<Event>> stages() {
        Flux<RetrieverResult> direct = request.output().stages()
                ? legs.direct().apart(request)
                : legs.direct().together(request);
        return Flux.concat(
                direct.doOnNext(leg -> found.put(leg.leg(), leg))
                        .filter(leg -> request.output().stages())
                        .map(this::told),
                Flux.defer(this::fused),
                Mono.fromSupplier(() -> List.of(done())));
    }

    private List<Event> told(RetrieverResult leg) {
        List<Event> events = new ArrayList<>();
        List<Candidate> documents = leg.documents();
        for (int i = 0; i < Math.min(request.limit(), documents.size()); i++) {
            Candidate document = documents.get(i);
            events.add(new Found(
                    leg.leg().label(), i + 1, document.id(), document.type(), document.name(), document.measure()));
        }
        return events;
    }

    private Flux<List<Event>> fused() {
        report(Retriever.VECTOR);
        report(Retriever.TEXT);
        List<Scored> direct = fusion().fuse(documents(Retriever.VECTOR), documents(Retriever.TEXT));
        return request.expands() && !direct.isEmpty()
                ? fusedWithGraph(direct)
                : placed(direct).map(this::hits).flux();
    }

    private Flux<List<Event>> fusedWithGraph(List<Scored> direct) {
        long graphBegan = System.nanoTime();
        return legs.graph()
                .boosted(direct, request)
                .flatMapMany(boosted -> placed(boosted.hits())
                        .flatMapMany(placed -> Flux.concat(
                                Flux.just(hits(placed)), Flux.defer(() -> relatives(placed, boosted, graphBegan)))));
    }

    private Mono<List<Reranking.Placed>> placed(List<Scored> scored) {
        return legs.placing().place(scored, request);
    }

    /** A leg that did not look leaves its weight to the other. */
    private ResultFusion fusion() {
        RetrieverResult vector = looked(Retriever.VECTOR);
        RetrieverResult text = looked(Retriever.TEXT);
        double weight = text == null ? 1 : weights.vectorWeight();
        return new ResultFusion(
                vector == null ? null : vector.scale(request.fusion(), weight),
                text == null ? null : text.scale(request.fusion(), vector == null ? 1 : 1 - weight));
    }

    private @Nullable RetrieverResult looked(Retriever leg) {
        RetrieverResult there = found.get(leg);
        return there == null || there.missing() != null ? null : there;
    }

    private List<Event> hits(List<Reranking.Placed> placed) {
        hits = placed.size();
        List<Event> events = new ArrayList<>(hits);
        for (int i = 0; i < hits; i++) {
            Reranking.Placed hit = placed.get(i);
            events.add(Hit.of(i + 1, hit.scored(), request.output().explain() ? explanation(hit) : null));
        }
        return events;
    }

    private Flux<List<Event>> relatives(
            List<Reranking.Placed> placed, GraphRetriever.Boosted boosted, long graphBegan) {
        if (placed.isEmpty() || request.expansion().limit() == 0) {
            return Flux.empty();
        }
        Map<String, Double> starts = new LinkedHashMap<>();
        placed.forEach(hit -> starts.put(hit.scored().id(), hit.scored().score()));
        Traversal walk = legs.graph().walk(request.expansion());
        return walk.from(starts, boosted.known(), boosted.looked())
                .map(this::relatives)
                .doOnComplete(() -> {
                    truncated = walk.truncated();
                    long looked = (long) walk.edges() + boosted.known().edges().size();
                    reports.put(
                            Retriever.GRAPH.label(),
                            new RetrieverReport(RetrieverResult.sinceMs(graphBegan), null, looked));
                });
    }

    private List<Event> relatives(List<Traversal.Reached> hop) {
        hop.forEach(reached -> lastSteps.put(reached.id(), reached.via()));
        related += hop.size();
        List<Event> events = new ArrayList<>(hop.size());
        hop.forEach(reached -> events.add(Related.of(reached, pathTo(reached.via()))));
        return events;
    }

    private List<Candidate> documents(Retriever leg) {
        RetrieverResult there = found.get(leg);
        return there == null ? List.of() : there.documents();
    }

    private void report(Retriever leg) {
        RetrieverResult there = found.get(leg);
        if (there != null && there.missing() == null) {
            VectorPlan plan = there.plan();
            reports.put(
                    leg.label(),
                    plan == null
                            ? new RetrieverReport(there.tookMs(), "index", null)
                            : new RetrieverReport(
                                    there.tookMs(),
                                    plan.kind().label(),
                                    plan.kind() == VectorPlan.Kind.EXACT ? plan.rows() : null));
        }
    }

    private List<Edge> pathTo(Edge last) {
        List<Edge> path = new ArrayList<>();
        for (Edge step = last; step != null; step = lastSteps.get(step.from())) {
            path.add(step);
        }
        return path.reversed();
    }

    /** An index scan that came back short was followed by an exact one, so only a leg that could not look leaves gaps. */
    private Done done() {
        String missing = found.values().stream()
                .map(RetrieverResult::missing)
                .filter(why -> why != null)
                .findFirst()
                .orElse(null);
        return new Done(hits, related, missing == null, missing, truncated, RetrieverResult.sinceMs(began), reports);
    }

    private static Explanation explanation(Reranking.Placed hit) {
        return new Explanation(hit.scored().parts(), hit.scored().factors(), hit.diversity());
    }
}
