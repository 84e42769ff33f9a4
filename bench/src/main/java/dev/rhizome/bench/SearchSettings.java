package dev.rhizome.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Search parameters given as {@code key=value}, for every request of a benchmark. */
final class SearchSettings {

    /** What a benchmark decides itself. */
    private static final List<String> DECIDED = List.of("embedding", "legs", "limit", "query");

    private SearchSettings() {}

    /**
     * The parameters as fields of a search.
     *
     * @param given values as JSON; what is none is a string
     * @throws IllegalArgumentException for a parameter that the benchmark decides
     */
    static Map<String, Object> of(Map<String, String> given) {
        Map<String, Object> fields = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (DECIDED.contains(name)) {
                throw new IllegalArgumentException("--set: " + name + " (expected: a parameter of a search other than "
                        + String.join(", ", DECIDED) + ")");
            }
            fields.put(name, value(value));
        });
        return fields;
    }

    private static Object value(String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            return text;
        }
    }
}
