package dev.rhizome.fairness;

import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads for work that takes long, which tenants have in turn. */
public final class FairThreads implements AutoCloseable {

    private static final int WAITING = 1_000;
    private static final int WAITING_OF_TENANT = 100;

    private final Scheduler scheduler;
    private final FairTurns turns;

    /**
     * Has no thread yet.
     *
     * @param place what a thread is, for messages
     * @param threads most of them
     * @param weights of tenants, 1 or more
     */
    public FairThreads(String place, int threads, ToIntFunction<TenantId> weights) {
        this.scheduler = Schedulers.newBoundedElastic(threads, WAITING, "fair");
        this.turns = new FairTurns(
                new FairTurns.Limits(place, threads, threads, threads, WAITING_OF_TENANT, WAITING, Duration.ZERO),
                weights,
                (tenant, nanos) -> {});
    }

    /**
     * What {@code work} gives, when it is the turn of the context's tenant.
     *
     * @param work may block
     * @return its value; an error of {@code ShareExceeded} or {@code Overloaded} where too many wait. Cancelling gives the turn up
     */
    public <T> Mono<T> run(Callable<T> work) {
        return Mono.deferContextual(context -> {
            FairTurns.Who who = new FairTurns.Who(TenantContext.asking(context), false);
            return Mono.usingWhen(
                    turns.next(who),
                    turn -> Mono.fromCallable(work).subscribeOn(scheduler),
                    turn -> Mono.fromRunnable(turn::end));
        });
    }

    @Override
    public void close() {
        scheduler.dispose();
    }
}
