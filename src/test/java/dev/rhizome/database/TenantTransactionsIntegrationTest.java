package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Refused;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.Residue;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The one door, on a pool of one connection: whatever is left on it, the next borrower would find. */
class TenantTransactionsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TenantId ACME = new TenantId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final Query<String> TENANT = Query.of(
            "select coalesce(current_setting('app.current_tenant', true), '') as tenant",
            row -> Rows.required(row, "tenant", String.class));
    private static final String INSERT =
            "insert into tenants (tenant_id, slug, name) values (current_tenant(), $1, 'x')";

    private static final Duration SOON = Duration.ofMillis(500);
    private static final int STORM = 200;
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);

    private final TenantTransactions transactions = new TenantTransactions(POOL);
    private final UntenantedQueries untenanted = new UntenantedQueries(POOL);

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void workSeesItsTenant() {
        transactions
                .read(TENANT)
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectNext(ACME.toString())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void noTenantFailsBeforeAConnectionIsTaken() {
        transactions
                .read(TENANT)
                .as(Awaited::create)
                .expectError(TenantMissing.class)
                .verify(LIMIT);

        assertThat(acquired()).isZero();
    }

    @Test
    void committedWorkReturnsTheConnectionWithoutTheTenant() {
        transactions
                .writing(connection -> connection.changed(Query.of(INSERT, row -> true, "committed")))
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertNoTenantIsLeft();
    }

    @Test
    void failedWorkRollsBackAndReturnsTheConnectionWithoutTheTenant() {
        TenantId failing = new TenantId(UUID.randomUUID());
        transactions
                .writing(connection -> connection
                        .changed(Query.of(INSERT, row -> true, "failed"))
                        .then(Mono.error(new IllegalStateException("after the insert"))))
                .contextWrite(TenantContext.of(failing))
                .as(Awaited::create)
                .expectErrorMessage("after the insert")
                .verify(LIMIT);

        assertNoTenantIsLeft();
        transactions
                .read(Query.of("select slug from tenants", row -> Rows.required(row, "slug", String.class)))
                .contextWrite(TenantContext.of(failing))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void cancelledWorkStopsOnTheServerAndReturnsTheConnectionWithoutTheTenant() throws Exception {
        Disposable work = transactions
                .read(Query.of("select pg_sleep(20)::text as s", row -> "slept"))
                .contextWrite(TenantContext.of(ACME))
                .subscribe();
        awaitBusy("1", LIMIT);

        work.dispose();

        awaitBusy("0", SOON); // neither a statement nor an open transaction
        awaitNoneAcquired();
        assertNoTenantIsLeft();
    }

    /** Cancels come while the statement is sent, while it runs and while its rows come; every fourth is left alone. */
    @Test
    void aStormOfCancelsLeavesThePoolUsable() throws Exception {
        try (Residue residue = Residue.watch()) {
            List<Boolean> ends = Flux.range(0, STORM)
                    .concatMap(i -> inAStorm(i)
                            .map(row -> true)
                            .take(Duration.ofNanos(i % 4 == 3 ? LIMIT.toNanos() : i * 50_000L))
                            .defaultIfEmpty(false)
                            .last())
                    .collectList()
                    .block(Duration.ofSeconds(60));

            assertThat(ends).hasSize(STORM);
            assertThat(Collections.frequency(ends, false)).as("cancelled").isGreaterThan(STORM / 4);
            assertThat(Collections.frequency(ends, true)).as("over before").isGreaterThanOrEqualTo(STORM / 4);
            awaitBusy("0", SOON);
            awaitNoneAcquired();
            assertNoTenantIsLeft();
            assertThat(residue.dropped()).isEmpty();
            assertThat(residue.leaks()).isEmpty();
        }
    }

    /** Two statements of two milliseconds, of a tenant of its own: whoever had the connection before is not to be seen. */
    private Flux<String> inAStorm(int number) {
        TenantId tenant = new TenantId(new UUID(0x7000, Long.MIN_VALUE + number));
        Query<String> query = Query.of(
                "select current_setting('app.current_tenant') as tenant, pg_sleep(0.002)::text as s",
                row -> Rows.required(row, "tenant", String.class));
        return transactions
                .reading(connection -> connection.list(query).then(connection.list(query)))
                .flatMapIterable(rows -> rows)
                .contextWrite(TenantContext.of(tenant))
                .doOnNext(seen -> assertThat(seen).isEqualTo(tenant.toString()));
    }

    /** Waits until so many of the application's connections run a statement or have a transaction open. */
    private static void awaitBusy(String expected, Duration limit) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!expected.equals(DATABASE.readAsAdministrator("""
                select count(*) from pg_stat_activity
                 where datname = current_database() and usename = 'rhizome_app' and state <> 'idle'
                """).getFirst())) {
            assertThat(System.nanoTime()).as("busy connections").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** The pool hears of the rollback a moment after the server has done it. */
    private static void awaitNoneAcquired() throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        while (acquired() > 0) {
            assertThat(System.nanoTime()).as("connections still acquired").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void readsCannotWrite() {
        transactions
                .reading(connection -> connection.changed(Query.of(INSERT, row -> true, "read-only")))
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectError()
                .verify(LIMIT);

        assertNoTenantIsLeft();
    }

    @Test
    void writingForAnotherTenantIsRefused() {
        transactions
                .writing(connection -> connection.changed(Query.of(
                        "insert into tenants (tenant_id, slug, name) values (gen_random_uuid(), 'forged', 'x')",
                        row -> true)))
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectError(Refused.class)
                .verify(LIMIT);
    }

    @Test
    void statementsThatRunTooLongAreTimedOut() {
        transactions
                .read(
                        Query.of("select pg_sleep(20)::text as s", row -> "slept"),
                        TransactionSettings.NONE.with("statement_timeout", 100))
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectError(TimedOut.class)
                .verify(LIMIT);

        assertNoTenantIsLeft();
    }

    @Test
    void slowReaderHoldsNoConnection() {
        transactions
                .read(Query.of("select n from generate_series(1, 10) n", row -> 1))
                .contextWrite(TenantContext.of(ACME))
                .as(rows -> StepVerifier.create(rows, 0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(acquired()).isZero())
                .thenCancel()
                .verify(LIMIT);
    }

    private void assertNoTenantIsLeft() {
        untenanted
                .rows(TENANT)
                .as(Awaited::create)
                .expectNext("")
                .expectComplete()
                .verify(LIMIT);
    }

    private static int acquired() {
        return PoolStatistics.of(POOL, 0).activeConnections();
    }
}
