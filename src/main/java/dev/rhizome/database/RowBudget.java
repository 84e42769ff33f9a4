package dev.rhizome.database;

import io.netty.buffer.ByteBufUtil;
import io.r2dbc.spi.Readable;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * How many bytes of rows one page may hold. It travels in the subscriber's context from the route to
 * {@link TenantTransactions#read(Query)}, which makes no object of a row past it, so that at most the budget and one row are
 * in memory. The first row of a page always fits.
 */
public final class RowBudget {

    private static final int BYTES_OF_A_ROW = 64;

    private final long most;
    private long used;
    private long rows;
    private volatile boolean isSpent;

    /** A budget of {@code bytes}, for one page. */
    public RowBudget(long bytes) {
        this.most = bytes;
    }

    /** {@code context} with this budget. */
    public Context in(Context context) {
        return context.put(RowBudget.class, this);
    }

    /** The budget in {@code context}, null where rows are not limited. */
    static @Nullable RowBudget of(ContextView context) {
        return context.getOrDefault(RowBudget.class, null);
    }

    /** Gives it what it has now back, for work that is done once more. */
    Runnable undo() {
        long usedBefore = used;
        long rowsBefore = rows;
        boolean wasSpent = isSpent;
        return () -> {
            used = usedBefore;
            rows = rowsBefore;
            isSpent = wasSpent;
        };
    }

    /** Whether a row was left out, so that the page is shorter than it was asked for. */
    public boolean isSpent() {
        return isSpent;
    }

    /** What {@code mapper} makes of {@code row}; empty where the row, or one before it, is past the budget. */
    <T> Optional<T> take(Readable row, Function<Readable, T> mapper) {
        if (isSpent) {
            return Optional.empty();
        }
        MeasuredRow measured = new MeasuredRow(row);
        T made = mapper.apply(measured);
        used += measured.bytes;
        if (rows > 0 && used > most) {
            isSpent = true;
            return Optional.empty();
        }
        rows++;
        return Optional.of(made);
    }

    /** Adds up the sizes of what is read from a row. */
    private static final class MeasuredRow implements Readable {
        private final Readable row;
        private long bytes = BYTES_OF_A_ROW;

        MeasuredRow(Readable row) {
            this.row = row;
        }

        @Override
        public <T> @Nullable T get(int index, Class<T> type) {
            return measured(row.get(index, type));
        }

        @Override
        public <T> @Nullable T get(String name, Class<T> type) {
            return measured(row.get(name, type));
        }

        private <T> @Nullable T measured(@Nullable T value) {
            bytes += bytes(value);
            return value;
        }

        private static long bytes(@Nullable Object value) {
            return switch (value) {
                case null -> 0;
                case String text -> ByteBufUtil.utf8Bytes(text);
                case byte[] data -> data.length;
                case Object[] items -> {
                    long sum = 0;
                    for (Object item : items) {
                        sum += bytes(item);
                    }
                    yield sum;
                }
                default -> Long.BYTES;
            };
        }
    }
}
