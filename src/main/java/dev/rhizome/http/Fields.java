package dev.rhizome.http;

import dev.rhizome.problem.InvalidRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named values of a request, wherever they come from. Broken rules are collected until {@link #finish}. */
public interface Fields {

    /** The rules, for values that need one of them. */
    FieldReader fields();

    /** A string, or null where it is absent. */
    @Nullable
    String text(String name);

    /** A whole number, {@code otherwise} where it is absent. */
    int integer(String name, int otherwise, int least, int most);

    /** A time of ISO 8601 with its offset, to the microsecond; null where it is absent. */
    default @Nullable Instant instant(String name) {
        String value = text(name);
        return value == null ? null : fields().instant(name, value);
    }

    /** A time of ISO 8601 with its offset, {@code otherwise} where it is absent. */
    default Instant instant(String name, Instant otherwise) {
        Instant given = instant(name);
        return given == null ? otherwise : given;
    }

    /** A number from 0 to 1, {@code otherwise} where it is absent. */
    float fraction(String name, float otherwise);

    /** {@code true} or {@code false}, {@code otherwise} where it is absent. */
    boolean flag(String name, boolean otherwise);

    /** Strings; empty where it is absent. */
    List<String> list(String name);

    /** A word out of {@code known}, {@code otherwise} where it is absent. */
    <T> T word(String name, T otherwise, Map<String, T> known);

    /** A JSON object as compact text, at most 16 KB; null where it is absent. */
    @Nullable
    String object(String name);

    /**
     * Ends the reading.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    void finish();
}
