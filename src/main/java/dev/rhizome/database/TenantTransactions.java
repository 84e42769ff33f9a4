package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.tenant.Deadline;
import dev.rhizome.tenant.SeenTenant;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;
import reactor.util.function.Tuple2;

/**
 * The one door to the database: runs work in a transaction that row-level security sees as the current tenant's.
 *
 * <p>Every method fails with {@code TenantMissing} before a connection is taken where the context has no tenant, and with
 * the exceptions of {@link SqlErrors} otherwise. Cancelling stops the running statement on the server, rolls back and
 * returns the connection. Nothing is emitted before the connection is back in the pool or on its way there, so a slow
 * subscriber holds none.
 *
 * <p>The server says in each transaction which tenant it sees, before the work's statements and after them. Where that is not
 * the context's, the transaction fails, nothing is emitted, {@link TenantMismatches} raises the alarm and the connection is
 * closed. What was written is rolled back if the server said so before the work, which is where a wrong tenant comes from. What
 * it said is noted in {@code SeenTenant} of the context.
 */
public final class TenantTransactions {

    /*
     * BEGIN and the tenant share one message. The tenant is transaction-local, so the pool gets the connection back
     * without it however the work ends. SET LOCAL takes no bind parameter; the literal is rendered from a UUID.
     *
     * Statements are pipelined: BEGIN is sent with the first statement of the work, without waiting for its answer. If
     * BEGIN failed, the work would run without a tenant, and row-level security would show and take nothing. Where all
     * statements are known at the start, COMMIT goes along too, and a read costs one round trip in all.
     *
     * Both messages also ask the server for its tenant, in front of the work and behind it, and what it says is compared with
     * the one of the context. SHOW is cheaper for the server than the function that policies call (ADR 28).
     */
    private static final String BEGIN_READ =
            "begin read only;set local app.current_tenant = '%s';show app.current_tenant;%s";
    private static final String BEGIN_SNAPSHOT =
            "begin isolation level repeatable read, read only;set local app.current_tenant = '%s';show app.current_tenant;%s";
    private static final String BEGIN_WRITE =
            "begin;set local app.current_tenant = '%s';show app.current_tenant;select enter_tenant() is null;%s";
    private static final String BEGIN_MAINTENANCE =
            "begin;set local app.current_tenant = '%s';show app.current_tenant;%s";
    private static final String COMMIT = "show app.current_tenant;commit";
    /** Asked behind the commit, it is behind the commit's place in the log. */
    private static final String COMMIT_AND_TELL = COMMIT + ";select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint";

    private static final int WRITE_ATTEMPTS = 3;
    private static final Duration FOR_THE_SERVICE_TO_CANCEL = Duration.ofMillis(500);
    private static final String AS_SERVICE = TenantTransactions.class.getName() + ".asService";

    private final Connections connections;
    private final TenantMismatches mismatches;
    private final Replicas replicas;

    /** Takes connections from {@code pool} only, and waits for answers as long as the default settings say. */
    public TenantTransactions(ConnectionPool pool) {
        this(new Connections(pool));
    }

    /**
     * Takes connections from {@code pool} only.
     *
     * @param answerLimit longest wait for the server to answer a statement, a commit or a rollback
     */
    public TenantTransactions(ConnectionPool pool, Duration answerLimit) {
        this(new Connections(pool, answerLimit));
    }

    private TenantTransactions(Connections connections) {
        this(connections, new TenantMismatches());
    }

    /** Takes {@code connections}, and raises the alarm by {@code mismatches}. */
    public TenantTransactions(Connections connections, TenantMismatches mismatches) {
        this(connections, mismatches, Replicas.NONE);
    }

    /** Takes {@code connections}, to read those of {@code replicas} where it may, and raises the alarm by {@code mismatches}. */
    public TenantTransactions(Connections connections, TenantMismatches mismatches, Replicas replicas) {
        this.connections = connections;
        this.mismatches = mismatches;
        this.replicas = replicas;
    }

    /**
     * The rows of one bounded query, read only, in one round trip; all are read before the first is emitted. Where the
     * context has a {@link RowBudget}, those past it are left out.
     */
    public <T> Flux<T> read(Query<T> query) {
        return read(query, TransactionSettings.NONE);
    }

    /**
     * As {@link #read(Query)}, of a query whose best plan depends on its values, such as one with conditions that may be
     * absent: it is planned each time.
     */
    public <T> Flux<T> filtered(Query<T> query) {
        return read(query, TransactionSettings.PLANNED_BY_VALUES);
    }

