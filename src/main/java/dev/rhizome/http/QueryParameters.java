package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The query string of a request, read strictly: a parameter that nobody knows is refused, not ignored. */
public final class QueryParameters implements Fields {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final MultiValueMap<String, String> values;
    private final FieldReader fields = new FieldReader();

    /**
     * Takes the query string of {@code request}.
     *
     * @param known every parameter that the route understands
     */
    public QueryParameters(ServerRequest request, Set<String> known) {
        this.values = request.queryParams();
        values.forEach((name, given) -> {
            if (!known.contains(name)) {
                fields.reject(
                        name,
                        "unknown parameter",
                        "one of " + known.stream().sorted().toList());
            } else if (given.size() > 1) {
                fields.reject(name, given.size() + " values", "one value");
            }
        });
    }

    /** The rules, for values that need one of them. */
    @Override
    public FieldReader fields() {
        return fields;
    }

    /** The value, or null where it is absent. */
    @Override
    public @Nullable String text(String name) {
        return values.getFirst(name);
    }

    /** An id that must be there. */
    public String id(String name) {
        String value = text(name);
        if (value == null) {
            fields.reject(name, "missing", "an id");
            return "";
        }
        return fields.id(name, value);
    }

    /** A whole number, {@code otherwise} where it is absent. */
    @Override
    public int integer(String name, int otherwise, int least, int most) {
        String value = text(name);
        return value == null ? otherwise : fields.integer(name, value, least, most);
    }

    /** A number from 0 to 1, {@code otherwise} where it is absent. */
    @Override
    public float fraction(String name, float otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        if (!NUMBER.matcher(value).matches()) { // parseDouble takes 0.5f and 0x1p-1 as well
            fields.reject(name, value, "a number from 0 to 1");
            return otherwise;
        }
        return fields.fraction(name, Double.parseDouble(value));
    }

    /** A duration of ISO 8601 in days and time, such as PT24H, not negative; {@code otherwise} where it is absent. */
    public Duration duration(String name, Duration otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            Duration duration = Duration.parse(value);
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // the same answer as out of range
        }
        fields.reject(name, value, "a duration such as PT24H or P30D, up to P36500D");
        return otherwise;
    }

    /** {@code true} or {@code false}. */
    @Override
    public boolean flag(String name, boolean otherwise) {
        String value = text(name);
        Boolean found = value == null ? Boolean.valueOf(otherwise) : fields.word(name, value, FLAGS);
        return found == null ? otherwise : found;
    }

    /** Words separated by commas; empty where it is absent. */
    @Override
    public List<String> list(String name) {
        String value = text(name);
        return value == null || value.isBlank()
                ? List.of()
                : Stream.of(value.split(",", -1)).map(String::strip).toList();
    }

    /** A word out of {@code known}, {@code otherwise} where it is absent. */
    @Override
    public <T> T word(String name, T otherwise, Map<String, T> known) {
        String value = text(name);
        T found = value == null ? otherwise : fields.word(name, value, known);
        return found == null ? otherwise : found;
    }

    @Override
    public @Nullable String object(String name) {
        String value = text(name);
        return value == null ? null : fields.attempt(() -> JsonFields.compactObject(name, value));
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    @Override
    public void finish() {
        fields.finish();
    }

    private static final Map<String, Boolean> FLAGS = Map.of("true", true, "false", false);
}
