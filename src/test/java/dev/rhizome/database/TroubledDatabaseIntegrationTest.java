package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A server that answers, and says no: two writers that wait for each other, no connection left, a standby, a killed session. */
class TroubledDatabaseIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final TenantId TENANT = new TenantId(UUID.randomUUID());
    private static final String ADD =
            "update entities set confidence = confidence / 2 where tenant_id = $1 and entity_id = $2";
    private static final String NEW =
            "insert into entities (tenant_id, entity_id, type, name, digest) values ($1, $2, 'T', 'n', '')";
    private static final Query<Float> CONFIDENCE = Query.ofTenant(
            "select min(confidence) as least from entities where tenant_id = $1",
            row -> Rows.required(row, "least", Float.class));

    private final TestDatabase database = TestDatabase.create();
    private final String name =
            DatabaseSettings.from(database.variables(2)).address().database();
    private final ConnectionPool pool = database.pool(2);
    private final TenantTransactions transactions = new TenantTransactions(pool);

    @BeforeEach
    void twoEntities() {
        database.asAdministrator("insert into rhizome.tenants (tenant_id, slug, name) values ('" + TENANT.value()
                + "', 'troubled', 'x')");
        write(connection -> connection.changed(Query.changeOfTenant(NEW, "one")));
        write(connection -> connection.changed(Query.changeOfTenant(NEW, "two")));
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void ofTwoWritersThatWaitForEachOtherOneIsRunAgainAndBothAreThere() throws Exception {
        CountDownLatch bothHaveOne = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(2);

        for (String[] order : new String[][] {{"one", "two"}, {"two", "one"}}) {
            Thread unused = Thread.ofVirtual().start(() -> {
                write(connection -> connection
                        .changed(Query.changeOfTenant(ADD, order[0]))
                        .publishOn(Schedulers.boundedElastic())
                        .doOnNext(changed -> meet(bothHaveOne))
                        .then(connection.changed(Query.changeOfTenant(ADD, order[1]))));
                done.countDown();
            });
        }

        assertThat(done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(read()).isEqualTo(0.25f);
    }

    @Test
    void withoutAConnectionItIsSaidToComeAgainAndThenItGoesOn() {
        database.asAdministrator("alter database " + name + " connection limit 0", ended());

        assertThatThrownBy(this::read).isInstanceOf(Overloaded.class);

        database.asAdministrator("alter database " + name + " connection limit -1");
        assertAnswersSoon();
    }

    @Test
    void aConnectionToAServerThatTakesNoChangesAnyMoreIsNotUsedAgain() {
        database.asAdministrator("alter database " + name + " set default_transaction_read_only = on", ended());
        assertThatThrownBy(() -> write(connection -> connection.changed(Query.changeOfTenant(ADD, "one"))))
                .isInstanceOf(Overloaded.class);

        database.asAdministrator(
                "set default_transaction_read_only = off",
                "alter database " + name + " reset default_transaction_read_only");

        write(connection -> connection.changed(Query.changeOfTenant(ADD, "one")));
        assertThat(read()).isEqualTo(0.5f);
    }

    @Test
    void aKilledSessionIsReplaced() {
        assertThat(read()).isEqualTo(1f);

        database.asAdministrator(ended());

        assertAnswersSoon();
        assertThat(PoolStatistics.of(pool, 0).activeConnections()).isZero();
    }

    private String ended() {
        return "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rhizome_app' and datname = '"
                + name + "'";
    }

    private void write(Function<TenantConnection, Mono<Long>> work) {
        assertThat(transactions
                        .writing(work)
                        .contextWrite(TenantContext.of(TENANT))
                        .block(LIMIT))
                .isEqualTo(1);
    }

    private float read() {
        return Objects.requireNonNull(transactions
                .read(CONFIDENCE)
                .contextWrite(TenantContext.of(TENANT))
                .blockLast(LIMIT));
    }

    private void assertAnswersSoon() {
        long end = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                assertThat(read()).isPositive();
                return;
            } catch (Overloaded notYet) {
                assertThat(System.nanoTime()).as("well again").isLessThan(end);
            }
        }
    }

    private static void meet(CountDownLatch all) {
        all.countDown();
        try {
            assertThat(all.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
