package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Turn;
import dev.rhizome.fairness.FairTurns.Who;
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
 * Lends the pool's connections, to tenants in turn. One whose state is in doubt is closed and not lent again: where a statement, a commit or a
 * rollback was not answered in time, where a rollback failed, or where the server could not be told to cancel.
 */
public final class Connections {

    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    /** What they are called in messages. */
    static final String CONNECTION = "database connection";

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ConnectionPool pool;
    private final FairTurns turns;
    private final Duration answerLimit;

    /** A connection, and the turn in which it is used. */
    private record Lent(Connection connection, Turn turn) {

        PostgresqlConnection unwrap() {
            return Connections.unwrap(connection);
        }

        /** Back to the pool. */
        Mono<Void> close() {
            return Mono.from(connection.close());
        }
    }

    /** Lends connections of {@code pool}, and waits for answers as long as the default settings say. */
    Connections(ConnectionPool pool) {
        this(pool, DatabaseSettings.USUAL_ANSWER_LIMIT);
    }

    /** Lends connections of {@code pool} without bounds of waiting; see below. */
    Connections(ConnectionPool pool, Duration answerLimit) {
        this(
                pool,
                new FairTurns(FairTurns.Limits.of(
                        CONNECTION, PoolStatistics.of(pool, 0).maxConnections())),
                answerLimit);
    }

    /**
     * Lends connections of {@code pool}.
     *
     * @param turns who has the next one
     * @param answerLimit longest wait for the server to answer
     */
    public Connections(ConnectionPool pool, FairTurns turns, Duration answerLimit) {
        this.pool = pool;
        this.turns = turns;
        this.answerLimit = answerLimit;
    }

    /** The pool now, and how many wait for it. */
    public PoolStatistics statistics() {
        return PoolStatistics.of(pool, turns.waiting());
    }

    /** Longest wait for the server to answer. */
    Duration answerLimit() {
        return answerLimit;
    }

    /**
     * Runs a transaction on a connection of its own. An error rolls it back; cancelling stops the running statement on the
     * server first.
     *
     * @param who waits for the connection
     * @param transaction all of it, from begin to commit
     */
    <T> Flux<T> inTransaction(Who who, Function<PostgresqlConnection, Publisher<T>> transaction) {
        return Flux.usingWhen(
                lend(who),
                lent -> transaction.apply(lent.unwrap()),
                lent -> back(lent, lent.close()),
                (lent, error) -> back(lent, rollback(lent, error)),
                lent -> back(lent, cancel(lent)));
    }

    /**
     * Runs {@code statements} of the service itself on a connection of their own, which is closed where they are cancelled or not
     * answered.
     */
    <T> Flux<T> withoutTransaction(Function<PostgresqlConnection, Publisher<T>> statements) {
        return Flux.usingWhen(
                lend(Who.SERVICE),
                lent -> statements.apply(lent.unwrap()),
                lent -> back(lent, lent.close()),
                (lent, error) -> back(lent, error instanceof TimeoutException ? discard(lent) : lent.close()),
                lent -> back(lent, discard(lent)));
    }

    private Mono<Lent> lend(Who who) {
        return turns.next(who)
                .flatMap(turn -> pool.create()
                        .map(connection -> new Lent(connection, turn))
                        .doOnError(failed -> turn.end())
                        .doOnCancel(turn::end));
    }

    private static Mono<Void> back(Lent lent, Mono<Void> closed) {
        return closed.doFinally(whatever -> lent.turn().end());
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

    private Mono<Void> rollback(Lent lent, Throwable error) {
        return error instanceof TimeoutException ? discard(lent) : rollback(lent);
    }

    private Mono<Void> rollback(Lent lent) {
        return run(lent.unwrap(), "rollback").then(Mono.defer(lent::close)).onErrorResume(failed -> discard(lent));
    }

    private Mono<Void> cancel(Lent lent) {
        return lent.unwrap()
                .cancelRequest()
                .timeout(CANCEL_LIMIT)
                .then(Mono.defer(() -> rollback(lent)))
                .onErrorResume(failed -> discard(lent));
    }

    private static Mono<Void> discard(Lent lent) {
        LOG.atWarn().addKeyValue("event", "connection-in-doubt").log("closed a connection that did not answer");
        return Mono.from(lent.unwrap().close())
                .timeout(CLOSE_LIMIT)
                .onErrorComplete()
                .then(Mono.defer(lent::close))
                .onErrorComplete();
    }

    @SuppressWarnings("unchecked") // the pool hands out what its factory makes, and that is PostgreSQL's
    private static PostgresqlConnection unwrap(Connection pooled) {
        return ((Wrapped<PostgresqlConnection>) pooled).unwrap();
    }
}
