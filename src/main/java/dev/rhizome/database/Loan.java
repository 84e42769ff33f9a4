package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns.Turn;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One connection of the pool for one piece of work, and the turn in which it is used. Only {@link #end} gives it back.
 *
 * <p>Cancelling reaches neither the pool nor the driver. The pool takes back a connection that it has just handed over, while whoever
 * has got it goes on with it: a cancel request and a rollback meant for one piece of work would then meet the next one's. The driver
 * loses buffers of rows that come at that moment. So what the pool was asked for comes, and is given back unused where nobody wants it
 * any more; and work that has begun is stopped on the server, and ends by the server's answer.
 */
final class Loan {

    private static final Logger LOG = LoggerFactory.getLogger(Loan.class);
    /** Reactor's key for whoever takes the errors that a pipeline drops, in place of the hook of all. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private enum Stage {
        NEW,
        COMING,
        USED,
        OVER
    }

    private final ConnectionPool pool;
    private final Turn turn;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NEW);
    private final CompletableFuture<Connection> coming = new CompletableFuture<>();
    private final CompletableFuture<Boolean> stoppable = new CompletableFuture<>();
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();

    /** Takes nothing from {@code pool} yet. */
    Loan(ConnectionPool pool, Turn turn) {
        this.pool = pool;
        this.turn = turn;
    }

    /** Does {@code work}, which gives one value at most, once; empty where {@link #end} comes before the connection does. */
    <T> Mono<T> use(Function<PostgresqlConnection, Publisher<T>> work) {
        return Mono.deferContextual(context -> Mono.fromFuture(() -> begin(work, context), true))
                .dematerialize();
    }

    /** Its error is a value, for whoever cancelled does not wait for it. */
    private <T> CompletableFuture<@Nullable Signal<T>> begin(
            Function<PostgresqlConnection, Publisher<T>> work, ContextView context) {
        return Mono.fromFuture(this::ask, true)
                .filter(connection -> stage.compareAndSet(Stage.COMING, Stage.USED))
                .map(Loan::unwrap)
                .flatMapMany(work)
                .contextWrite(Context.of(context).put(ON_ERROR_DROPPED, (Consumer<Throwable>) Loan::drop))
                .onErrorMap(Exceptions::isMultiple, Loan::first)
                .as(Loan::<T>materialized)
                .doFinally(end -> answer())
                .toFuture();
    }

    /** Of statements that were sent together; the error of one that was not answered says that the connection is in doubt. */
    private static Throwable first(Throwable all) {
        List<Throwable> errors = Exceptions.unwrapMultiple(all);
        return errors.stream()
                .filter(TimeoutException.class::isInstance)
                .findFirst()
                .orElse(errors.getFirst());
    }

    /** What was sent along with a statement that failed fails too, and the first error is told already. */
    private static void drop(Throwable error) {
        LOG.debug("failed along with another: {}", error.toString());
    }

    private void answer() {
        beStoppable();
        boolean unused = answered.complete(true);
    }

    private static <T> Mono<Signal<T>> materialized(Flux<T> work) {
        return work.singleOrEmpty().materialize();
    }

    private CompletableFuture<Connection> ask() {
        if (stage.compareAndSet(Stage.NEW, Stage.COMING)) {
            CompletableFuture<Boolean> unused = pool.create().toFuture().handle(this::come);
        }
        return coming;
    }

    private Boolean come(Connection connection, Throwable failed) {
        return failed == null ? coming.complete(connection) : coming.completeExceptionally(failed);
    }

    /** Says that the server may be told to stop the work: not before a transaction has begun, or the rest would run outside of it. */
    void beStoppable() {
        boolean unused = stoppable.complete(true);
    }

    /** True when the server may be told to stop the work. */
    Mono<Boolean> stoppable() {
        return Mono.fromFuture(stoppable, true);
    }

    /** True when the work is over, however it ended: everything that it sent is answered. */
    Mono<Boolean> answered() {
        return Mono.fromFuture(answered, true);
    }

    /**
     * Gives the connection back by {@code how} where it was used, and as it is where not; then ends the turn.
     *
     * @param how closes the connection that the pool has lent
     */
    Mono<Void> end(Function<Connection, Publisher<Void>> how) {
        Mono<Connection> connection = Mono.fromFuture(coming, true).onErrorComplete();
        Mono<Void> ended = switch (stage.getAndSet(Stage.OVER)) {
            case NEW, OVER -> Mono.empty();
            case COMING -> connection.flatMap(unused -> Mono.from(unused.close()));
            case USED -> connection.flatMap(used -> Mono.from(how.apply(used)));
        };
        return ended.doFinally(whatever -> turn.end());
    }

    @SuppressWarnings("unchecked") // the pool hands out what its factory makes, and that is PostgreSQL's
    static PostgresqlConnection unwrap(Connection pooled) {
        return ((Wrapped<PostgresqlConnection>) pooled).unwrap();
    }
}
