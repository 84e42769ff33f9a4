package dev.rhizome.event;

import dev.rhizome.http.FieldReader;
import dev.rhizome.http.Fields;
import dev.rhizome.http.JsonFields;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rules of fields that requests about events, roll-ups and benchmarks share. */
public final class EventFields {

    /** No event is older. */
    public static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

    /** All events are older. */
    public static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    /** Longest text that people write about something, in characters. */
    public static final int LONGEST_TEXT = 4_000;

    private static final Pattern TYPE = Pattern.compile("[a-z0-9_]{1,64}");

    private EventFields() {}

    /** A type out of an open vocabulary, such as {@code routing_decision}. */
    public static String type(FieldReader fields, String field, String value) {
        if (!TYPE.matcher(value).matches()) {
            fields.reject(field, value, "1 to 64 of a-z 0-9 _");
        }
        return value;
    }

    /** As {@link #type(FieldReader, String, String)}, null where it is absent. */
    public static @Nullable String type(Fields given, String field) {
        String value = given.text(field);
        return value == null ? null : type(given.fields(), field, value);
    }

    /** An id, null where it is absent. */
    public static @Nullable String id(Fields given, String field) {
        String value = given.text(field);
        return value == null ? null : given.fields().id(field, value);
    }

    /** An id, a new one where it is absent. */
    public static String idOrNew(Fields given, String field) {
        String value = id(given, field);
        return value == null ? FieldReader.newId() : value;
    }

    /** Text of at most {@code longest} characters, empty where it is absent. */
    public static String text(Fields given, String field, int longest) {
        String value = given.text(field);
        return value == null ? "" : given.fields().text(field, value, 0, longest);
    }

    /** An object, an empty one where it is absent. */
    public static String object(Fields given, String field) {
        String value = given.object(field);
        return value == null ? "{}" : value;
    }

    /** A vocabulary of these words and no others. */
    public static Map<String, String> known(String... words) {
        return Stream.of(words).collect(Collectors.toMap(Function.identity(), Function.identity()));
    }

    /** A word of {@code known}, null where it is absent. */
    public static @Nullable String word(Fields given, String field, Map<String, String> known) {
        String value = given.text(field);
        return value == null ? null : given.fields().word(field, value, known);
    }

    /** The figures of {@code group} as compact JSON text, null where {@code body} has none. */
    public static @Nullable String metrics(JsonFields body, MetricGroup group) {
        JsonFields figures = body.child(group.field(), group.largest().keySet());
        if (figures == null) {
            return null;
        }
        group.largest().forEach((figure, most) -> {
            Double ignored = figures.number(figure, 0, most);
        });
        return figures.asText(group.field());
    }
}
