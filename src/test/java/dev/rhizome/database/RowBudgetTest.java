package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Readable;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

/** A page has no more bytes than it may, and always its first row. */
class RowBudgetTest {

    /** What a row costs besides its values. */
    private static final int ROW = 64;

    /** A row with one value. */
    private record OneValue(@Nullable Object value) implements Readable {

        @Override
        public <T> @Nullable T get(int index, Class<T> type) {
            return value == null ? null : type.cast(value);
        }

        @Override
        public <T> @Nullable T get(String name, Class<T> type) {
            return get(0, type);
        }
    }

    private static Optional<Integer> take(RowBudget budget, @Nullable Object value) {
        return budget.take(new OneValue(value), row -> Objects.hashCode(row.get("value", Object.class)));
    }

    /** Whether a second row of {@code value} fits where there is room for the first and {@code bytes}. */
    private static boolean fits(long bytes, @Nullable Object value) {
        RowBudget budget = new RowBudget(2 * ROW + bytes);
        return take(budget, null).isPresent() && take(budget, value).isPresent();
    }

    @Test
    void theFirstRowAlwaysFits() {
        RowBudget budget = new RowBudget(1);

        assertThat(take(budget, "much longer than that")).isPresent();
        assertThat(budget.isSpent()).isFalse();
        assertThat(take(budget, "a")).isEmpty();
        assertThat(budget.isSpent()).isTrue();
    }

    @Test
    void whatIsReadFromARowIsCounted() {
        assertThat(fits(3, "abc")).isTrue();
        assertThat(fits(2, "abc")).isFalse();
        assertThat(fits(6, "äöü")).isTrue();
        assertThat(fits(5, "äöü")).isFalse();
        assertThat(fits(8, 1L)).isTrue();
        assertThat(fits(7, 1L)).isFalse();
        assertThat(fits(2, new byte[2])).isTrue();
        assertThat(fits(1, new byte[2])).isFalse();
        assertThat(fits(5, new Object[] {"abc", "de"})).isTrue();
        assertThat(fits(4, new Object[] {"abc", "de"})).isFalse();
        assertThat(fits(0, null)).isTrue();
    }

    @Test
    void pastTheBudgetNoRowIsReadAnyMore() {
        RowBudget budget = new RowBudget(1);
        assertThat(take(budget, "a")).isPresent();
        assertThat(take(budget, "b")).isEmpty();

        Optional<Object> read = budget.take(new OneValue("c"), row -> {
            throw new AssertionError("read");
        });

        assertThat(read).isEmpty();
    }

    @Test
    void itTravelsInTheContext() {
        RowBudget budget = new RowBudget(1);

        assertThat(RowBudget.of(budget.in(Context.empty()))).isSameAs(budget);
        assertThat(RowBudget.of(Context.empty())).isNull();
    }
}
