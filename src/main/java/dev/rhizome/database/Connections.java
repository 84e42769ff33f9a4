package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Who;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lends the pool's connections, to tenants in turn. One whose state is in doubt is closed and not lent again: where a statement, a commit or a
 * rollback was not answered in time, where a rollback failed, where the server could not be told to cancel, where it takes no changes
 * any more, or where it saw another tenant than it should have.
 */
public final class Connections {

    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);
    private static final Duration CANCEL_AGAIN = Duration.ofMillis(20);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    private static final String TAKES_NO_CHANGES = "25006";
    /** What they are called in messages. */
    static final String CONNECTION = "database connection";

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ConnectionPool pool;
    private final FairTurns turns;
    private final Duration answerLimit;

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

    /** Lends the {@code places} connections of {@code pool} to whoever finds one free within some seconds. */
    static Connections withoutQueue(String what, ConnectionPool pool, int places, Duration answerLimit) {
        FairTurns.Limits limits = new FairTurns.Limits(what, places, places, places, places, places, SHORT_WAIT);
        return new Connections(pool, new FairTurns(limits), answerLimit);
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
     * Runs a transaction, which gives one value at most, on a connection of its own. An error rolls it back; cancelling stops the
     * running statement on the server first.
     *
     * @param who waits for the connection
     * @param begin begins the transaction
     * @param transaction all of it; is given the connection and {@code begin} on it
     */
    <T> Mono<T> inTransaction(
            Who who,
            Function<PostgresqlConnection, Mono<Void>> begin,
            BiFunction<PostgresqlConnection, Mono<Void>, Publisher<T>> transaction) {
        return Mono.usingWhen(
                loan(who),
                loan -> loan.use(connection ->
                        transaction.apply(connection, begin.apply(connection).doFinally(end -> loan.beStoppable()))),
                loan -> loan.end(Connection::close),
                (loan, error) -> loan.end(lent -> rollback(lent, error)),
                loan -> loan.end(lent -> cancel(loan, lent, this::rollback)));
    }

    /**
     * Runs {@code statements} of the service itself, which give one value at most, on a connection of their own. It is closed where
     * they are not answered.
     */
    <T> Mono<T> withoutTransaction(Function<PostgresqlConnection, Publisher<T>> statements) {
        return Mono.usingWhen(
                loan(Who.SERVICE),
                loan -> loan.use(connection -> stoppable(loan, statements.apply(connection))),
                loan -> loan.end(Connection::close),
                (loan, error) -> loan.end(error instanceof TimeoutException ? Connections::discard : Connection::close),
                loan -> loan.end(lent -> cancel(loan, lent, Connection::close)));
    }

    private static <T> Flux<T> stoppable(Loan loan, Publisher<T> statements) {
        return Flux.from(statements).doOnSubscribe(sent -> loan.beStoppable());
    }

    private Mono<Loan> loan(Who who) {
        return turns.next(who).map(turn -> new Loan(pool, turn));
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

    private Mono<Void> rollback(Connection lent, Throwable error) {
        return error instanceof TimeoutException || error instanceof TenantMismatch || isOfAStandby(error)
                ? discard(lent)
                : rollback(lent);
    }

    /** After a failover, connections to the server that was the primary stay as they are, and none of them takes a change any more. */
    private static boolean isOfAStandby(Throwable error) {
        return error instanceof R2dbcException told && TAKES_NO_CHANGES.equals(told.getSqlState());
    }

    private Mono<Void> rollback(Connection lent) {
        return run(Loan.unwrap(lent), "rollback")
                .then(Mono.defer(() -> Mono.from(lent.close())))
                .onErrorResume(failed -> discard(lent));
    }

    /** Stops the work, and then gives the connection back by {@code how}. */
    private static Mono<Void> cancel(Loan loan, Connection lent, Function<Connection, Publisher<Void>> how) {
        return stop(loan, lent)
                .timeout(CANCEL_LIMIT)
                .then(Mono.defer(() -> Mono.from(how.apply(lent))))
                .onErrorResume(failed -> discard(lent));
    }

    /**
     * Has the server cancel what runs, until the work is over. One request may come between two statements, where it does nothing.
     * None is under way any more at the end, for it would cancel the next work.
     */
    private static Mono<Boolean> stop(Loan loan, Connection lent) {
        return loan.stoppable()
                .then(Mono.defer(() -> Loan.unwrap(lent).cancelRequest()))
                .then(Mono.defer(() -> loan.answered().timeout(CANCEL_AGAIN, Mono.empty())))
                .repeatWhenEmpty(again -> again);
    }

    private static Mono<Void> discard(Connection lent) {
        LOG.atWarn().addKeyValue("event", "connection-in-doubt").log("closed a connection whose state is in doubt");
        return Mono.from(Loan.unwrap(lent).close())
                .timeout(CLOSE_LIMIT)
                .onErrorComplete()
                .then(Mono.defer(() -> Mono.from(lent.close())))
                .onErrorComplete();
    }
}
