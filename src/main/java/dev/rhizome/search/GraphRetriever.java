package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.Expansion;
import dev.rhizome.graph.GraphProperties;
import dev.rhizome.graph.GraphRepository;
import dev.rhizome.graph.Traversal;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.TenantProfiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Looks by relationship: documents related to the best direct hits score higher, and a walk leads on from the hits. */
final class GraphRetriever {

    static final String DETAILS = """
            select %s
              from (select %s, 0::float8 as measure
                      from unnest($2::text[]) as promising (id)
                     cross join lateral (select * from hybrid_search_index as i
                                          where i.tenant_id = $1 and i.document_id = promising.id and %s offset 0) as i) as found
            """.formatted(Candidate.PACKED, Candidate.COLUMNS, RestrictionSql.condition(3));

    /** Most direct hits whose relationships are read at once, for the scores and for the first step of the walk. */
    private static final int MAX_EXPANDED = 50;

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final GraphRepository graph;
    private final GraphProperties limits;
    private final SearchProperties.Fusion fusion;

    GraphRetriever(
            TenantTransactions transactions,
            TenantProfiles profiles,
            GraphRepository graph,
            GraphProperties limits,
            SearchProperties.Fusion fusion) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.graph = graph;
        this.limits = limits;
        this.fusion = fusion;
    }

    /**
     * The hits with what the graph adds, and what was read of the graph for it.
     *
     * @param hits best first
     * @param known relationships of the direct hits that were expanded
     * @param expanded ids of these hits
     */
    record Boosted(List<ScoredDocument> hits, Expansion known, Set<String> expanded) {

        /** This with {@code shared}, of which the tenant's graph knows nothing, among the hits. */
        Boosted with(List<ScoredDocument> shared) {
            return shared.isEmpty()
                    ? this
                    : new Boosted(
                            Stream.concat(hits.stream(), shared.stream())
                                    .sorted(ScoredDocument.BEST_FIRST)
                                    .toList(),
                            known,
                            expanded);
        }
    }

    /**
     * Adds the graph's part to the scores. Documents that no other retriever found may be among the hits then.
     *
     * @param direct hits of the other retrievers among the tenant's own documents, best first
     */
    Mono<Boosted> boosted(List<ScoredDocument> direct, SearchRequest request) {
        List<String> seeds = direct.stream()
                .limit(Math.max(fusion.graphSeeds(), Math.min(request.limit(), MAX_EXPANDED)))
                .map(ScoredDocument::id)
                .toList();
        return Mono.zip(profiles.current(), expansion(seeds, request))
                .flatMap(read -> boosted(direct, request, read.getT1(), read.getT2())
                        .map(hits -> new Boosted(hits, read.getT2(), Set.copyOf(seeds))));
    }

    private Mono<Expansion> expansion(List<String> ids, SearchRequest request) {
        return graph.expand(
                ids,
                List.of(),
                request.expansion().edges(),
                new GraphRepository.ReadLimit(limits.maxEdgesPerNode(), limits.maxEdges()));
    }

    private Mono<List<ScoredDocument>> boosted(
            List<ScoredDocument> direct, SearchRequest request, TenantProfile profile, Expansion known) {
        GraphBoost.Scale scale = new GraphBoost.Scale(fusion.graphWeight(), profile.documents());
        GraphBoost boost = new GraphBoost(direct, fusion.graphSeeds(), known.edges(), scale);
        Map<String, GraphSupport> others = new HashMap<>(boost.support());
        List<ScoredDocument> scored = new ArrayList<>(direct.size());
        for (ScoredDocument hit : direct) {
            GraphSupport own = others.remove(hit.id());
            scored.add(own == null ? hit : hit.with(own));
        }
        scored.sort(ScoredDocument.BEST_FIRST);
        String[] promising = promising(others, scored, request.pool());
        return promising.length == 0
                ? Mono.just(scored)
                : details(promising, request.restriction()).map(found -> merged(scored, found, others));
    }

    /** Those of {@code others} that score more by the graph alone than the last document of the pool. */
    private static String[] promising(Map<String, GraphSupport> others, List<ScoredDocument> scored, int pool) {
        double least = scored.size() < pool ? 0 : scored.get(pool - 1).score();
        return others.entrySet().stream()
                .filter(other -> other.getValue().value() > least)
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
    }

    private Mono<List<Candidate>> details(String[] ids, SearchRequest.Restriction restriction) {
        Object[] arguments = RestrictionSql.arguments(restriction, (Object) ids).toArray();
        return transactions
                .read(Query.ofTenant(DETAILS, Candidate::list, arguments))
                .single();
    }

    private static List<ScoredDocument> merged(
            List<ScoredDocument> scored, List<Candidate> found, Map<String, GraphSupport> support) {
        for (Candidate document : found) {
            GraphSupport own = support.get(document.id());
            if (own != null) {
                scored.add(ScoredDocument.of(document, Ranks.NONE, List.of(), List.of())
                        .with(own));
            }
        }
        scored.sort(ScoredDocument.BEST_FIRST);
        return scored;
    }

    /** A walk from the hits; {@link #boosted} has read most of its first step. */
    Traversal walk(SearchRequest.Expansion expansion) {
        return new Traversal(
                graph,
                limits,
                expansion.edges(),
                new Traversal.Bounds(expansion.hops(), expansion.limit(), fusion.hopDecay()));
    }
}
