package dev.rhizome.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What work inside a tenant's transaction may do with its connection: run statements, and nothing else. */
public final class TenantConnection {

    private final PostgresqlConnection connection;

    TenantConnection(PostgresqlConnection connection) {
        this.connection = connection;
    }

    /**
     * The rows of {@code query} in its order. Statements subscribed together are sent together and answered in turn.
     */
    public <T> Flux<T> rows(Query<T> query) {
        return statement(query)
                .execute()
                .concatMap(
                        result -> result.map((row, metadata) -> query.mapper().apply(row)));
    }

    /** All rows of {@code query}, empty list included. */
    public <T> Mono<List<T>> list(Query<T> query) {
        return rows(query).collectList();
    }

    /** How many rows a statement without {@code returning} changed. */
    public Mono<Long> changed(String sql, Object... arguments) {
        return statement(Query.of(sql, row -> row, arguments))
                .execute()
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum);
    }

    private PostgresqlStatement statement(Query<?> query) {
        PostgresqlStatement statement = connection.createStatement(query.sql());
        List<Object> arguments = query.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            statement.bind(i, arguments.get(i));
        }
        return statement;
    }
}
