package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.TenantProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Chooses between the exact scan and the HNSW index by what each would cost a tenant of this size and a restriction this
 * narrow. A wrong choice costs time and never a row: an index scan that comes back short is followed by the exact one.
 *
 * <p>An exact scan costs in proportion to the rows that may match. An HNSW scan visits its own candidates and as many rows
 * more as it takes to meet enough that match, which a small share of the index makes many.
 */
final class VectorPlanner {

    /** How often facets occur, counted up to a bound. Kind 0 are types, of which one is enough; all others must hold. */
    static final String FACETS = """
            select wanted.kind, wanted.facet,
                   (select count(*) from (select from search_terms s where s.term = wanted.facet limit $3) as first) as things
              from (select 0 as kind, (facets(type, '{}'))[1] as facet from unnest($1::text[]) as type
                     union all
                    select row_number() over ()::integer, facet
                      from unnest((facets('', coalesce($2::jsonb, '{}')))[2:]) as facet) as wanted
            """;
    /** What an exact scan over a list of things pays more for each than one in the order of the table. */
    private static final double LOOK_UP = 4;

    private record Facet(int kind, String term, long things) {}

    private final TenantTransactions transactions;
    private final SearchProperties.Vector properties;

    VectorPlanner(TenantTransactions transactions, SearchProperties.Vector properties) {
        this.transactions = transactions;
        this.properties = properties;
    }

    /** The plan for {@code candidates} neighbours; takes a round trip where a restriction on a large tenant is counted. */
    Mono<VectorPlan> plan(TenantProfile profile, SearchRequest request, int candidates) {
        SearchRequest.Restriction restriction = request.restriction();
        if (profile.documents() <= properties.exactBelow()) {
            return Mono.just(VectorPlan.exact(profile.documents()));
        }
        if (restriction.types().isEmpty() && restriction.filter() == null) {
            return Mono.just(
                    prefersIndex(profile, profile.documents(), candidates, 1)
                            ? VectorPlan.hnsw(profile.documents())
                            : VectorPlan.exact(profile.documents()));
        }
        return transactions
                .read(Query.of(
                        FACETS,
                        row -> new Facet(
                                Rows.required(row, "kind", Integer.class),
                                Rows.required(row, "facet", String.class),
                                Rows.required(row, "things", Long.class)),
                        restriction.typeArray(),
                        restriction.filterParameter(),
                        counted()))
                .collectList()
                .map(facets -> narrowest(facets, profile, candidates));
    }

    private VectorPlan narrowest(List<Facet> facets, TenantProfile profile, int candidates) {
        Map<Integer, List<Facet>> kinds = facets.stream().collect(Collectors.groupingBy(Facet::kind));
        List<Facet> fewest = kinds.values().stream()
                .min(Comparator.comparingLong(VectorPlanner::things))
                .orElse(List.of());
        if (fewest.isEmpty() || things(fewest) >= counted()) {
            return prefersIndex(profile, profile.documents(), candidates, 1)
                    ? VectorPlan.hnsw(profile.documents())
                    : VectorPlan.exact(profile.documents());
        }
        long rows = things(fewest);
        List<String> terms = fewest.stream().map(Facet::term).toList();
        boolean index = rows > properties.exactBelow() && prefersIndex(profile, rows, candidates, LOOK_UP);
        return new VectorPlan(index ? VectorPlan.Kind.HNSW : VectorPlan.Kind.EXACT, terms, rows);
    }

    private boolean prefersIndex(TenantProfile profile, long rows, int candidates, double lookUp) {
        double inIndex = Math.max(profile.neighbours(), profile.documents());
        double visited = properties.efSearch() + candidates * inIndex / Math.max(1, rows);
        return visited <= properties.maxScanTuples()
                && visited * properties.indexRowMicros() < rows * lookUp * properties.exactRowMicros();
    }

    private long counted() {
        return 4 * Math.max(1, properties.exactBelow());
    }

    private static long things(List<Facet> kind) {
        return kind.stream().mapToLong(Facet::things).sum();
    }
}
