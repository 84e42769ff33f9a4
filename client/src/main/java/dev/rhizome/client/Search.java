package dev.rhizome.client;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What to search for. Immutable: each method gives a copy with one more parameter. */
public final class Search {

    private final Map<String, Object> fields;

    private Search(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** A search in words. */
    public static Search of(String query) {
        return new Search(Map.of("query", query));
    }

    /** A search for what is near to {@code embedding}, which must have as many numbers as the service's model gives. */
    public static Search near(float[] embedding) {
        return new Search(Map.of("embedding", embedding.clone()));
    }

    /** At most {@code limit} hits, 1 to 200. */
    public Search limit(int limit) {
        return with("limit", limit);
    }

    /** Only things of these types. */
    public Search types(Collection<String> types) {
        return with("types", types);
    }

    /** Only by these retrievers, of {@code vector}, {@code text} and {@code graph}. */
    public Search legs(Collection<String> legs) {
        return with("legs", legs);
    }

    /** With any parameter of {@code POST /v1/search}. */
    public Search with(String parameter, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(parameter, value);
        return new Search(more);
    }

    /** The request's body. */
    @JsonValue
    Map<String, Object> fields() {
        return fields;
    }
}
