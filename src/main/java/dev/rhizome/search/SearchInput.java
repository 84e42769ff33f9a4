package dev.rhizome.search;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.validation.Characters;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Parameter;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Slug;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search as a client asks for it, in a body or in a query string, which say the same.
 *
 * @param query words, {@code q} in a query string; may be left out beside an embedding
 * @param embedding a vector of the client's own
 * @param limit most hits
 * @param types one of which a hit is, empty for any
 * @param filter JSON that a hit's metadata contains
 * @param minConfidence that a hit has at least
 * @param legs ways to look, empty for all
 * @param hops of the graph leg
 * @param relationshipTypes that it follows, empty for all
 * @param direction that it follows them in
 * @param relatedLimit most related documents
 * @param efSearch candidates of an HNSW scan, 0 for the default
 * @param explain whether hits tell how their score came about
 * @param stages whether each leg's finds are told as soon as it has them
 * @param fusion how what the legs say becomes one score
 * @param groupBy document for one hit a document, null for hits that may be several chunks of one
 * @param diversity how much a hit like one above it is held back
 * @param recencyWeight how much of the score fades with age
 * @param recencyHalfLifeDays age in days at which half of that has faded
 * @param confidenceWeight how much of the score depends on the document's confidence
 * @param tenants {@code own} and slugs of tenants that share something, empty for the tenant's own documents
 */
record SearchInput(
        @Nullable @Parameter("q") @Text(min = 0, max = 10_000)
        String query,

        @Nullable Embedding embedding,

        @Default(setting = "rhizome.search.default-results")
        @WholeNumber(min = 1, maxSetting = "rhizome.search.max-results")
        int limit,

        @Size(max = EdgeFilter.MOST_TYPES) List<@TypeName String> types,
        @Nullable @JsonObject String filter,
        @Default("0") @Ratio float minConfidence,
        @Size(max = 10) List<Retriever> legs,

        @Default("1") @WholeNumber(min = 0, maxSetting = "rhizome.search.max-hops")
        int hops,

        @Size(max = EdgeFilter.MOST_TYPES) List<@TypeName String> relationshipTypes,
        @Default("both") Direction direction,

        @Default(setting = "rhizome.search.default-related")
        @WholeNumber(min = 0, maxSetting = "rhizome.search.max-results")
        int relatedLimit,

        @Default("0") @WholeNumber(min = 0, max = 1_000) int efSearch,
        @Default("false") boolean explain,
        @Default("false") boolean stages,
        @Default("score") Fusion fusion,
        @Nullable @OneOf("document") String groupBy,
        @Default("0") @Ratio float diversity,
        @Default("0") @Ratio float recencyWeight,
        @Default("30") @WholeNumber(min = 1, max = 36_500) int recencyHalfLifeDays,
        @Default("0") @Ratio float confidenceWeight,
        @Size(max = 10) List<@Slug String> tenants)
        implements SelfChecked {

    private static final String OWN = "own";

    @Override
    public void check(Faults faults) {
        if (!hasWords() && embedding == null) {
            faults.reject("query", query == null ? "missing" : "blank", "words to search for, or an embedding");
        } else if (!hasWords() && !legs.isEmpty() && !legs.contains(Retriever.VECTOR)) {
            faults.reject("query", "missing", "words to search for, since the vector leg is left out");
        }
        if (!legs.isEmpty() && EnumSet.copyOf(legs).equals(EnumSet.of(Retriever.GRAPH))) {
            faults.reject("legs", "graph alone", "vector or text too, from whose hits the graph leg starts");
        }
    }

    /** What is searched for. */
    SearchRequest request() {
        return new SearchRequest(
                hasWords() ? query : null,
                embedding,
                limit,
                new SearchRequest.Restriction(types, filter, minConfidence),
                retrievers(),
                fusion,
                new SearchRequest.Expansion(hops, new EdgeFilter(direction, relationshipTypes, 0), relatedLimit),
                new SearchRequest.Reranking(
                        Reranking.decimal(diversity),
                        Reranking.decimal(recencyWeight),
                        recencyHalfLifeDays,
                        Reranking.decimal(confidenceWeight)),
                groupBy == null ? SearchRequest.Grouping.NONE : SearchRequest.Grouping.BY_DOCUMENT,
                efSearch == 0 ? null : efSearch,
                new SearchRequest.Output(explain, stages),
                whose());
    }

    private SearchRequest.Tenants whose() {
        List<String> others =
                tenants.stream().filter(slug -> !slug.equals(OWN)).distinct().toList();
        return tenants.isEmpty() ? SearchRequest.Tenants.OWN : new SearchRequest.Tenants(tenants.contains(OWN), others);
    }

    private Set<Retriever> retrievers() {
        EnumSet<Retriever> retrievers = legs.isEmpty() ? EnumSet.allOf(Retriever.class) : EnumSet.copyOf(legs);
        if (!hasWords()) {
            retrievers.remove(Retriever.TEXT);
        }
        return retrievers;
    }

    private boolean hasWords() {
        return query != null && Characters.areVisible(query);
    }
}
