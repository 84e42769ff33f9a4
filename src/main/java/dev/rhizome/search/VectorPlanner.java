package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.VectorHome;
import io.r2dbc.spi.Readable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Chooses between the exact scan and the HNSW index by what each would cost a tenant of this size and a restriction this
 * narrow. A wrong choice costs time and never a row: an index scan that comes back short is followed by the exact one.
 *
 * <p>An exact scan costs in proportion to the rows that may match. An HNSW scan visits its own candidates and as many rows
 * more as it takes to meet enough that match, which a small share of the index makes many.
 */
final class VectorPlanner {

    /** How often filter terms occur, counted up to a bound. Kind 0 are types, of which one is enough; all others must hold. */
    static final String FILTER_TERMS = """
            select wanted.kind, wanted.term,
                   (select count(*) from (select from search_terms s
                                           where s.tenant_id = $1 and s.term = wanted.term limit $4) as first) as documents
              from (select 0 as kind, (filter_terms(type, '{}'))[1] as term from unnest($2::text[]) as type
                     union all
                    select row_number() over ()::integer, term
                      from unnest((filter_terms('', coalesce($3::jsonb, '{}')))[2:]) as term) as wanted
            """;
    /** What an exact scan over a list of documents pays more for each than one in the order of the table. */
    private static final double LOOK_UP = 4;

    private record FilterTerm(int kind, String term, long documents) {

        static FilterTerm of(Readable row) {
            return new FilterTerm(
                    Rows.required(row, "kind", Integer.class),
                    Rows.required(row, "term", String.class),
                    Rows.required(row, "documents", Long.class));
        }
    }

    private final TenantTransactions transactions;
    private final SearchProperties.Vector properties;

    VectorPlanner(TenantTransactions transactions, SearchProperties.Vector properties) {
        this.transactions = transactions;
        this.properties = properties;
    }

    /** The plan for {@code candidates} neighbours; takes a round trip where a restriction on a large tenant is counted. */
    Mono<VectorPlan> plan(TenantProfile profile, SearchRequest request, int candidates) {
        Mono<VectorPlan> plan = chosen(profile, request, candidates);
        return profile.home().awaitsIndex() ? plan.map(VectorPlan::beforeIndex) : plan;
    }

    private Mono<VectorPlan> chosen(TenantProfile profile, SearchRequest request, int candidates) {
        SearchRequest.Restriction restriction = request.restriction();
        if (profile.documents() <= properties.exactBelow()) {
            return Mono.just(VectorPlan.exact(profile.documents()));
        }
        if (restriction.types().isEmpty() && restriction.filter() == null) {
            return Mono.just(overAll(profile, request, candidates));
        }
        return transactions
                .read(Query.ofTenant(
                        FILTER_TERMS,
                        FilterTerm::of,
                        RestrictionSql.types(restriction),
                        RestrictionSql.filter(restriction),
                        counted()))
                .collectList()
                .map(filterTerms -> narrowest(filterTerms, profile, request, candidates));
    }

    private VectorPlan narrowest(
            List<FilterTerm> filterTerms, TenantProfile profile, SearchRequest request, int candidates) {
        Map<Integer, List<FilterTerm>> kinds = filterTerms.stream().collect(Collectors.groupingBy(FilterTerm::kind));
        List<FilterTerm> fewest = kinds.values().stream()
                .min(Comparator.comparingLong(VectorPlanner::documents))
                .orElse(List.of());
        if (fewest.isEmpty() || documents(fewest) >= counted()) {
            return overAll(profile, request, candidates);
        }
        long rows = documents(fewest);
        List<String> terms = fewest.stream().map(FilterTerm::term).toList();
        VectorHome.Index index = index(profile, request);
        boolean prefersIndex = index != null
                && rows > properties.exactBelow()
                && isCheaper(visited(index, profile.documents(), rows, candidates), LOOK_UP * rows);
        return prefersIndex
                ? new VectorPlan(VectorPlan.Kind.HNSW, terms, rows, index)
                : new VectorPlan(VectorPlan.Kind.EXACT, terms, rows, null);
    }

    private VectorPlan overAll(TenantProfile profile, SearchRequest request, int candidates) {
        long documents = profile.documents();
        VectorHome.Index index = index(profile, request);
        return index != null && isCheaper(visited(index, documents, documents, candidates), (double) documents)
                ? VectorPlan.hnsw(documents, index)
                : VectorPlan.exact(documents);
    }

    /** The home's index, as wide as the request or else its calibration wants it scanned; null where there is none. */
    private static VectorHome.@Nullable Index index(TenantProfile profile, SearchRequest request) {
        VectorHome.Index index = profile.home().index();
        Integer wanted = request.efSearch();
        return index == null || wanted == null ? index : new VectorHome.Index(index.type(), wanted, null);
    }

    /** Rows of the index that are visited until enough are met of {@code rows} among all {@code documents}. */
    private static double visited(VectorHome.Index index, long documents, long rows, int candidates) {
        return index.efSearch() + (double) candidates * documents / Math.max(1, rows);
    }

    private boolean isCheaper(double visited, double compared) {
        return visited <= properties.maxScanTuples()
                && visited * properties.indexRowMicros() < compared * properties.exactRowMicros();
    }

    private long counted() {
        return 4 * Math.max(1, properties.exactBelow());
    }

    private static long documents(List<FilterTerm> kind) {
        return kind.stream().mapToLong(FilterTerm::documents).sum();
    }
}
