package dev.rhizome.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Background jobs on a real database: who works on which tenant, and what becomes of those that fail. */
class JobRunnerIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final JobProperties SETTINGS = new JobProperties(
            2,
            8,
            Duration.ofSeconds(30),
            Duration.ofMillis(1),
            Duration.ofMinutes(5),
            Duration.ofMillis(200),
            Duration.ofMinutes(1),
            Duration.ofSeconds(5));

    private final TestDatabase database = TestDatabase.create();
    private final ConnectionPool pool = database.pool(4);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        pool.dispose();
    }

    /** A job whose tenants all have work, which is what {@code batch} does. */
    private record TestJob(List<UUID> tenants, Function<JobTurn, Mono<Boolean>> batch) implements TenantJob {

        @Override
        public String name() {
            return "test";
        }

        @Override
        public Duration interval() {
            return INTERVAL;
        }

        @Override
        public Query<TenantId> pending() {
            return TenantJob.tenants("select unnest($1::uuid[]) as tenant", (Object) tenants.toArray(UUID[]::new));
        }

        @Override
        public Mono<Boolean> runBatch(JobTurn turn) {
            return batch.apply(turn);
        }
    }

    /** A job that cannot find out which tenants have work. */
    private record BrokenJob(Duration interval) implements TenantJob {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Query<TenantId> pending() {
            return TenantJob.tenants("select tenant from nowhere");
        }

        @Override
        public Mono<Boolean> runBatch(JobTurn turn) {
            return Mono.just(false);
        }
    }

    private UUID newTenant() throws SQLException {
        UUID id = UUID.randomUUID();
        List<String> created = database.asApplication(
                id, "insert into tenants (tenant_id, slug, name) values ('" + id + "', 't" + id + "', 'T')");
        assertThat(created).containsExactly("1");
        return id;
    }

    private JobRunner runner(JobProperties settings, TenantJob... jobs) {
        UntenantedQueries untenanted = new UntenantedQueries(pool);
        JobLeases leases = new JobLeases(new TenantTransactions(pool), untenanted, settings);
        return new JobRunner(List.of(jobs), leases, untenanted, settings, new JobMeters(registry), tenant -> 1);
    }

    private List<String> leases(UUID tenant, String columns) throws SQLException {
        return database.asApplication(tenant, "select " + columns + " from job_leases");
    }

    private static Mono<UUID> tenant() {
        return TenantContext.current().map(TenantId::value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.009S"})
    void aJobWithoutAPauseIsRefused(Duration interval) {
        assertThatThrownBy(() -> runner(SETTINGS, new BrokenJob(interval)))
                .hasMessage("the interval of the job broken: " + interval + " (expected: PT0.01S or more)");
    }

    @Test
    void batchesFollowEachOtherUntilNothingIsLeftAndTheLeaseIsGivenBack() throws SQLException {
        UUID tenant = newTenant();
        List<String> seen = new CopyOnWriteArrayList<>();
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> Actor.current().map(actor -> {
                    seen.add(actor.name() + " from '" + turn.position() + "'");
                    turn.moveTo(turn.position() + "x");
                    return seen.size() < 3;
                }));

        runner(SETTINGS, job)
                .runPending(job)
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(seen).containsExactly("test from ''", "test from 'x'", "test from 'xx'");
        assertThat(leases(tenant, "1")).isEmpty();
        assertThat(registry.get("rhizome.job.batches")
                        .tag("job", "test")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(turns("done").count()).isEqualTo(1);
    }

    private Timer turns(String outcome) {
        return registry.get("rhizome.job.turns")
                .tag("job", "test")
                .tag("outcome", outcome)
                .timer();
    }

    @Test
    void aTenantThatFailsWaitsLongerEachTimeWhileOthersGoOn() throws SQLException {
        UUID failing = newTenant();
        UUID healthy = newTenant();
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger successes = new AtomicInteger();
        TestJob job = new TestJob(
                List.of(failing, healthy),
                turn -> tenant().flatMap(tenant -> {
                    if (tenant.equals(healthy)) {
                        return Mono.just(successes.incrementAndGet() < 0);
                    }
                    failures.incrementAndGet();
                    return Mono.error(new Overloaded("the model is down", Duration.ofSeconds(1)));
                }));

        runner(SETTINGS, job)
                .run()
                .as(StepVerifier::create)
                .thenAwait(Duration.ofSeconds(2))
                .thenCancel()
                .verify(LIMIT);

        // Pauses of 100 to 200, 200 to 400, 400 to 800 and 800 to 1,600 ms.
        assertThat(failures).hasValueBetween(2, 5);
        assertThat(successes).hasValueGreaterThan(10);
        assertThat(leases(failing, "error || ' ' || (failures = " + failures + ") || ' ' || (worker is null)"))
                .containsExactly("the model is down true true");
        assertThat(turns("failed").count()).isEqualTo(failures.get());
    }

    @Test
    void aPauseEndsWhereTheWorkHasChanged() throws SQLException {
        UUID tenant = newTenant();
        AtomicInteger attempts = new AtomicInteger();
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> attempts.incrementAndGet() == 1
                        ? Mono.error(new IllegalStateException("secret"))
                        : Mono.just(false));
        JobProperties patient =
                new JobProperties(2, 8, LIMIT, Duration.ZERO, LIMIT, Duration.ofHours(1), Duration.ofHours(1), LIMIT);
        JobRunner runner = runner(patient, job);

        runner.runPending(job)
                .then(runner.runPending(job))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(attempts).hasValue(1);
        assertThat(leases(tenant, "error")).containsExactly("see the service's log");

        new TenantTransactions(pool)
                .writing(connection -> connection.changed(TenantJob.retryNow("test")))
                .contextWrite(TenantContext.of(new TenantId(tenant)))
                .then(runner.runPending(job))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(attempts).hasValue(2);
        assertThat(leases(tenant, "error")).isEmpty();
    }

    @Test
    void oneProcessAtATimeWorksOnATenant() throws SQLException {
        UUID tenant = newTenant();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> Mono.fromRunnable(() -> most.accumulateAndGet(atOnce.incrementAndGet(), Math::max))
                        .then(Mono.delay(Duration.ofMillis(20)))
                        .doFinally(end -> atOnce.decrementAndGet())
                        .thenReturn(false));

        Mono.when(
                        runner(SETTINGS, job).run(),
                        runner(SETTINGS, job).run(),
                        runner(SETTINGS, job).run())
                .as(StepVerifier::create)
                .thenAwait(Duration.ofSeconds(1))
                .thenCancel()
                .verify(LIMIT);

        assertThat(most).hasValue(1);
        assertThat(turns("done").count()).isGreaterThan(3);
    }

    @Test
    void theBatchInHandEndsAndItsLeaseIsGivenBackWhenTheRunnerFinishes() throws SQLException {
        UUID tenant = newTenant();
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        Sinks.Empty<Void> running = Sinks.empty();
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> Mono.fromRunnable(() -> {
                            begun.incrementAndGet();
                            running.tryEmitEmpty();
                        })
                        .then(Mono.delay(Duration.ofMillis(300)))
                        .doOnNext(end -> ended.incrementAndGet())
                        .thenReturn(true));
        JobRunner runner = runner(SETTINGS, job);

        Mono.when(runner.run(), running.asMono().then(Mono.fromRunnable(runner::finish)))
                .as(Awaited::create)
                .verifyComplete();

        assertThat(begun).hasValue(1);
        assertThat(ended).hasValue(1);
        assertThat(database.asApplication(tenant, "select worker from job_leases"))
                .isEmpty();
    }

    @Test
    void aTenantWithEndlessWorkLetsOthersHaveTheirTurn() throws SQLException {
        UUID endless = newTenant();
        UUID other = newTenant();
        Sinks.One<UUID> reached = Sinks.one();
        TestJob job = new TestJob(
                List.of(endless, other),
                turn -> tenant().map(tenant -> {
                    if (tenant.equals(other)) {
                        reached.tryEmitValue(tenant);
                    }
                    return tenant.equals(endless);
                }));
        JobProperties oneAtATime = new JobProperties(
                1, 1, LIMIT, Duration.ofMillis(1), Duration.ofMillis(100), Duration.ofSeconds(1), LIMIT, LIMIT);

        Mono.firstWithSignal(runner(oneAtATime, job).run().then(Mono.<UUID>empty()), reached.asMono())
                .as(Awaited::create)
                .expectNext(other)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void tenantsWithEndlessWorkKeepNobodyOutWhileTheirTurnsLast() throws SQLException {
        List<UUID> endless = List.of(newTenant(), newTenant(), newTenant());
        UUID other = newTenant();
        Sinks.One<UUID> reached = Sinks.one();
        CopyOnWriteArrayList<UUID> all = new CopyOnWriteArrayList<>(endless);
        TestJob job = new TestJob(
                all,
                turn -> tenant().map(tenant -> {
                    all.addIfAbsent(other);
                    if (tenant.equals(other)) {
                        reached.tryEmitValue(tenant);
                    }
                    return !tenant.equals(other);
                }));

        Mono.firstWithSignal(runner(SETTINGS, job).run().then(Mono.<UUID>empty()), reached.asMono())
                .as(Awaited::create)
                .expectNext(other)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void whoWeighsMoreHasMoreBatches() throws SQLException {
        UUID heavy = newTenant();
        UUID light = newTenant();
        AtomicInteger ofHeavy = new AtomicInteger();
        AtomicInteger ofLight = new AtomicInteger();
        Set<UUID> there = ConcurrentHashMap.newKeySet();
        TestJob job = new TestJob(
                List.of(heavy, light),
                turn -> tenant().delayElement(Duration.ofMillis(10)).map(tenant -> {
                    if (there.add(tenant) && there.size() == 2) { // from here on both have work
                        ofHeavy.set(0);
                        ofLight.set(0);
                    }
                    AtomicInteger batches = tenant.equals(heavy) ? ofHeavy : ofLight;
                    return batches.incrementAndGet() > 0;
                }));
        JobProperties onePlace =
                new JobProperties(1, 8, LIMIT, Duration.ZERO, LIMIT, Duration.ofSeconds(1), LIMIT, LIMIT);
        UntenantedQueries untenanted = new UntenantedQueries(pool);
        JobLeases leases = new JobLeases(new TenantTransactions(pool), untenanted, onePlace);
        JobRunner runner = new JobRunner(
                List.of(job),
                leases,
                untenanted,
                onePlace,
                new JobMeters(registry),
                tenant -> tenant.value().equals(heavy) ? 3 : 1);

        runner.run()
                .as(StepVerifier::create)
                .thenAwait(Duration.ofSeconds(4))
                .thenCancel()
                .verify(LIMIT);

        assertThat(ofLight).hasValueGreaterThan(1);
        assertThat((double) ofHeavy.get() / ofLight.get()).isBetween(1.8, 4.2);
    }

    @Test
    void theEndOfTheServiceCancelsTheBatchAndGivesTheLeaseBack() throws SQLException {
        UUID tenant = newTenant();
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> Mono.<Boolean>never()
                        .doOnSubscribe(subscription -> begun.tryEmitEmpty())
                        .doOnCancel(cancelled::tryEmitEmpty));

        StepVerifier.create(runner(SETTINGS, job).run().takeUntilOther(begun.asMono()))
                .expectComplete()
                .verify(LIMIT);

        cancelled.asMono().as(Awaited::create).expectComplete().verify(LIMIT);
        Mono.fromCallable(() -> leases(tenant, "1").isEmpty())
                .subscribeOn(Schedulers.boundedElastic())
                .repeat()
                .delayElements(INTERVAL)
                .takeUntil(isFree -> isFree)
                .then()
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(turns("cancelled").count()).isEqualTo(1);
    }

    @Test
    void aBatchEndsWhenItsLeaseIsLost() throws SQLException {
        UUID tenant = newTenant();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        JobProperties shortLease = new JobProperties(
                1, 1, Duration.ofMillis(400), Duration.ZERO, LIMIT, Duration.ofSeconds(1), LIMIT, LIMIT);
        TestJob job = new TestJob(
                List.of(tenant),
                turn -> new TenantTransactions(pool)
                        .writing(connection -> connection.changed(Query.changeOfTenant(
                                "update job_leases set worker = $2 where tenant_id = $1", UUID.randomUUID())))
                        .then(Mono.<Boolean>never().doOnCancel(cancelled::tryEmitEmpty)));

        runner(shortLease, job)
                .runPending(job)
                .then(cancelled.asMono())
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(leases(tenant, "worker is not null")).containsExactly("t");
    }

    @Test
    void aLongBatchKeepsItsLease() throws SQLException {
        UUID tenant = newTenant();
        AtomicInteger batches = new AtomicInteger();
        JobProperties shortLease = new JobProperties(
                1, 1, Duration.ofMillis(400), Duration.ZERO, LIMIT, Duration.ofSeconds(1), LIMIT, LIMIT);
        TestJob job = new TestJob(
                List.of(tenant), turn -> Mono.delay(Duration.ofSeconds(1)).map(end -> batches.incrementAndGet() < 0));

        Mono.when(
                        runner(shortLease, job).runPending(job),
                        Mono.delay(Duration.ofMillis(700))
                                .then(Mono.defer(() -> runner(shortLease, job).runPending(job))))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(batches).hasValue(1);
    }

    @Test
    void aTenantThatIsBeingRemovedIsNotWorkedOn() throws SQLException {
        UUID tenant = newTenant();
        assertThat(database.asApplication(tenant, "select close_tenant('k', 'operator', null)"))
                .containsExactly("t");
        AtomicInteger batches = new AtomicInteger();
        TestJob job = new TestJob(List.of(tenant), turn -> Mono.just(batches.incrementAndGet() < 0));

        runner(SETTINGS, job)
                .runPending(job)
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(batches).hasValue(0);
        assertThat(leases(tenant, "1")).isEmpty();
    }

    @Test
    void aJobThatCannotFindItsTenantsKeepsNoOtherJobFromWorking() throws SQLException {
        UUID tenant = newTenant();
        Sinks.Empty<Void> reached = Sinks.empty();
        TestJob healthy = new TestJob(List.of(tenant), turn -> {
            reached.tryEmitEmpty();
            return Mono.just(false);
        });
        Mono.firstWithSignal(
                        runner(SETTINGS, new BrokenJob(INTERVAL), healthy).run(),
                        reached.asMono().then(failed("broken")))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);
    }

    /** When tenants of the job of that name could not be found once. */
    private Mono<Void> failed(String job) {
        return Flux.interval(INTERVAL)
                .onBackpressureDrop()
                .filter(tick -> registry.find("rhizome.job.search.failures")
                                .tag("job", job)
                                .counter()
                        != null)
                .next()
                .then();
    }
}
