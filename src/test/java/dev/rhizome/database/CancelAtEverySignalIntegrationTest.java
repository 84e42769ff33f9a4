package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.CancelledAtSignal;
import dev.rhizome.testing.Residue;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Work that is cancelled at its n-th signal, for every n there is: the wait for the connection, the answer to begin, each row, the
 * commit, the way back. On a pool of one, so that whatever is left the next borrower finds.
 */
class CancelAtEverySignalIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Within which everything that a cancel began is over. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final int FEWEST_SIGNALS = 60;
    private static final int ROWS_OF_A_WRITE = 2;
    private static final Query<Integer> ROWS =
            Query.of("select n from generate_series(1, 3) n, pg_sleep(0.002)", row -> 1);
    private static final String ENTITY =
            "insert into entities (tenant_id, entity_id, type, name, digest) values ($1, $2, 'T', 'n', '')";
    private static final int EVERY_TENTH = 10;
    private static final Query<Integer> WRITTEN = Query.ofTenant(
            "select count(*)::integer as n from entities where tenant_id = $1",
            row -> Rows.required(row, "n", Integer.class));
    private static final Query<String> LEFT = Query.of("""
            select coalesce(current_setting('app.current_tenant', true), '')
                   || (select count(*) from pg_stat_activity
                        where datname = current_database() and usename = current_user
                          and pid <> pg_backend_pid() and state <> 'idle') as left_over
            """, row -> Rows.required(row, "left_over", String.class));

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);

    private final TenantTransactions transactions = new TenantTransactions(POOL);
    private final UntenantedQueries untenanted = new UntenantedQueries(POOL);

    /** The ways through the door. */
    enum Way {
        READ(1),
        READING(EVERY_TENTH),
        TOGETHER(EVERY_TENTH),
        WRITING(1),
        UNTENANTED(EVERY_TENTH);

        /** From a signal at which it is cancelled to the next. Ways whose signals another way has too, but for a few, are tried at some. */
        private final int step;

        Way(int step) {
            this.step = step;
        }
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @ParameterizedTest
    @EnumSource
    void whereverWorkIsCancelledNothingIsLeft(Way way) throws InterruptedException {
        Set<Integer> written = new TreeSet<>();
        assertAnswered(); // the connection is made, and is not what is counted
        try (Residue residue = Residue.watch();
                CancelledAtSignal cancelled = CancelledAtSignal.install()) {
            int n = 1;
            TenantId tenant = newTenant();
            while (cancelled.at(n, work(way, tenant))) {
                assertNothingIsLeft(way, n);
                if (way == Way.WRITING) {
                    written.add(written(tenant));
                    tenant = newTenant();
                }
                n += way.step;
            }
            assertThat(n).as("signals").isGreaterThan(FEWEST_SIGNALS);
            assertThat(residue.dropped()).isEmpty();
            assertThat(residue.leaks()).isEmpty();
        }
        assertThat(written).isEqualTo(way == Way.WRITING ? Set.of(0, ROWS_OF_A_WRITE) : Set.of());
    }

    private Publisher<?> work(Way way, TenantId tenant) {
        return switch (way) {
            case READ -> transactions.read(ROWS).contextWrite(TenantContext.of(tenant));
            case READING ->
                transactions
                        .reading(connection -> connection.list(ROWS).then(connection.list(ROWS)))
                        .contextWrite(TenantContext.of(tenant));
            case TOGETHER ->
                transactions
                        .read(ROWS, ROWS, TransactionSettings.PLANNED_BY_VALUES)
                        .contextWrite(TenantContext.of(tenant));
            case WRITING ->
                transactions
                        .writing(connection -> connection
                                .changed(Query.changeOfTenant(ENTITY, "first"))
                                .then(connection.changed(Query.changeOfTenant(ENTITY, "second"))))
                        .contextWrite(TenantContext.of(tenant));
            case UNTENANTED -> untenanted.rows(ROWS);
        };
    }

    private void assertNothingIsLeft(Way way, int at) throws InterruptedException {
        String when = way + ", cancelled at signal " + at;
        await(when, () -> PoolStatistics.of(POOL, 0).activeConnections() == 0);
        await(when, () -> "0".equals(untenanted.rows(LEFT).blockLast(LIMIT)));
    }

    private static void await(String when, BooleanSupplier fact) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!fact.getAsBoolean()) {
            assertThat(System.nanoTime()).as(when).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private TenantId newTenant() {
        TenantId tenant = new TenantId(UUID.randomUUID());
        Mono<Long> made = transactions
                .writing(connection -> connection.changed(Query.changeOfTenant(
                        "insert into tenants (tenant_id, slug, name) values ($1, $2, 'x')",
                        tenant.toString().substring(0, 18))))
                .contextWrite(TenantContext.of(tenant));
        assertThat(made.block(LIMIT)).isEqualTo(1);
        return tenant;
    }

    private int written(TenantId tenant) {
        return Objects.requireNonNull(transactions
                .read(WRITTEN)
                .contextWrite(TenantContext.of(tenant))
                .blockLast(LIMIT));
    }

    private void assertAnswered() {
        assertThat(untenanted.rows(LEFT).blockLast(LIMIT)).isEqualTo("0");
    }
}
