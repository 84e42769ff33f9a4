package dev.rhizome.job;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Runs all background jobs, in any number of processes at once.
 *
 * <p>Each job looks for tenants with work once an interval and works on some of them at once, of which a few have a batch at the same
 * time: whose batches have taken the shortest time, for its weight, is next. A lease in the database keeps other processes away from a
 * tenant; it runs out when this process dies. A tenant that fails waits longer each time, and one with much work makes room for others
 * when its turn is over.
 */
public final class JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int RENEWALS = 4;

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    private final List<TenantJob> jobs;
    private final JobLeases leases;
    private final UntenantedQueries untenanted;
    private final JobProperties properties;
    private final JobMeters meters;
    private final ToIntFunction<TenantId> weights;

    /**
     * Work of one job on one tenant.
     *
     * @param places for batches of the job
     */
    private record Work(TenantJob job, TenantId tenant, FairTurns places) {}

    private final Sinks.Empty<Void> finish = Sinks.empty();
    private volatile boolean finishing;

    JobRunner(
            List<TenantJob> jobs,
            JobLeases leases,
            UntenantedQueries untenanted,
            JobProperties properties,
            JobMeters meters,
            ToIntFunction<TenantId> weights) {
        this.jobs = jobs.stream().map(JobRunner::checked).toList();
        this.leases = leases;
        this.untenanted = untenanted;
        this.properties = properties;
        this.meters = meters;
        this.weights = weights;
    }

    /** A job without a pause would ask the database all the time. */
    private static TenantJob checked(TenantJob job) {
        if (job.interval().compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException("the interval of the job " + job.name() + ": " + job.interval()
                    + " (expected: " + SHORTEST_INTERVAL + " or more)");
        }
        return job;
    }

    /** One without jobs of its own, for {@link #runOn} in a process without a service. */
    public static JobRunner alone(
            TenantTransactions transactions, UntenantedQueries untenanted, JobProperties properties) {
        JobLeases leases = new JobLeases(transactions, untenanted, properties);
        return new JobRunner(
                List.of(), leases, untenanted, properties, new JobMeters(new SimpleMeterRegistry()), tenant -> 1);
    }

    /**
     * Runs the jobs.
     *
     * @return empty, when {@link #finish} has been called and the batches in hand are over. Cancelling cancels these as well
     */
    public Mono<Void> run() {
        return Flux.fromIterable(jobs)
                .flatMap(this::repeatedly, Math.max(1, jobs.size()))
                .then();
    }

    /** Begins no more batches; leases are given back when the batches in hand are over. */
    void finish() {
        finishing = true;
        Sinks.EmitResult ignored = finish.tryEmitEmpty();
    }

    /**
     * The turns of {@code job}. A tenant is looked for only while there is room for it; a tick that comes meanwhile is dropped.
     */
    private Flux<Void> repeatedly(TenantJob job) {
        FairTurns places = places();
        return Flux.interval(Duration.ZERO, job.interval())
                .onBackpressureDrop()
                .takeUntilOther(finish.asMono())
                .concatMap(tick -> pending(job), 0)
                .takeWhile(tenant -> !finishing)
                .flatMap(tenant -> turn(new Work(job, tenant, places)), properties.tenants(), 1);
    }

    private FairTurns places() {
        return new FairTurns(
                FairTurns.Limits.of("place for background work", properties.concurrency()),
                weights,
                (tenant, nanos) -> {});
    }

    /**
     * Works once on each tenant that has work now, a few at once.
     *
     * @return empty, when all have had a turn; a failure is noted and is no error
     */
    public Mono<Void> runPending(TenantJob job) {
        FairTurns places = places();
        return pending(job)
                .flatMap(tenant -> turn(new Work(job, tenant, places)), properties.tenants())
                .then();
    }

    /**
     * Works once on {@code tenant}.
     *
     * @return empty, when it has had a turn or another process works on it; a failure is noted and is no error
     */
    public Mono<Void> runOn(TenantJob job, TenantId tenant) {
        return turn(new Work(job, tenant, places()));
    }

    private Flux<TenantId> pending(TenantJob job) {
        return untenanted
                .rows(job.pending())
                .collectList()
                .filter(tenants -> !tenants.isEmpty())
                .flatMapMany(tenants -> leases.free(job, tenants))
                .onErrorResume(error -> searchFailed(job, error).then(Mono.empty()));
    }

    private Mono<Void> searchFailed(TenantJob job, Throwable error) {
        return Mono.fromRunnable(() -> {
            meters.searchFailed(job);
            LOG.atWarn()
                    .addKeyValue("event", "job-search-failed")
                    .addKeyValue("job", job.name())
                    .addKeyValue("cause", error.toString())
                    .log("the tenants with work cannot be found; the job looks again after its interval");
        });
    }

    private Mono<Void> turn(Work work) {
        TenantJob job = work.job();
        return Mono.usingWhen(
                        Mono.defer(() -> leases.claim(job, new JobTurn())),
                        turn -> batches(work, turn),
                        turn -> ended(job, turn, "done"),
                        (turn, error) -> failed(job, turn, error),
                        turn -> ended(job, turn, "cancelled"))
                .onErrorResume(error -> warned(job, work.tenant(), error))
                .contextWrite(TenantContext.of(work.tenant()))
                .contextWrite(Actor.job(job.name()).context());
    }

    private Mono<Void> batches(Work work, JobTurn turn) {
        return Mono.defer(() -> batchesInPlace(work, turn))
                .repeatWhen(batches -> batches.delayElements(properties.pause()))
                .takeWhile(more -> more && !finishing && !turn.isLongerThan(properties.turn()))
                .then();
    }

    /**
     * As many batches as the tenant weighs, since it cannot ask for its next place before it has done with this one. Whether more
     * are to follow; false where the lease is lost.
     */
    private Mono<Boolean> batchesInPlace(Work work, JobTurn turn) {
        return Mono.usingWhen(
                        work.places().next(new Who(work.tenant(), false)).takeUntilOther(leaseLost(work.job(), turn)),
                        place -> batch(work.job(), turn)
                                .repeat(weights.applyAsInt(work.tenant()) - 1L)
                                .takeUntil(more -> !more)
                                .last(),
                        place -> Mono.fromRunnable(place::end))
                .defaultIfEmpty(false);
    }

    /** Whether another batch is to follow; false where the lease is lost. */
    private Mono<Boolean> batch(TenantJob job, JobTurn turn) {
        return Mono.defer(() -> job.runBatch(turn))
                .takeUntilOther(leaseLost(job, turn))
                .defaultIfEmpty(false)
                .doOnNext(more -> meters.batch(job))
                .flatMap(more -> leases.renewAfterSuccess(job, turn).map(held -> held && more));
    }

    /** Keeps the lease during a long batch, and while one waits for its place; completes when it is lost. */
    private Mono<Boolean> leaseLost(TenantJob job, JobTurn turn) {
        return Flux.interval(properties.lease().dividedBy(RENEWALS))
                .onBackpressureDrop()
                // A renewal that fails is not yet a lost lease: there are more before it runs out.
                .concatMap(tick -> leases.renew(job, turn).onErrorReturn(true))
                .filter(held -> !held)
                .next();
    }

    private Mono<Boolean> ended(TenantJob job, JobTurn turn, String outcome) {
        meters.turn(job, outcome, turn.nanos());
        return leases.release(job, turn);
    }

    private Mono<Boolean> failed(TenantJob job, JobTurn turn, Throwable error) {
        meters.turn(job, "failed", turn.nanos());
        String why = error instanceof RhizomeException known ? known.detail() : "see the service's log";
        return leases.fail(job, turn, why);
    }

    private static Mono<Void> warned(TenantJob job, TenantId tenant, Throwable error) {
        return Mono.fromRunnable(() -> LOG.atWarn()
                .addKeyValue("event", "job-failed")
                .addKeyValue("job", job.name())
                .addKeyValue("tenant", tenant)
                .addKeyValue("cause", error.toString())
                .log("a background job failed; it is tried again"));
    }
}
