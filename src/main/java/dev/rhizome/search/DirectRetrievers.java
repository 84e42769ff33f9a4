package dev.rhizome.search;

import dev.rhizome.database.RequestPosition;
import dev.rhizome.database.SqlErrors;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.problem.OptimisticLockConflict;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;
import reactor.util.retry.Retry;

/**
 * Looks by meaning and by words. Together both share a transaction and a round trip; apart, each answers as soon as it can.
 * Cancelling stops the statement that runs.
 *
 * <p>Where no vector can be made of the words, the text retriever looks alone, and the result of the vector retriever says why.
 * A search by vector alone fails then.
 */
final class DirectRetrievers {

    private static final int TRIES = 3;

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final QueryVectors vectors;
    private final VectorPlanner planner;
    private final SearchProperties properties;

    DirectRetrievers(
            TenantTransactions transactions,
            TenantProfiles profiles,
            QueryVectors vectors,
            VectorPlanner planner,
            SearchProperties properties) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.vectors = vectors;
        this.planner = planner;
        this.properties = properties;
    }

    /** Makes the vector of {@code request}, which is remembered then; completes also where there is none. */
    Mono<Void> embedded(SearchRequest request) {
        return request.wants(Retriever.VECTOR)
                ? profiles.current()
                        .flatMap(profile -> vectors.of(request, profile))
                        .onErrorResume(failed -> Mono.empty()) // whoever needs it fails of the same
                        .then()
                : Mono.empty();
    }

    /** What each retriever found that {@code request} wants: both in one round trip, once everything is known for it. */
    Flux<RetrieverResult> together(SearchRequest request) {
        boolean both = request.wants(Retriever.VECTOR) && request.wants(Retriever.TEXT);
        return both ? inOneTransaction(request) : apart(request);
    }

    /**
     * What each retriever found that {@code request} wants, as soon as it has it. Words come first, since they wait for no
     * model: an answer that is resumed has to have its parts in the same order again.
     */
    Flux<RetrieverResult> apart(SearchRequest request) {
        Flux<RetrieverResult> text =
                request.wants(Retriever.TEXT) ? text(request).flux() : Flux.empty();
        Flux<RetrieverResult> vector =
                request.wants(Retriever.VECTOR) ? vector(request).flux() : Flux.empty();
        return Flux.mergeSequentialDelayError(1, text, vector);
    }

    private Flux<RetrieverResult> inOneTransaction(SearchRequest request) {
        return Flux.defer(() -> both(request)).retryWhen(whereTheVectorsMoved());
    }

    private Flux<RetrieverResult> both(SearchRequest request) {
        long began = System.nanoTime();
        return prepared(request)
                .flatMapMany(search -> both(request, search))
                .onErrorResume(
                        VectorUnavailable.class,
                        missing -> Flux.concat(Mono.just(failed(missing, began)), text(request)));
    }

    private Flux<RetrieverResult> both(SearchRequest request, VectorSearch search) {
        long began = System.nanoTime();
        return transactions
                .together(
                        search.settings(),
                        connection -> Mono.zip(
                                neighbours(connection, search, began),
                                matches(connection, request, search.profile(), began)))
                .flatMapMany(found -> results(search, found));
    }

    private Flux<RetrieverResult> results(
            VectorSearch search, Tuple2<Optional<RetrieverResult>, RetrieverResult> found) {
        return Flux.concat(complete(search, found.getT1()), Mono.just(found.getT2()));
    }

    private Mono<RetrieverResult> text(SearchRequest request) {
        return profiles.current().flatMap(profile -> text(request, profile));
    }

    private Mono<RetrieverResult> text(SearchRequest request, TenantProfile profile) {
        long began = System.nanoTime();
        return transactions
                .read(TextRetriever.query(request, profile, candidates(request)))
                .single()
                .map(documents -> RetrieverResult.ofText(documents, candidates(request), began));
    }

    private Mono<RetrieverResult> vector(SearchRequest request) {
        return Mono.defer(() -> vectorOnce(request)).retryWhen(whereTheVectorsMoved());
    }

    private Mono<RetrieverResult> vectorOnce(SearchRequest request) {
        long began = System.nanoTime();
        return prepared(request)
                .flatMap(this::nearest)
                .onErrorResume(
                        VectorUnavailable.class,
                        missing -> request.wants(Retriever.TEXT)
                                ? Mono.just(failed(missing, began))
                                : Mono.error(missing.problem()));
    }

    private static RetrieverResult failed(VectorUnavailable missing, long began) {
        return RetrieverResult.failed(Retriever.VECTOR, missing.problem().detail(), began);
    }

    private Mono<VectorSearch> prepared(SearchRequest request) {
        return profiles.current().flatMap(profile -> prepared(request, profile));
    }

    private Mono<VectorSearch> prepared(SearchRequest request, TenantProfile profile) {
        return vectors.of(request, profile).flatMap(embedding -> planned(request, profile, embedding));
    }

    private Mono<VectorSearch> planned(SearchRequest request, TenantProfile profile, Embedding embedding) {
        int candidates = candidates(request);
        return planner.plan(profile, request, candidates)
                .map(plan -> new VectorSearch(request, profile, embedding, plan, candidates, properties.vector()));
    }

    private Mono<RetrieverResult> nearest(VectorSearch search) {
        long began = System.nanoTime();
        return transactions
                .together(search.settings(), connection -> neighbours(connection, search, began))
                .flatMap(found -> complete(search, found));
    }

    /** An index scan that brought too little may have given up early; the exact scan then finds all there is. */
    private Mono<RetrieverResult> complete(VectorSearch search, Optional<RetrieverResult> looked) {
        if (looked.isEmpty()) {
            return Mono.deferContextual(context -> {
                RequestPosition.readAtPrimary(context); // a standby may not have seen yet what the profile knows
                return changed();
            });
        }
        RetrieverResult found = looked.get();
        return search.mayHaveMissed(found) ? nearest(search.exactly()) : Mono.just(found);
    }

    /** What was found; empty where the vectors have moved. That becomes an error only when the transaction has ended. */
    private Mono<Optional<RetrieverResult>> neighbours(TenantConnection connection, VectorSearch search, long began) {
        return connection
                .rows(search.query())
                .single()
                .onErrorResume(SqlErrors::isMissingTable, gone -> changed())
                .map(found -> found.areAsIn(search.profile())
                        ? Optional.of(search.result(found.documents(), began))
                        : Optional.empty());
    }

    private Mono<RetrieverResult> matches(
            TenantConnection connection, SearchRequest request, TenantProfile profile, long began) {
        int candidates = candidates(request);
        return connection
                .rows(TextRetriever.query(request, profile, candidates))
                .single()
                .map(documents -> RetrieverResult.ofText(documents, candidates, began));
    }

    /** Vectors of two models would have been compared, or were looked for where they are not any more. */
    private <T> Mono<T> changed() {
        return profiles.forgetCurrent()
                .then(Mono.error(() -> new OptimisticLockConflict("the tenant's vectors have just been moved")));
    }

    private static Retry whereTheVectorsMoved() {
        return Retry.max(TRIES)
                .filter(OptimisticLockConflict.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    /** A retriever that alone decides needs no more than the hits; what is fused or reranked looks deeper. */
    private int candidates(SearchRequest request) {
        return request.isOrderOfOneRetriever() ? request.limit() : Math.max(properties.candidates(), request.pool());
    }
}
