package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Refused;
import dev.rhizome.problem.TenantMissing;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
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

    private static final ConnectionPool POOL = TestDatabase.create().pool(1);

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
    void cancelledWorkStopsOnTheServerAndReturnsTheConnectionWithoutTheTenant() {
        Duration took = StepVerifier.create(transactions
                        .read(Query.of("select pg_sleep(20)::text as s", row -> "slept"))
                        .contextWrite(TenantContext.of(ACME)))
                .thenAwait(Duration.ofMillis(300))
                .thenCancel()
                .verify(LIMIT);

        assertNoTenantIsLeft();
        assertThat(took).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aStormOfCancelsLeavesThePoolUsable() {
        Flux.range(0, 200)
                .concatMap(i -> transactions
                        .read(Query.of("select n::text as n from generate_series(1, 1000) n", row -> "row"))
                        .contextWrite(TenantContext.of(ACME))
                        .take(Duration.ofNanos(i * 20_000L)))
                .then()
                .as(Awaited::create)
                .expectComplete()
                .verify(Duration.ofSeconds(60));

        assertNoTenantIsLeft();
        assertThat(acquired()).isZero();
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
