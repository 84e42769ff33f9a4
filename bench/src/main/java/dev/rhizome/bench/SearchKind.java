package dev.rhizome.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which legs a search is to use. */
enum SearchKind {
    VECTOR("vector"),
    TEXT("text"),
    /** Both direct legs. */
    HYBRID("vector", "text"),
    /** Whatever the service does when it is told nothing: both direct legs and the graph. */
    GRAPH;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> legs;

    SearchKind(String... legs) {
        this.legs = List.of(legs);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A search for {@code query} by these legs, with {@code parameters} beside. */
    Map<String, Object> search(String query, Map<String, Object> parameters) {
        Map<String, Object> search = new HashMap<>(parameters);
        search.put("query", query);
        if (!legs.isEmpty()) {
            search.put("legs", legs);
        }
        return search;
    }
}
