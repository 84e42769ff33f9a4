package dev.rhizome.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lends the pool's connections. One whose state is in doubt is closed and not lent again: where a statement, a commit or a
 * rollback was not answered in time, where a rollback failed, or where the server could not be told to cancel.
 */
final class Connections {

    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ConnectionPool pool;
    private final Duration answerLimit;

    /**
     * Lends connections of {@code pool}.
     *
     * @param answerLimit longest wait for the server to answer
     */
    Connections(ConnectionPool pool, Duration answerLimit) {
        this.pool = pool;
        this.answerLimit = answerLimit;
    }

    /** Longest wait for the server to answer. */
    Duration answerLimit() {
        return answerLimit;
    }

    /**
     * Runs a transaction on a connection of its own. An error rolls it back; cancelling stops the running statement on the
     * server first.
     *
     * @param transaction all of it, from begin to commit
     */
    <T> Flux<T> inTransaction(Function<PostgresqlConnection, Publisher<T>> transaction) {
        return Flux.usingWhen(
                pool.create(),
                pooled -> transaction.apply(unwrap(pooled)),
                Connection::close,
                this::rollback,
                this::cancel);
    }

    /** Runs {@code statements} on a connection of their own, which is closed where they are cancelled or not answered. */
    <T> Flux<T> withoutTransaction(Function<PostgresqlConnection, Publisher<T>> statements) {
        return Flux.usingWhen(
                pool.create(),
                pooled -> statements.apply(unwrap(pooled)),
                Connection::close,
                (pooled, error) -> error instanceof TimeoutException ? discard(pooled) : Mono.from(pooled.close()),
                this::discard);
    }

    /** Sends {@code sql}, which has no parameters and is answered before what is sent behind it. */
    static Mono<Void> send(PostgresqlConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(PostgresqlResult::getRowsUpdated)
                .then();
    }

    /** As {@link #send}; an error of {@link TimeoutException} where it is not answered in time. */
    Mono<Void> run(PostgresqlConnection connection, String sql) {
        return send(connection, sql).timeout(answerLimit);
    }

    /** {@code rows}, which end with an error of {@link TimeoutException} where they are not all there within {@code limit}. */
    static <T> Flux<T> limited(Flux<T> rows, Duration limit) {
        return rows.takeUntilOther(Mono.delay(limit).then(Mono.error(TimeoutException::new)));
    }

    private Mono<Void> rollback(Connection pooled, Throwable error) {
        return error instanceof TimeoutException ? discard(pooled) : rollback(pooled);
    }

    private Mono<Void> rollback(Connection pooled) {
        return run(unwrap(pooled), "rollback")
                .then(Mono.defer(() -> Mono.from(pooled.close())))
                .onErrorResume(failed -> discard(pooled));
    }

    private Mono<Void> cancel(Connection pooled) {
        return unwrap(pooled)
                .cancelRequest()
                .timeout(CANCEL_LIMIT)
                .then(Mono.defer(() -> rollback(pooled)))
                .onErrorResume(failed -> discard(pooled));
    }

    private Mono<Void> discard(Connection pooled) {
        LOG.atWarn().addKeyValue("event", "connection-in-doubt").log("closed a connection that did not answer");
        return Mono.from(unwrap(pooled).close())
                .timeout(CLOSE_LIMIT)
                .onErrorComplete()
                .then(Mono.defer(() -> Mono.from(pooled.close())))
                .onErrorComplete();
    }

    @SuppressWarnings("unchecked") // the pool hands out what its factory makes, and that is PostgreSQL's
    private static PostgresqlConnection unwrap(Connection pooled) {
        return ((Wrapped<PostgresqlConnection>) pooled).unwrap();
    }
}