    /** As {@link #read(Query)}, under {@code settings}. */
    public <T> Flux<T> read(Query<T> query, TransactionSettings settings) {
        return Mono.deferContextual(context -> {
                    RowBudget budget = RowBudget.of(context);
                    return together(
                            settings,
                            connection -> budget == null ? connection.list(query) : connection.list(query, budget));
                })
                .flatMapIterable(rows -> rows);
    }

    /**
     * The rows of two bounded queries in one transaction and one round trip; each sees its own snapshot. Where the context has
     * a {@link RowBudget}, it is the first query's.
     */
    public <A, B> Mono<Tuple2<List<A>, List<B>>> read(Query<A> first, Query<B> second, TransactionSettings settings) {
        return Mono.deferContextual(context -> {
            RowBudget budget = RowBudget.of(context);
            return together(
                    settings,
                    connection -> Mono.zipDelayError(
                            budget == null ? connection.list(first) : connection.list(first, budget),
                            connection.list(second)));
        });
    }

    /** Read-only work of several dependent statements. */
    public <T> Mono<T> reading(Function<TenantConnection, Mono<T>> work) {
        return reading(BEGIN_READ, work);
    }

    /** As {@link #reading(Function)}, all of whose statements see the same rows. */
    <T> Mono<T> snapshot(Function<TenantConnection, Mono<T>> work) {
        return reading(BEGIN_SNAPSHOT, work);
    }

    private <T> Mono<T> reading(String begin, Function<TenantConnection, Mono<T>> work) {
        return TenantContext.current()
                .flatMap(tenant -> inRead(
                        tenant,
                        begin(begin, tenant, TransactionSettings.NONE),
                        (connection, begun) ->
                                pipelined(begun, work.apply(connection)).concatWith(commit(connection))))
                .onErrorMap(SqlErrors::translate);
    }

    /**
     * Work that writes. A serialization failure or a deadlock runs it again as a whole, three times at most. An error of
     * {@code Refused} where the tenant is suspended or being removed; while this runs, its removal waits.
     *
     * @param work has no effect outside the database, since it may run more than once
     */
    public <T> Mono<T> writing(Function<TenantConnection, Mono<T>> work) {
        return writing(BEGIN_WRITE, work);
    }

    /** As {@link #writing}, in whatever state the tenant is: what makes, changes and removes tenants. */
    public <T> Mono<T> maintaining(Function<TenantConnection, Mono<T>> work) {
        return writing(BEGIN_MAINTENANCE, work);
    }

    private <T> Mono<T> writing(String begin, Function<TenantConnection, Mono<T>> work) {
        return TenantContext.current()
                .transformDeferredContextual((tenant, context) -> TenantContext.guest(context) == null
                        ? tenant
                        : Mono.error(new IllegalStateException("a guest reads, and writes nothing")))
                .flatMap(tenant -> inTransaction(
                                connections,
                                tenant,
                                begin(begin, tenant, TransactionSettings.NONE),
                                (connection, begun) ->
                                        pipelined(begun, work.apply(connection)).concatWith(commitOfWrite(connection)))
                        .retryWhen(SqlErrors.retryOfWholeTransaction(WRITE_ATTEMPTS)))
                .onErrorMap(SqlErrors::translate);
    }

    /**
     * Read-only work whose statements are all subscribed at its start: begin, they and the commit are one round trip.
     *
     * @param work its statements must not depend on each other's answers
     */
    public <T> Mono<T> together(TransactionSettings settings, Function<TenantConnection, Mono<T>> work) {
        return TenantContext.current()
                .flatMap(tenant -> inRead(
                        tenant,
                        begin(BEGIN_READ, tenant, settings),
                        (connection, begun) -> Flux.mergeDelayError(
                                2, // all are answered, whichever fails
                                pipelined(begun, work.apply(connection)),
                                commit(connection))))
                .onErrorMap(SqlErrors::translate);
    }

