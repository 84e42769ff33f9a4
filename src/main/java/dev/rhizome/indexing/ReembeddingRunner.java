package dev.rhizome.indexing;

import dev.rhizome.embedding.EmbeddingModel;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.indexing.ReembeddingRepository.Missing;
import dev.rhizome.indexing.ReembeddingRepository.Work;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Moves tenants from one embedding model to another, online: fills a second set of vectors from the stored texts, lets it
 * answer from one moment to the next once nothing is missing in it, then removes the first.
 *
 * <p>Writers fill both sets meanwhile. All that is known of a move is in the database, so that whichever process finds it
 * open goes on with it, after a crash too, once the lease of the one before has run out.
 */
public final class ReembeddingRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ReembeddingRunner.class);
    private static final int MOVES_AT_ONCE = 4;
    private static final int CLEARED_AT_ONCE = 1_000;
    private static final int RENEWALS = 4;

    private final ReembeddingRepository moves;
    private final EmbeddingModels models;
    private final TenantProfiles profiles;
    private final IndexingProperties properties;
    private final Semaphore turns = new Semaphore(MOVES_AT_ONCE);

    ReembeddingRunner(
            ReembeddingRepository moves,
            EmbeddingModels models,
            TenantProfiles profiles,
            IndexingProperties properties) {
        this.moves = moves;
        this.models = models;
        this.profiles = profiles;
        this.properties = properties;
    }

    /**
     * Begins to move the current tenant to {@code model}; the background job does the rest.
     *
     * @return the move; an error of {@link InvalidRequest} where the model is not configured in this service, of
     *     {@link Conflict} where the tenant has it or is being moved already
     */
    public Mono<ReembeddingJob> begin(String model) {
        if (!known().contains(model)) {
            return Mono.error(() -> InvalidRequest.of("model", model, "one of " + known()));
        }
        return moves.begin(model)
                .switchIfEmpty(Mono.error(() -> new Conflict("the tenant has the model " + model
                        + " already, or is being moved; see GET /v1/tenants/{id}/embedding")))
                .then(forgetProfile())
                .then(moves.find());
    }

    private List<String> known() {
        return models.all().stream().map(model -> model.name().id()).toList();
    }

    /** Turns the current tenant's move back, or an error of {@link Conflict} where it has switched or there is none. */
    public Mono<Void> cancel() {
        return moves.cancel()
                .filter(stopped -> stopped)
                .switchIfEmpty(Mono.error(() -> new Conflict("no move that could be turned back is going on")))
                .then(forgetProfile());
    }

    /** The current tenant's last move; empty where it never moved. */
    public Mono<ReembeddingJob> find() {
        return moves.find();
    }

    /** Goes on with the moves that nobody works on, a few at once, so that a long one does not hold up all others. */
    @Scheduled(fixedRateString = "${rhizome.indexing.move-interval:5s}")
    public Mono<Void> goOn() {
        return moves.open()
                .flatMap(tenant -> inTurn(work(tenant)).contextWrite(TenantContext.of(tenant)), MOVES_AT_ONCE)
                .then()
                .onErrorResume(error -> Mono.fromRunnable(() -> LOG.atWarn()
                        .addKeyValue("event", "moves-not-found")
                        .setCause(error)
                        .log("no work")));
    }

    private Mono<Void> inTurn(Mono<Void> work) {
        return Mono.using(turns::tryAcquire, has -> has ? work : Mono.empty(), has -> {
            if (has) {
                turns.release();
            }
        });
    }

    private Mono<Void> work(TenantId tenant) {
        Walk walk = new Walk();
        return Mono.defer(() -> step(walk))
                .repeat()
                .takeWhile(goesOn -> goesOn)
                .then()
                .onErrorResume(error -> noted(tenant, walk.worker, error));
    }

    private Mono<Void> noted(TenantId tenant, UUID worker, Throwable error) {
        LOG.atWarn()
                .addKeyValue("event", "embedding-move-stopped")
                .addKeyValue("tenant", tenant)
                .addKeyValue("cause", error.toString())
                .log("a move to another embedding model does not go on; it is tried again");
        String why = error instanceof RhizomeException known ? known.detail() : "see the log";
        return moves.failed(worker, why).onErrorComplete().then();
    }

    /** Where a walk over the tenant's documents has come to, and who makes it. */
    private static final class Walk {
        private final UUID worker = UUID.randomUUID();
        private String after = "";
    }

    /** One step: a batch filled, the switch, or a batch cleared; whether another is to follow. */
    private Mono<Boolean> step(Walk walk) {
        return lease(walk)
                .flatMap(work -> work.isFilling() ? fillOrSwitch(work, walk) : clear(work))
                .defaultIfEmpty(false);
    }

    private Mono<Work> lease(Walk walk) {
        return moves.lease(walk.worker, properties.moveLease(), known());
    }

    private Mono<Boolean> fillOrSwitch(Work work, Walk walk) {
        return moves.missing(work.to(), walk.after, properties.moveBatch())
                .flatMap(documents -> documents.isEmpty() ? switchOver(walk) : fill(work, documents, walk));
    }

    private Mono<Boolean> fill(Work work, List<Missing> documents, Walk walk) {
        walk.after = documents.getLast().id();
        List<String> texts = documents.stream()
                .map(document -> SearchDocument.embeddable(document.name(), document.text()))
                .toList();
        return model(work)
                .flatMap(model -> Mono.firstWithSignal(model.embed(texts), untilTurnedBack(walk)))
                .flatMap(vectors -> moves.fill(work, documents, vectors))
                .thenReturn(true);
    }

    /** Keeps the lease while vectors are made; empty when it is lost, or nothing is to be filled any more. */
    private <T> Mono<T> untilTurnedBack(Walk walk) {
        return Flux.interval(properties.moveLease().dividedBy(RENEWALS))
                .onBackpressureDrop()
                .concatMap(tick -> lease(walk).map(Work::isFilling).defaultIfEmpty(false))
                .takeWhile(goesOn -> goesOn)
                .then(Mono.empty());
    }

    /** What was written behind the walk is found by another from the start. */
    private Mono<Boolean> switchOver(Walk walk) {
        boolean walked = !walk.after.isEmpty();
        walk.after = "";
        return moves.switchOver().flatMap(switched -> switched ? forgetProfile().thenReturn(true) : Mono.just(walked));
    }

    private Mono<Boolean> clear(Work work) {
        return moves.clear(work, CLEARED_AT_ONCE)
                .flatMap(removed ->
                        removed > 0 ? Mono.just(true) : moves.end(work).thenReturn(false));
    }

    /** Empty where the tenant moves elsewhere or not at all by now. */
    private Mono<EmbeddingModel> model(Work work) {
        return profiles.current().flatMap(profile -> {
            VectorSpace next = profile.nextSpace();
            return next == null || next.number() != work.to()
                    ? forgetProfile().then(Mono.empty())
                    : Mono.justOrEmpty(models.find(next.model().id()));
        });
    }

    private Mono<Void> forgetProfile() {
        return TenantContext.current().doOnNext(profiles::forget).then();
    }
}
