package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions that wait for their readers. */
class SnapshotsIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final TenantId ACME = new TenantId(UUID.randomUUID());
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Snapshots SNAPSHOTS =
            new Snapshots(new Servers(DatabaseSettings.from(DATABASE.variables(1))), new TenantMismatches());
    private static final Query<Long> COUNT = Query.ofTenant(
            "select count(*) as rows from entities where tenant_id = $1",
            row -> Rows.required(row, "rows", Long.class));

    @BeforeAll
    static void aTenant() throws SQLException {
        DATABASE.asApplication(
                ACME.value(), "insert into tenants (tenant_id, slug, name) values (current_tenant(), 'a', 'A')");
    }

    @AfterAll
    static void close() {
        SNAPSHOTS.close();
    }

    private static Flux<Long> counts(AtomicInteger asked, int times) {
        return counts(asked, times, ACME);
    }

    private static Flux<Long> counts(AtomicInteger asked, int times, TenantId tenant) {
        return SNAPSHOTS
                .<Long>reading((connection, taken) -> Mono.defer(() -> {
                            asked.incrementAndGet();
                            return connection.rows(COUNT).single().flatMap(taken);
                        })
                        .repeat(times - 1L)
                        .then())
                .contextWrite(TenantContext.of(tenant));
    }

    private static void write(String id) {
        try {
            DATABASE.asApplication(
                    ACME.value(),
                    "insert into entities (entity_id, type, name, digest) values ('" + id + "', 'T', 'n', '')");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsWrittenMeanwhileIsNotSeen() {
        AtomicInteger asked = new AtomicInteger();
        counts(asked, 3)
                .as(flux -> StepVerifier.create(flux, 1))
                .expectNextCount(1)
                .then(() -> write("one"))
                .thenRequest(1)
                .expectNext(0L)
                .then(() -> write("two"))
                .thenRequest(1)
                .expectNext(0L)
                .verifyComplete();
        assertThat(counts(asked, 1).blockFirst(LIMIT)).isEqualTo(2);
    }

    @Test
    void nothingIsAskedBeforeTheReaderWantsIt() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        StepVerifier.create(counts(asked, 50), 2)
                .expectNextCount(2)
                .thenAwait(Duration.ofMillis(300))
                .then(() -> assertThat(asked).hasValueLessThanOrEqualTo(4))
                .thenCancel()
                .verify(LIMIT);
        awaitRest();
    }

    @Test
    void cancellingStopsTheStatement() throws Exception {
        Disposable reading = SNAPSHOTS
                .<String>reading((connection, taken) -> connection
                        .rows(Query.of("select pg_sleep(20)::text as s", row -> "slept"))
                        .then())
                .contextWrite(TenantContext.of(ACME))
                .subscribe();
        await("1");

        reading.dispose();

        awaitRest();
    }

    @Test
    void anErrorReachesTheReaderBehindWhatCameBeforeIt() throws Exception {
        SNAPSHOTS
                .<Long>reading((connection, taken) -> connection
                        .rows(COUNT)
                        .single()
                        .flatMap(taken)
                        .thenMany(connection.rows(Query.of("select 1 / 0 as x", row -> 1L)))
                        .then())
                .contextWrite(TenantContext.of(ACME))
                .as(Awaited::create)
                .expectNextCount(1)
                .expectError()
                .verify(LIMIT);
        awaitRest();
    }

    @Test
    void aThirdIsTold() throws Exception {
        Disposable first =
                counts(new AtomicInteger(), 50).concatMap(count -> Mono.never()).subscribe();
        Disposable second =
                counts(new AtomicInteger(), 50).concatMap(count -> Mono.never()).subscribe();
        await("2");

        counts(new AtomicInteger(), 1, new TenantId(UUID.randomUUID()))
                .as(Awaited::create)
                .expectError(Overloaded.class)
                .verify(LIMIT);

        first.dispose();
        second.dispose();
        awaitRest();
        assertThat(counts(new AtomicInteger(), 1).blockFirst(LIMIT)).isNotNull();
    }

    private static void awaitRest() throws Exception {
        await("0");
    }

    /** Waits until so many connections are in a transaction. */
    private static void await(String expected) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!expected.equals(DATABASE.readAsAdministrator("""
                select count(*) from pg_stat_activity
                 where datname = current_database() and usename = 'rhizome_app' and state <> 'idle'
                """).getFirst())) {
            assertThat(System.nanoTime()).as("connections in a transaction").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
