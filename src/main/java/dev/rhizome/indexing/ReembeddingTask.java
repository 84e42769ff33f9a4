package dev.rhizome.indexing;

import dev.rhizome.database.Query;
import dev.rhizome.embedding.EmbeddingModel;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.indexing.ReembeddingRepository.Step;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Re-embeds the documents of tenants whose embedding model is being changed, online: fills a second set of vectors from the
 * stored texts, lets it answer from one moment to the next once nothing is missing in it, then removes the first.
 *
 * <p>Writers fill both sets meanwhile.
 */
final class ReembeddingTask implements TenantJob {

    /** Name of the job. */
    static final String NAME = "re-embedding";

    private static final String PENDING = "select tenant from rhizome.open_reembedding_jobs($1) as tenant";
    private static final int CLEARED_AT_ONCE = 1_000;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ReembeddingRepository jobs;
    private final EmbeddingModels models;
    private final TenantProfiles profiles;
    private final IndexingProperties properties;

    ReembeddingTask(
            ReembeddingRepository jobs,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        this.jobs = jobs;
        this.models = models;
        this.profiles = profiles;
        this.properties = properties;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval() {
        return properties.reembeddingInterval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(PENDING, (Object) models.ids().toArray(String[]::new));
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return jobs.nextStep()
                .flatMap(step -> step.isFilling() ? fillOrSwitch(step, turn) : clear(step, turn))
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> fillOrSwitch(Step step, JobTurn turn) {
        return jobs.missing(step.to(), turn.position(), properties.reembeddingBatch())
                .flatMap(documents -> documents.isEmpty() ? switchOver(turn) : fill(step, documents, turn));
    }

    private Mono<Boolean> fill(Step step, List<WithoutVector> documents, JobTurn turn) {
        turn.moveTo(documents.getLast().id());
        return model(step)
                .flatMap(model -> model.embed(WithoutVector.texts(documents)).takeUntilOther(cancelled()))
                .flatMap(vectors -> jobs.fill(turn.worker(), step, documents, vectors))
                .thenReturn(true);
    }

    /** Ends the wait for vectors that nobody needs any more. */
    private Mono<Boolean> cancelled() {
        return Flux.interval(LOOK_AGAIN)
                .onBackpressureDrop()
                .concatMap(tick -> jobs.nextStep().map(Step::isFilling).defaultIfEmpty(false))
                .filter(filling -> !filling)
                .next();
    }

    /** Documents that were written behind the position are found by another pass from the start. */
    private Mono<Boolean> switchOver(JobTurn turn) {
        boolean isFirstPass = !turn.position().isEmpty();
        turn.moveTo("");
        return jobs.switchOver()
                .flatMap(switched -> switched ? profiles.forgetCurrent().thenReturn(true) : Mono.just(isFirstPass));
    }

    private Mono<Boolean> clear(Step step, JobTurn turn) {
        return jobs.clear(turn.worker(), step, CLEARED_AT_ONCE)
                .flatMap(removed -> removed > 0
                        ? Mono.just(true)
                        : jobs.end(turn.worker(), step).thenReturn(false));
    }

    /** Empty where the tenant is changed to another model or to none by now. */
    private Mono<EmbeddingModel> model(Step step) {
        return profiles.current().flatMap(profile -> {
            VectorSpace next = profile.nextSpace();
            return next == null || next.number() != step.to()
                    ? profiles.forgetCurrent().then(Mono.empty())
                    : Mono.justOrEmpty(models.find(next.model().id()));
        });
    }
}
