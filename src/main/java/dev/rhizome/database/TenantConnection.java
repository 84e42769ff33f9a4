package dev.rhizome.database;

import dev.rhizome.tenant.TenantId;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What work inside a tenant's transaction may do with its connection: run statements, and nothing else. */
public final class TenantConnection {

    private static final String OF_GUEST = "/* guest */ ";

    private final PostgresqlConnection connection;
    private final TenantId tenant;
    private final boolean isOfGuest;
    private final Duration answerLimit;

    /**
     * A conversation in a transaction of {@code tenant}.
     *
     * @param isOfGuest whether another tenant reads in it: a statement is not to find a plan that was made for the tenant itself
     */
    TenantConnection(PostgresqlConnection connection, TenantId tenant, boolean isOfGuest, Duration answerLimit) {
        this.connection = connection;
        this.tenant = tenant;
        this.isOfGuest = isOfGuest;
        this.answerLimit = answerLimit;
    }

    /** Whose transaction it is. */
    TenantId tenant() {
        return tenant;
    }

    /** The first value that {@code sql}, which has no parameters, gives; it is answered before what is sent behind it. */
    Mono<String> shown(String sql) {
        return values(sql).reduce((first, later) -> first);
    }

    /** As {@link #shown}, the first values of all rows of all its statements. */
    Mono<List<String>> allShown(String sql) {
        return values(sql).collectList();
    }

    private Flux<String> values(String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map((row, metadata) -> String.valueOf(row.get(0))));
    }

    /**
     * The rows of {@code query} in its order, which end with an error where the server does not answer in time. Statements subscribed together are sent together and answered in turn.
     */
    public <T> Flux<T> rows(Query<T> query) {
        return Connections.limited(rows(query, statement(query)), answerLimit);
    }

    /** The rows of {@code query}, which names no tenant. */
    static <T> Flux<T> untenanted(PostgresqlConnection connection, Query<T> query) {
        return rows(query, bound(connection.createStatement(query.sql()), 0, query));
    }

    private static <T> Flux<T> rows(Query<T> query, PostgresqlStatement statement) {
        return statement
                .execute()
                .concatMap(
                        result -> result.map((row, metadata) -> query.mapper().apply(row)));
    }

    /** All rows of {@code query}, empty list included. */
    public <T> Mono<List<T>> list(Query<T> query) {
        return rows(query, statement(query)).collectList().timeout(answerLimit);
    }

    /** The rows of {@code query} that fit into {@code budget}. */
    <T> Mono<List<T>> list(Query<T> query, RowBudget budget) {
        return statement(query)
                .execute()
                .concatMap(result -> result.map((row, metadata) -> budget.take(row, query.mapper())))
                .<T>handle((row, rows) -> row.ifPresent(rows::next))
                .collectList()
                .timeout(answerLimit);
    }

    /** How many rows a statement without {@code returning} changed. */
    public Mono<Long> changed(Query<?> query) {
        return statement(query)
                .execute()
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum)
                .timeout(answerLimit);
    }

    private PostgresqlStatement statement(Query<?> query) {
        String sql = isOfGuest ? OF_GUEST + query.sql() : query.sql();
        PostgresqlStatement statement = connection.createStatement(sql);
        return query.namesTenant() ? bound(statement.bind(0, tenant.value()), 1, query) : bound(statement, 0, query);
    }

    private static PostgresqlStatement bound(PostgresqlStatement statement, int first, Query<?> query) {
        int index = first;
        for (Object argument : query.arguments()) {
            statement.bind(index++, argument);
        }
        return statement;
    }
}
