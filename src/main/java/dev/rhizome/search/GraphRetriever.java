package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Expansion;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.graph.Traversal;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.search.SearchEvents.HitRanks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The leg that looks by relationship: what the best hits are related to counts, and is told hop by hop. */
final class GraphRetriever {

    private static final String DETAILS = """
            select %s, 0::float8 as measure
              from unnest($1::text[]) as wanted (id)
             cross join lateral (select * from hybrid_search_index as i where i.document_id = wanted.id and %s offset 0) as i
            """.formatted(Candidate.COLUMNS, SearchRequest.Restriction.condition(2));

    /** Direct hits whose relationships are read at once, to count and to be told, at most. */
    private static final int MOST_LOOKED_AT = 50;

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final GraphRepository graph;
    private final GraphProperties limits;
    private final SearchProperties.Fusion fusion;

    GraphRetriever(
            TenantTransactions transactions, TenantProfiles profiles, Graph graph, SearchProperties.Fusion fusion) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.graph = graph.repository();
        this.limits = graph.properties();
        this.fusion = fusion;
    }

    /** The graph and the bounds of a walk over it. */
    record Graph(GraphRepository repository, GraphProperties properties) {}

    /**
     * The hits with what the graph adds, and what was seen of the graph on the way.
     *
     * @param hits best first
     * @param known relationships of the direct hits looked at
     * @param looked ids of these
     */
    record Boosted(List<Scored> hits, Expansion known, Set<String> looked) {}

    /**
     * Lets the graph count; documents that no other leg found may be among the hits then.
     *
     * @param direct hits of the other legs, best first
     */
    Mono<Boosted> boosted(List<Scored> direct, SearchRequest request) {
        List<String> seen = direct.stream()
                .limit(Math.max(fusion.graphSeeds(), Math.min(request.limit(), MOST_LOOKED_AT)))
                .map(Scored::id)
                .toList();
        return Mono.zip(
                        profiles.current(),
                        graph.expand(
                                seen,
                                List.of(),
                                request.expansion().edges(),
                                new GraphRepository.ReadLimit(limits.maxEdgesPerNode(), limits.maxEdges())))
                .flatMap(found -> supported(direct, support(direct, found.getT2(), found.getT1()), request)
                        .map(hits -> new Boosted(hits, found.getT2(), Set.copyOf(seen))));
    }

    private Map<String, GraphSupport> support(List<Scored> direct, Expansion known, TenantProfile profile) {
        GraphBoost.Scale scale = new GraphBoost.Scale(fusion.graphWeight(), profile.documents());
        return new GraphBoost(direct, fusion.graphSeeds(), known.edges(), scale).support();
    }

    private Mono<List<Scored>> supported(
            List<Scored> direct, Map<String, GraphSupport> support, SearchRequest request) {
        List<Scored> scored = new ArrayList<>(direct.size());
        Map<String, GraphSupport> others = new java.util.HashMap<>(support);
        for (Scored hit : direct) {
            GraphSupport own = others.remove(hit.id());
            scored.add(own == null ? hit : hit.with(own));
        }
        scored.sort(Scored.BEST_FIRST);
        int pool = request.pool();
        double least = scored.size() < pool ? 0 : scored.get(pool - 1).score();
        String[] promising = others.entrySet().stream()
                .filter(other -> other.getValue().value() > least)
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
        return promising.length == 0
                ? Mono.just(scored)
                : details(promising, request.restriction()).map(found -> merged(scored, found, others));
    }

    private Mono<List<Candidate>> details(String[] ids, SearchRequest.Restriction restriction) {
        return transactions
                .read(Query.of(
                        DETAILS,
                        Candidate::of,
                        ids,
                        restriction.minConfidence(),
                        restriction.typeArray(),
                        restriction.filterParameter()))
                .collectList();
    }

    private static List<Scored> merged(List<Scored> scored, List<Candidate> found, Map<String, GraphSupport> support) {
        for (Candidate document : found) {
            GraphSupport own = support.get(document.id());
            if (own != null) {
                scored.add(
                        Scored.of(document, HitRanks.NONE, List.of(), List.of()).with(own));
            }
        }
        scored.sort(Scored.BEST_FIRST);
        return scored;
    }

    /** A walk from the hits, whose first step {@link #boosted} has taken for the most part. */
    Traversal walk(SearchRequest.Expansion expansion) {
        return new Traversal(
                graph,
                limits,
                expansion.edges(),
                new Traversal.Bounds(expansion.hops(), expansion.limit(), fusion.hopDecay()));
    }
}