    /** At a standby where the request may read there, and at the primary where that fails; nothing was emitted by then. */
    private <T> Mono<T> inRead(
            TenantId tenant, String begin, BiFunction<TenantConnection, Mono<Void>, Publisher<T>> conversation) {
        return Mono.deferContextual(context -> {
            Mono<T> atPrimary = inTransaction(connections, tenant, begin, conversation);
            // A standby may not have heard yet that a grant was revoked.
            boolean mustBeFresh = context.hasKey(AS_SERVICE) || TenantContext.guest(context) != null;
            Replica standby = mustBeFresh ? null : replicas.standby(context);
            if (standby == null) {
                return atPrimary;
            }
            RowBudget budget = RowBudget.of(context);
            Runnable undo = budget == null ? () -> {} : budget.undo();
            return inTransaction(standby.connections(), tenant, begin, conversation)
                    .onErrorResume(SqlErrors::isOfTheServer, failed -> {
                        replicas.giveUp(context);
                        undo.run();
                        return atPrimary;
                    });
        });
    }

    private <T> Mono<T> inTransaction(
            Connections connections,
            TenantId tenant,
            String begin,
            BiFunction<TenantConnection, Mono<Void>, Publisher<T>> conversation) {
        return Mono.deferContextual(context -> {
            TenantId guest = TenantContext.guest(context);
            String asWhom = guest == null ? "" : asGuest(guest);
            return connections.inTransaction(
                    context.hasKey(AS_SERVICE) ? Who.SERVICE : new Who(TenantContext.asking(context), false),
                    connection -> begun(
                            conversation(connection, tenant, guest),
                            begin + asWhom + limit(Deadline.of(context)),
                            context),
                    (connection, begun) -> conversation.apply(conversation(connection, tenant, guest), begun));
        });
    }

    /**
     * Policies of this role alone let a guest see what is shared. A plan that was made for one role is made anew for another, so its
     * statements have a text of their own.
     */
    private static String asGuest(TenantId guest) {
        return "set local app.current_guest = '%s';set local role = 'rhizome_guest';".formatted(guest.value());
    }

    private TenantConnection conversation(PostgresqlConnection connection, TenantId tenant, @Nullable TenantId guest) {
        return new TenantConnection(connection, tenant, guest != null, connections.answerLimit());
    }

    private Mono<Void> begun(TenantConnection connection, String begin, ContextView context) {
        Mono<Void> begun = compared(connection, connection.shown(begin));
        return context.hasKey(AS_SERVICE) || TenantContext.guest(context) != null
                ? begun
                : begun.doOnSuccess(same -> SeenTenant.note(context, connection.tenant()));
    }

    /** Completes where {@code shown} is the tenant of {@code connection}. */
    private Mono<Void> compared(TenantConnection connection, Mono<String> shown) {
        String expected = connection.tenant().toString();
        return shown.defaultIfEmpty("nothing")
                .filter(seen -> !seen.equals(expected))
                .flatMap(seen -> Mono.error(() -> mismatches.report(connection.tenant(), seen)));
    }

    /**
     * Where somebody waits for less time than a statement may take, so does the server, should the service not be there any more to
     * cancel it.
     */
    private String limit(@Nullable Deadline deadline) {
        if (deadline == null || deadline.remaining().compareTo(connections.answerLimit()) >= 0) {
            return "";
        }
        Duration limit = deadline.remaining().plus(FOR_THE_SERVICE_TO_CANCEL);
        return TransactionSettings.NONE
                .with("statement_timeout", limit.toMillis())
                .toSql();
    }

    /**
     * For {@code contextWrite}: the service asks on its own behalf, as it does for whoever shows a token, and the tenant's share is
     * not charged.
     */
    public static Context asService() {
        return Context.of(AS_SERVICE, true);
    }

    private static String begin(String form, TenantId tenant, TransactionSettings settings) {
        return form.formatted(tenant.value(), settings.toSql());
    }

    private static <T> Flux<T> pipelined(Mono<Void> begun, Publisher<T> work) {
        return Flux.merge(begun.then(Mono.empty()), work);
    }

    /** Tells the request, where it is one's and reads may go to standbys, how far the log has come with this. */
    private <T> Mono<T> commitOfWrite(TenantConnection connection) {
        return Mono.deferContextual(context -> {
            RequestPosition request = replicas.areUsed() ? RequestPosition.of(context) : null;
            if (request == null) {
                return commit(connection);
            }
            Mono<List<String>> told = connection.allShown(COMMIT_AND_TELL).timeout(connections.answerLimit());
            return told.flatMap(values -> compared(connection, Mono.just(values.getFirst()))
                    .doOnSuccess(same -> request.noteWritten(Long.parseLong(values.getLast())))
                    .then(Mono.empty()));
        });
    }

    private <T> Mono<T> commit(TenantConnection connection) {
        return compared(connection, connection.shown(COMMIT).timeout(connections.answerLimit()))
                .then(Mono.empty());
    }
}
