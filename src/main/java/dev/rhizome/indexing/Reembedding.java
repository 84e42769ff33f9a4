package dev.rhizome.indexing;

import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import reactor.core.publisher.Mono;

/** Begins, cancels and shows the change of a tenant's embedding model; {@link ReembeddingTask} carries it out. */
public final class Reembedding {

    private final ReembeddingRepository jobs;
    private final EmbeddingModels models;
    private final TenantProfiles profiles;

    Reembedding(ReembeddingRepository jobs, EmbeddingModels models, TenantProfiles profiles) {
        this.jobs = jobs;
        this.models = models;
        this.profiles = profiles;
    }

    /**
     * Begins to change the current tenant's model to {@code model}; the background job does the rest.
     *
     * @return the job; an error of {@link InvalidRequest} where the model is not configured in this service, of
     *     {@link Conflict} where the tenant has that model already or its model is being changed
     */
    public Mono<ReembeddingJob> begin(String model) {
        if (!models.ids().contains(model)) {
            return Mono.error(() -> InvalidRequest.of("model", model, "one of " + models.ids()));
        }
        return jobs.begin(model)
                .switchIfEmpty(Mono.error(() -> new Conflict("the tenant has the model " + model
                        + " already, or is being moved; see GET /v1/tenants/{id}/embedding")))
                .then(profiles.forgetCurrent())
                .then(jobs.find());
    }

    /** Cancels the current tenant's job; an error of {@link Conflict} where it has switched already or there is none. */
    public Mono<Void> cancel() {
        return jobs.cancel()
                .filter(stopped -> stopped)
                .switchIfEmpty(Mono.error(() -> new Conflict("no change of model is under way that can be cancelled")))
                .then(profiles.forgetCurrent());
    }

    /** The current tenant's last job; empty where it never had one. */
    public Mono<ReembeddingJob> find() {
        return jobs.find();
    }
}
