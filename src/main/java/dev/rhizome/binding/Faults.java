package dev.rhizome.binding;

import dev.rhizome.problem.FieldError;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.SelfChecked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What is wrong with one request, each field once. Past some errors the others are only counted. */
final class Faults implements SelfChecked.Faults {

    private static final int MOST_KEPT = 2 * InvalidRequest.MOST_LISTED;

    private final List<FieldError> errors = new ArrayList<>(0);
    private final Set<String> fields = new HashSet<>(0);
    private String prefix = "";
    private int count;

    @Override
    public void reject(String field, @Nullable Object found, String expected) {
        String path = prefix + field;
        if (fields.contains(path)) {
            return;
        }
        count++;
        if (errors.size() < MOST_KEPT) {
            fields.add(path);
            errors.add(InvalidRequest.error(path, found, expected));
        }
    }

    /** Notes what another check has found. */
    void rejectAll(InvalidRequest found) {
        found.errors().forEach(error -> reject(error.field(), error.detail(), error.expected()));
    }

    /** Whether {@code field} is wrong already, or so much that it does not matter. */
    boolean has(String field) {
        return count > 0 && (count >= MOST_KEPT || fields.contains(prefix + field));
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** From now on fields are those within {@code field}; gives what {@link #leave} needs. */
    String enter(String field) {
        String before = prefix;
        prefix = before + field + ".";
        return before;
    }

    /** Ends what {@link #enter} began. */
    void leave(String before) {
        prefix = before;
    }

    /**
     * Ends the reading.
     *
     * @param place of the field that a path begins with
     * @throws InvalidRequest with everything noted in the order of the fields, if anything was
     */
    void finish(ToIntFunction<String> place) {
        if (count > 0) {
            List<FieldError> sorted = errors.stream()
                    .sorted(Comparator.comparingInt(error -> place.applyAsInt(first(error.field()))))
                    .toList();
            throw new InvalidRequest(sorted, count);
        }
    }

    private static String first(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '.' || path.charAt(i) == '[') {
                return path.substring(0, i);
            }
        }
        return path;
    }
}
