package dev.rhizome.rehousing;

import dev.rhizome.database.Query;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.rehousing.RehousingRepository.Step;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Moves a tenant's vectors: makes the next home, copies them, makes and calibrates its index, lets it take the place of the
 * home, and empties that. How far it is stands in {@code vector_homes}, so that another process goes on where this one ends.
 */
final class RehousingTask implements TenantJob {

    /** Name of the job, which {@code leased_move} knows. */
    static final String NAME = "rehousing";

    private final RehousingRepository moves;
    private final TenantProfiles profiles;
    private final RehousingProperties properties;

    RehousingTask(RehousingRepository moves, TenantProfiles profiles, RehousingProperties properties) {
        this.moves = moves;
        this.profiles = profiles;
        this.properties = properties;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval() {
        return properties.interval();
    }

    @Override
    public Query<TenantId> pending() {
        return moves.pending();
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return moves.next().flatMap(step -> run(step, turn.worker())).defaultIfEmpty(false);
    }

    private Mono<Boolean> run(Step step, UUID worker) {
        return switch (step.name()) {
            case "copying" -> moves.copy(worker);
            case "indexing" -> moves.index(worker);
            case "exchanging" -> moves.exchange(worker).delayUntil(more -> profileChanged());
            case "clearing" -> moves.clear(worker);
            case null, default -> Mono.justOrEmpty(step.target()).flatMap(target -> moves.begin(worker, target));
        };
    }

    /** Others learn it when they look where the vectors were. */
    private Mono<TenantId> profileChanged() {
        return TenantContext.current().doOnNext(profiles::forget);
    }
}
