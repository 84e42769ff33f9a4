package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import reactor.core.publisher.Flux;

/**
 * Reads what belongs to no tenant: the catalogue, the server's health, and the allow-listed functions of the operator.
 * Without a tenant, row-level security shows no row of any tenant table here.
 */
public final class UntenantedQueries {

    private final ConnectionPool pool;

    /** Takes connections from {@code pool}. */
    public UntenantedQueries(ConnectionPool pool) {
        this.pool = pool;
    }

    /** The rows of a bounded query, all read before the first is emitted. */
    @SuppressWarnings("unchecked") // the pool hands out what its factory makes, and that is PostgreSQL's
    public <T> Flux<T> rows(Query<T> query) {
        return Flux.usingWhen(
                        pool.create(),
                        pooled -> TenantConnection.untenanted(((Wrapped<PostgresqlConnection>) pooled).unwrap(), query)
                                .collectList(),
                        Connection::close)
                .onErrorMap(SqlErrors::translate)
                .concatMapIterable(rows -> rows);
    }
}
