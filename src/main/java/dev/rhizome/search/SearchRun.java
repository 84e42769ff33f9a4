package dev.rhizome.search;

import dev.rhizome.graph.Edge;
import dev.rhizome.graph.Traversal;
import dev.rhizome.search.SearchEvents.Done;
import dev.rhizome.search.SearchEvents.Hit;
import dev.rhizome.search.SearchEvents.LegReport;
import dev.rhizome.search.SearchEvents.Related;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One search on its way from what the legs found to the stages of an answer. */
final class SearchRun {

    /** What is ready at the same time: hits, relatives of one hop, or the end. */
    record Stage(
            List<Hit> hits, List<Related> related, @Nullable Done done) {}

    /**
     * What the direct legs found.
     *
     * @param vector nearest first
     * @param text best first
     * @param plan of the vector leg, null where it was left out
     * @param tenant as planning saw it
     * @param began when the legs began, of {@link System#nanoTime}
     */
    record Found(
            List<Candidate> vector,
            List<Candidate> text,
            VectorLeg.@Nullable Plan plan,
            TenantStatistics tenant,
            long began) {}

    private final SearchRequest request;
    private final HybridSearch.Graph graph;
    private final SearchProperties properties;
    private final long began = System.nanoTime();
    private final Map<String, LegReport> reports = new LinkedHashMap<>();
    private final Map<String, Edge> lastSteps = new HashMap<>();
    private int hits;
    private int related;
    private boolean truncated;

    SearchRun(SearchRequest request, HybridSearch.Graph graph, SearchProperties properties) {
        this.request = request;
        this.graph = graph;
        this.properties = properties;
    }

    Flux<Stage> stages(Found found) {
        double directMs = sinceMs(found.began());
        if (found.plan() != null) {
            boolean exact = found.plan() == VectorLeg.Plan.EXACT;
            reports.put(
                    Leg.VECTOR.label(),
                    new LegReport(
                            directMs,
                            found.plan().name().toLowerCase(Locale.ROOT),
                            exact ? found.tenant().documents() : null));
        }
        if (request.wants(Leg.TEXT)) {
            reports.put(Leg.TEXT.label(), new LegReport(directMs, "index", null));
        }
        List<RankFusion.Fused> fused = new RankFusion(properties.fusionConstant()).fuse(found.vector(), found.text());
        List<RankFusion.Fused> best = fused.subList(0, Math.min(request.limit(), fused.size()));
        hits = best.size();
        List<Hit> shown = new ArrayList<>(hits);
        for (int i = 0; i < hits; i++) {
            shown.add(Hit.of(i + 1, best.get(i), request.explain() ? arithmetic(best.get(i)) : null));
        }
        return Flux.concat(
                Flux.just(new Stage(shown, List.of(), null)),
                Flux.defer(() -> relatives(best)),
                Mono.fromSupplier(() -> new Stage(List.of(), List.of(), done(found))));
    }

    private Flux<Stage> relatives(List<RankFusion.Fused> best) {
        SearchRequest.Expansion expansion = request.expansion();
        if (!request.wants(Leg.GRAPH) || expansion.hops() == 0 || expansion.limit() == 0 || best.isEmpty()) {
            return Flux.empty();
        }
        long started = System.nanoTime();
        Map<String, Double> starts = new LinkedHashMap<>();
        best.forEach(hit -> starts.put(hit.thing().id(), hit.score()));
        Traversal walk = new Traversal(
                graph.repository(),
                graph.properties(),
                expansion.edges(),
                new Traversal.Bounds(expansion.hops(), expansion.limit(), properties.hopDecay()));
        return walk.from(starts)
                .map(hop -> {
                    hop.forEach(reached -> lastSteps.put(reached.id(), reached.via()));
                    related += hop.size();
                    return new Stage(
                            List.of(),
                            hop.stream()
                                    .map(reached -> Related.of(reached, pathTo(reached.via())))
                                    .toList(),
                            null);
                })
                .doOnComplete(() -> {
                    truncated = walk.truncated();
                    reports.put(Leg.GRAPH.label(), new LegReport(sinceMs(started), null, (long) walk.edges()));
                });
    }

    private List<Edge> pathTo(Edge last) {
        List<Edge> path = new ArrayList<>();
        for (Edge step = last; step != null; step = lastSteps.get(step.from())) {
            path.add(step);
        }
        return path.reversed();
    }

    /** Fewer hits than asked for are complete where nothing more matches: the exact scan and the text leg see all. */
    private Done done(Found found) {
        boolean complete = hits == request.limit() || found.plan() != VectorLeg.Plan.HNSW;
        return new Done(
                hits,
                related,
                complete,
                complete ? null : "the index scan ended before it had seen every row",
                truncated,
                sinceMs(began),
                reports);
    }

    private String arithmetic(RankFusion.Fused hit) {
        List<String> terms = new ArrayList<>();
        if (hit.vector() != null) {
            terms.add("1/(" + properties.fusionConstant() + "+" + hit.vector().rank() + ") vector");
        }
        if (hit.text() != null) {
            terms.add("1/(" + properties.fusionConstant() + "+" + hit.text().rank() + ") text");
        }
        return String.join(" + ", terms);
    }

    private static double sinceMs(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e4) / 100.0;
    }
}
