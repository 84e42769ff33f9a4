package dev.rhizome.indexing;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.EmbeddingModel;
import dev.rhizome.embedding.EmbeddingModels;
import dev.rhizome.problem.OptimisticLockConflict;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.tenant.TenantContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Makes the vectors that documents need before they are written, in the space that answers and in the one that will replace
 * it. No connection is held meanwhile, for this is the slow part.
 */
public final class Indexer {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
    private static final Duration LONGEST_FOR_NEXT = Duration.ofSeconds(5);
    private static final int TRIES = 3;

    private final TenantProfiles profiles;
    private final EmbeddingModels models;

    /** Asks {@code models}, as the tenant's profile wants it. */
    public Indexer(TenantProfiles profiles, EmbeddingModels models) {
        this.profiles = profiles;
        this.models = models;
    }

    /** The current tenant's profile. */
    public Mono<TenantProfile> profile() {
        return profiles.current();
    }

    /**
     * Prepares {@code documents} and writes them. Where the tenant's spaces change in between, both are done again.
     *
     * @param write binds the arrays to a statement that calls {@code index_documents}; an error of {@link OptimisticLockConflict} from it
     *     means that nothing was written
     * @return what {@code write} gives; an error of {@code Overloaded} where the tenant's model is not configured here
     */
    public <T> Mono<T> write(List<SearchDocument> documents, Function<IndexArrays, Mono<T>> write) {
        return profiles.current()
                .flatMap(first -> Mono.defer(profiles::current)
                        .flatMap(profile -> prepared(documents, profile, first.space()))
                        .flatMap(write)
                        .onErrorResume(OptimisticLockConflict.class, this::forgetting)
                        .retryWhen(Retry.max(TRIES)
                                .filter(OptimisticLockConflict.class::isInstance)
                                .onRetryExhaustedThrow((spec, signal) -> signal.failure())));
    }

    private <T> Mono<T> forgetting(OptimisticLockConflict changed) {
        return TenantContext.current().flatMap(tenant -> {
            profiles.forget(tenant);
            return Mono.error(changed);
        });
    }

    /**
     * A vector of the writer's own is of the space that answered when it came; another model cannot have made it. Those of
     * the next space are wanted soon and not now: without them the move makes them up.
     */
    private Mono<IndexArrays> prepared(List<SearchDocument> documents, TenantProfile profile, VectorSpace writers) {
        VectorSpace next = profile.nextSpace();
        Mono<List<Embedding>> later = next == null
                ? Mono.just(List.of())
                : vectors(documents, next, false).timeout(LONGEST_FOR_NEXT).onErrorResume(Indexer::leftToTheMove);
        return Mono.zip(
                vectors(documents, profile.space(), profile.space().equals(writers)),
                later,
                (first, second) -> new IndexArrays(documents, profile, first, second));
    }

    private static Mono<List<Embedding>> leftToTheMove(Throwable error) {
        return error instanceof RhizomeException || error instanceof TimeoutException
                ? Mono.just(List.of())
                : Mono.error(error);
    }

    private Mono<List<Embedding>> vectors(List<SearchDocument> documents, VectorSpace space, boolean takesOwn) {
        List<String> texts = documents.stream()
                .filter(document -> own(document, space, takesOwn).isEmpty())
                .map(document -> SearchDocument.embeddable(document.name(), document.text()))
                .toList();
        Mono<List<Embedding>> made =
                texts.isEmpty() ? Mono.just(List.of()) : model(space).flatMap(m -> m.embed(texts));
        return made.map(vectors -> {
            Iterator<Embedding> next = vectors.iterator();
            List<Embedding> all = new ArrayList<>(documents.size());
            for (SearchDocument document : documents) {
                all.add(own(document, space, takesOwn).orElseGet(next::next));
            }
            return all;
        });
    }

    private static Optional<Embedding> own(SearchDocument document, VectorSpace space, boolean isTaken) {
        return Optional.ofNullable(document.embedding())
                .filter(own -> isTaken && own.dimensions() == space.model().dimension());
    }

    private Mono<EmbeddingModel> model(VectorSpace space) {
        return Mono.justOrEmpty(models.find(space.model().id()))
                .switchIfEmpty(Mono.error(() -> new Overloaded(
                        "the tenant's embedding model " + space.model().id() + " is not configured in this service",
                        RETRY_AFTER)));
    }
}
