package dev.rhizome.search;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.http.Fields;
import dev.rhizome.http.JsonFields;
import dev.rhizome.http.QueryParameters;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Reads a search from a JSON body or from a query string; both say the same and obey the same limits. */
final class SearchRequestReader {

    private static final int LONGEST_QUERY = 10_000;
    private static final int MOST_EF_SEARCH = 1_000;
    private static final int DEFAULT_HALF_LIFE_DAYS = 30;
    private static final int MOST_HALF_LIFE_DAYS = 36_500;
    private static final Set<String> COMMON = Set.of(
            "limit",
            "types",
            "filter",
            "minConfidence",
            "legs",
            "hops",
            "relationshipTypes",
            "direction",
            "relatedLimit",
            "efSearch",
            "explain",
            "stages",
            "fusion",
            "diversity",
            "recencyWeight",
            "recencyHalfLifeDays",
            "confidenceWeight");
    private static final Set<String> BODY = with("query", "embedding");
    private static final Set<String> PARAMETERS = with("q");

    private final SearchProperties properties;

    SearchRequestReader(SearchProperties properties) {
        this.properties = properties;
    }

    SearchRequest read(byte[] json) {
        JsonFields body = JsonFields.parse(json, BODY);
        float[] numbers = body.floats("embedding");
        Embedding embedding = numbers == null
                ? null
                : body.fields().attempt(() -> Embedding.of("embedding", numbers, numbers.length));
        boolean given = numbers != null;
        return request(body, "query", embedding, given);
    }

    SearchRequest read(ServerRequest request) {
        return request(new QueryParameters(request, PARAMETERS), "q", null, false);
    }

    private SearchRequest request(Fields from, String queryName, @Nullable Embedding embedding, boolean vectorGiven) {
        String query = query(from, queryName, vectorGiven);
        Set<Retriever> legs = legs(from, query, queryName, vectorGiven);
        int efSearch = from.integer("efSearch", 0, 0, MOST_EF_SEARCH);
        SearchRequest request = new SearchRequest(
                query,
                embedding,
                from.integer("limit", properties.defaultResults(), 1, properties.maxResults()),
                new SearchRequest.Restriction(
                        types(from, "types"), from.object("filter"), from.fraction("minConfidence", 0)),
                legs,
                from.word("fusion", Fusion.SCORE, Fusion.NAMES),
                new SearchRequest.Expansion(
                        from.integer("hops", 1, 0, properties.maxHops()),
                        new EdgeFilter(
                                from.word("direction", Direction.BOTH, Direction.NAMES),
                                types(from, "relationshipTypes"),
                                0),
                        from.integer("relatedLimit", properties.defaultRelated(), 0, properties.maxResults())),
                new SearchRequest.Reranking(
                        Reranking.decimal(from.fraction("diversity", 0)),
                        Reranking.decimal(from.fraction("recencyWeight", 0)),
                        from.integer("recencyHalfLifeDays", DEFAULT_HALF_LIFE_DAYS, 1, MOST_HALF_LIFE_DAYS),
                        Reranking.decimal(from.fraction("confidenceWeight", 0))),
                efSearch == 0 ? null : efSearch,
                new SearchRequest.Output(from.flag("explain", false), from.flag("stages", false)));
        from.finish();
        return request;
    }

    private static @Nullable String query(Fields from, String name, boolean vectorGiven) {
        String query = from.text(name);
        if (query == null || query.isBlank()) {
            if (!vectorGiven) {
                from.fields().reject(name, query == null ? "missing" : "blank", "words to search for, or an embedding");
            }
            return null;
        }
        return from.fields().text(name, query, 1, LONGEST_QUERY);
    }

    private static Set<Retriever> legs(Fields from, @Nullable String query, String name, boolean vectorGiven) {
        EnumSet<Retriever> legs = EnumSet.noneOf(Retriever.class);
        for (String word : from.list("legs")) {
            Retriever leg = from.fields().word("legs", word, Retriever.NAMES);
            if (leg != null) {
                legs.add(leg);
            }
        }
        if (legs.isEmpty()) {
            legs.addAll(EnumSet.allOf(Retriever.class));
        } else if (legs.equals(EnumSet.of(Retriever.GRAPH))) {
            from.fields().reject("legs", "graph alone", "vector or text too, from whose hits the graph leg starts");
        } else if (query == null && vectorGiven && !legs.contains(Retriever.VECTOR)) {
            from.fields().reject(name, "missing", "words to search for, since the vector leg is left out");
        }
        if (query == null) {
            legs.remove(Retriever.TEXT);
        }
        return legs;
    }

    private static List<String> types(Fields from, String name) {
        return from.list(name).stream()
                .map(type -> from.fields().type(name, type))
                .toList();
    }

    private static Set<String> with(String... more) {
        Set<String> all = new java.util.TreeSet<>(COMMON);
        all.addAll(List.of(more));
        return all;
    }
}
