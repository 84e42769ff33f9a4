package dev.rhizome.paging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items in the list's order
 * @param next cursor of the page behind this one, null on the last
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Page<T>(List<T> items, @Nullable String next) {

    /**
     * Cuts a page from rows that were read with one more than {@code limit}, which tells whether there is more.
     *
     * @param key what the next page starts behind
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, Cursor> key) {
        return of(rows, limit, false, key);
    }

    /**
     * As {@link #of(List, int, Function)}, of rows that may have been cut short.
     *
     * @param isCutShort whether there are more rows than were read
     */
    public static <T> Page<T> of(List<T> rows, int limit, boolean isCutShort, Function<T, Cursor> key) {
        if (rows.size() <= limit && (!isCutShort || rows.isEmpty())) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, Math.min(limit, rows.size()));
        return new Page<>(List.copyOf(items), key.apply(items.getLast()).encoded());
    }
}
