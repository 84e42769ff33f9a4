package dev.rhizome.database;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One statement, what is bound to its {@code $1, $2, …}, and how a row becomes a value.
 *
 * @param sql a constant; values are bound, never written into it
 * @param arguments bound in order; an argument that may be null goes through {@link #nullable}
 * @param mapper reads one row, and must not keep it
 */
public record Query<T>(String sql, List<Object> arguments, Function<Readable, T> mapper) {

    /** A query whose rows are read by {@code mapper}. */
    public static <T> Query<T> of(String sql, Function<Readable, T> mapper, Object... arguments) {
        return new Query<>(sql, List.of(arguments), mapper);
    }

    /** A value for {@link #of} that may be null, with the type that PostgreSQL should take it for. */
    public static Parameter nullable(@Nullable Object value, Class<?> type) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }
}
