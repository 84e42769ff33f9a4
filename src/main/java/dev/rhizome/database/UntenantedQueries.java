package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import reactor.core.publisher.Flux;

/**
 * Reads what belongs to no tenant: the catalogue, the server's health, and the allow-listed functions of the operator.
 * Without a tenant, row-level security shows no row of any tenant table here.
 */
public final class UntenantedQueries {

    private final Connections connections;

    /** Takes connections from {@code pool}, and waits for answers as long as the default settings say. */
    public UntenantedQueries(ConnectionPool pool) {
        this(new Connections(pool));
    }

    /**
     * Takes connections from {@code pool}.
     *
     * @param answerLimit longest wait for the server to answer
     */
    public UntenantedQueries(ConnectionPool pool, Duration answerLimit) {
        this(new Connections(pool, answerLimit));
    }

    /** Takes {@code connections}. */
    public UntenantedQueries(Connections connections) {
        this.connections = connections;
    }

    /** The rows of a bounded query, all read before the first is emitted. */
    public <T> Flux<T> rows(Query<T> query) {
        return connections
                .withoutTransaction(connection -> TenantConnection.untenanted(connection, query)
                        .collectList()
                        .timeout(connections.answerLimit()))
                .onErrorMap(SqlErrors::translate)
                .flatMapIterable(rows -> rows);
    }
}
