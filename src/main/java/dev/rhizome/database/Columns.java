package dev.rhizome.database;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Arrays for statements that write many rows: one for each column, bound to {@code unnest}. */
public final class Columns {

    private Columns() {}

    /** The texts of one field. */
    public static <T> String[] texts(List<T> rows, Function<T, ? extends @Nullable String> field) {
        return of(rows, field, String[]::new);
    }

    /**
     * The values of one field, null where a row has none.
     *
     * @param make makes the array, as {@code Long[]::new}
     */
    public static <T, V> V[] of(List<T> rows, Function<T, ? extends @Nullable V> field, IntFunction<V[]> make) {
        return rows.stream().map(field).toArray(make);
    }
}
