package dev.rhizome.database;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One statement, what is bound to its parameters, and how a row becomes a value.
 *
 * @param sql a constant; values are bound, never written into it
 * @param namesTenant whether {@code $1} is the tenant of the transaction, and the arguments begin at {@code $2}
 * @param arguments bound in order; an argument that may be null goes through {@link #nullable}
 * @param mapper reads one row, and must not keep it
 */
public record Query<T>(String sql, boolean namesTenant, List<Object> arguments, Function<Readable, T> mapper) {

    /** A query that names no tenant, whose arguments are {@code $1, $2, …}. */
    public static <T> Query<T> of(String sql, Function<Readable, T> mapper, Object... arguments) {
        return new Query<>(sql, false, List.of(arguments), mapper);
    }

    /** A query of the tenant's rows: {@code $1} is the tenant's id, {@code arguments} are {@code $2, $3, …}. */
    public static <T> Query<T> ofTenant(String sql, Function<Readable, T> mapper, Object... arguments) {
        return new Query<>(sql, true, List.of(arguments), mapper);
    }

    /** As {@link #of}, of a statement that gives no rows. */
    public static Query<Void> change(String sql, Object... arguments) {
        return of(sql, Query::none, arguments);
    }

    /** As {@link #ofTenant}, of a statement that gives no rows. */
    public static Query<Void> changeOfTenant(String sql, Object... arguments) {
        return ofTenant(sql, Query::none, arguments);
    }

    private static Void none(Readable row) {
        throw new IllegalStateException("the statement returns rows");
    }

    /** A value that may be null, with the type that PostgreSQL should take it for. */
    public static Parameter nullable(@Nullable Object value, Class<?> type) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }
}
