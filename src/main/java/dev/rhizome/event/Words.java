package dev.rhizome.event;

import dev.rhizome.http.FieldReader;
import dev.rhizome.http.Fields;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rules of fields that several things of this package share. */
final class Words {

    private static final Pattern TYPE = Pattern.compile("[a-z0-9_]{1,64}");

    private Words() {}

    /** A type out of an open vocabulary, such as {@code routing_decision}. */
    static String type(FieldReader fields, String field, String value) {
        if (!TYPE.matcher(value).matches()) {
            fields.reject(field, value, "1 to 64 of a-z 0-9 _");
        }
        return value;
    }

    /** As {@link #type(FieldReader, String, String)}, null where it is absent. */
    static @Nullable String type(Fields given, String field) {
        String value = given.text(field);
        return value == null ? null : type(given.fields(), field, value);
    }

    /** An id, null where it is absent. */
    static @Nullable String id(Fields given, String field) {
        String value = given.text(field);
        return value == null ? null : given.fields().id(field, value);
    }

    /** An id, a new one where it is absent. */
    static String idOrNew(Fields given, String field) {
        String value = id(given, field);
        return value == null ? FieldReader.newId() : value;
    }

    /** Text of at most {@code most} characters, empty where it is absent. */
    static String text(Fields given, String field, int most) {
        String value = given.text(field);
        return value == null ? "" : given.fields().text(field, value, 0, most);
    }

    /** An object, an empty one where it is absent. */
    static String object(Fields given, String field) {
        String value = given.object(field);
        return value == null ? "{}" : value;
    }

    /** The vocabulary of exactly {@code words}. */
    static Map<String, String> known(String... words) {
        return Stream.of(words).collect(Collectors.toMap(Function.identity(), Function.identity()));
    }
}
