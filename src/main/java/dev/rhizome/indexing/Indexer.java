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
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Makes the vectors that documents need before they are written, in the space that answers and in the one that will replace
 * it. No connection is held meanwhile, for this is the slow part.
 */
public final class Indexer {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
    private static final Duration LONGEST_FOR_NEXT = Duration.ofSeconds(5);
    private static final Retry WHEN_SPACES_CHANGE = Retry.max(3)
            .filter(OptimisticLockConflict.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    /**
     * Documents that are to get vectors.
     *
     * @param documents to be written
     * @param asBefore ids of those that keep their vectors
     * @param writers space that answered when they came; a vector of the writer's own is of that one
     */
    private record Wanted(List<SearchDocument> documents, Set<String> asBefore, VectorSpace writers) {

        boolean isToBeMade(SearchDocument document, VectorSpace space) {
            return own(document, space) == null && !asBefore.contains(document.id());
        }

        @Nullable
        Embedding own(SearchDocument document, VectorSpace space) {
            Embedding own = document.embedding();
            return own != null
                            && space.equals(writers)
                            && own.dimensions() == space.model().dimension()
                    ? own
                    : null;
        }
    }

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
     * @param asBefore ids of those whose name and text are stored already, so that their vectors stay
     * @param write binds the arrays to a statement that calls {@code index_documents}; an error of {@link OptimisticLockConflict} from it
     *     means that nothing was written
     * @return what {@code write} gives; an error of {@code Overloaded} where the tenant's model is not configured here
     */
    public <T> Mono<T> write(
            List<SearchDocument> documents, Set<String> asBefore, Function<IndexArrays, Mono<T>> write) {
        return profiles.current()
                .flatMap(first -> Mono.defer(profiles::current)
                        .flatMap(profile -> prepared(new Wanted(documents, asBefore, first.space()), profile))
                        .flatMap(write)
                        .onErrorResume(OptimisticLockConflict.class, this::forgetting)
                        .retryWhen(WHEN_SPACES_CHANGE));
    }

    /** As {@link #write(List, Set, Function)}, of documents that all get a vector. */
    public <T> Mono<T> write(List<SearchDocument> documents, Function<IndexArrays, Mono<T>> write) {
        return write(documents, Set.of(), write);
    }

    /**
     * Writes {@code documents} without waiting for vectors, which a job makes a moment later. Until then search finds them by
     * their words alone.
     *
     * @param write as of {@link #write}
     * @return what {@code write} gives
     */
    public <T> Mono<T> writeEarly(List<SearchDocument> documents, Function<IndexArrays, Mono<T>> write) {
        return Mono.defer(profiles::current)
                .map(profile ->
                        new IndexArrays(documents, profile, Collections.nCopies(documents.size(), null), List.of()))
                .flatMap(write)
                .onErrorResume(OptimisticLockConflict.class, this::forgetting)
                .retryWhen(WHEN_SPACES_CHANGE);
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
    private Mono<IndexArrays> prepared(Wanted wanted, TenantProfile profile) {
        VectorSpace next = profile.nextSpace();
        Mono<List<@Nullable Embedding>> later = next == null
                ? Mono.just(List.of())
                : vectors(wanted, next).timeout(LONGEST_FOR_NEXT).onErrorResume(Indexer::leftToTheMove);
        return Mono.zip(
                vectors(wanted, profile.space()),
                later,
                (first, second) -> new IndexArrays(wanted.documents(), profile, first, second));
    }

    private static Mono<List<@Nullable Embedding>> leftToTheMove(Throwable error) {
        return error instanceof RhizomeException || error instanceof TimeoutException
                ? Mono.just(List.of())
                : Mono.error(error);
    }

    /** A vector for each, or null for those that keep theirs. */
    private Mono<List<@Nullable Embedding>> vectors(Wanted wanted, VectorSpace space) {
        List<String> texts = wanted.documents().stream()
                .filter(document -> wanted.isToBeMade(document, space))
                .map(document -> SearchDocument.embeddable(document.name(), document.text()))
                .toList();
        Mono<List<Embedding>> made =
                texts.isEmpty() ? Mono.just(List.of()) : model(space).flatMap(m -> m.embed(texts));
        return made.map(vectors -> {
            Iterator<Embedding> next = vectors.iterator();
            List<@Nullable Embedding> all = new ArrayList<>(texts.size());
            for (SearchDocument document : wanted.documents()) {
                all.add(wanted.isToBeMade(document, space) ? next.next() : wanted.own(document, space));
            }
            return all;
        });
    }

    private Mono<EmbeddingModel> model(VectorSpace space) {
        return Mono.justOrEmpty(models.find(space.model().id()))
                .switchIfEmpty(Mono.error(() -> new Overloaded(
                        "the tenant's embedding model " + space.model().id() + " is not configured in this service",
                        RETRY_AFTER)));
    }
}
