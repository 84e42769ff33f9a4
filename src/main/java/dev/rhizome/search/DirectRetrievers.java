package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.TenantProfiles;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.OptimisticLockConflict;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The legs that look by meaning and by words. Both at once share a transaction and a round trip; apart, each answers as
 * soon as it can. Cancelling stops the statement that runs.
 */
final class DirectRetrievers {

    private static final Query<Short> SPACE = Query.of(
            "select vector_space from tenants where tenant_id = current_tenant()",
            row -> Rows.required(row, "vector_space", Short.class));
    private static final int TRIES = 3;

    private final TenantTransactions transactions;
    private final TenantProfiles profiles;
    private final QueryEmbeddings embeddings;
    private final SearchProperties properties;
    private final VectorPlanner planner;
    private final VectorRetriever vectorLeg;
    private final TextRetriever textLeg = new TextRetriever();

    DirectRetrievers(
            TenantTransactions transactions,
            TenantProfiles profiles,
            QueryEmbeddings embeddings,
            SearchProperties properties) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.embeddings = embeddings;
        this.properties = properties;
        this.planner = new VectorPlanner(transactions, properties.vector());
        this.vectorLeg = new VectorRetriever(properties.vector());
    }

    /** A question with its vector, where there is one. */
    private record Near(Embedding embedding, VectorPlan plan, TenantProfile profile) {}

    /** What each leg that {@code request} wants found: all in one round trip, once everything is known for it. */
    Flux<RetrieverResult> together(SearchRequest request) {
        boolean both = request.wants(Retriever.VECTOR) && request.wants(Retriever.TEXT);
        return both
                ? Flux.defer(() -> near(request)
                                .flatMapIterable(List::of)
                                .concatMap(near -> bothOf(request, near))
                                .switchIfEmpty(Flux.defer(() -> apart(request))))
                        .retryWhen(whereTheModelChanged())
                : apart(request);
    }

    /**
     * What each leg that {@code request} wants found, as soon as it has it. Words come first, which wait for no model, and
     * come also where the model fails: an answer made again has to have its parts in the same order, or it could not be
     * resumed.
     */
    Flux<RetrieverResult> apart(SearchRequest request) {
        Flux<RetrieverResult> text =
                request.wants(Retriever.TEXT) ? text(request).flux() : Flux.empty();
        Flux<RetrieverResult> vector =
                request.wants(Retriever.VECTOR) ? vector(request).flux() : Flux.empty();
        return Flux.mergeSequentialDelayError(1, text, vector);
    }

    private Mono<RetrieverResult> text(SearchRequest request) {
        return profiles.current().flatMap(profile -> {
            long began = System.nanoTime();
            return transactions
                    .read(words(request, profile))
                    .collectList()
                    .map(documents -> RetrieverResult.ofText(documents, candidates(request), began));
        });
    }

    private Mono<RetrieverResult> vector(SearchRequest request) {
        return Mono.defer(() -> near(request)
                        .flatMap(near -> nearest(request, near))
                        .switchIfEmpty(Mono.defer(this::withoutModel)))
                .retryWhen(whereTheModelChanged());
    }

    private Mono<RetrieverResult> withoutModel() {
        return profiles.current()
                .map(profile -> RetrieverResult.missing(
                        Retriever.VECTOR,
                        "the tenant's embedding model "
                                + profile.space().model().id() + " is not configured in this service"));
    }

    /** Empty where the tenant's model is not configured here. */
    private Mono<Near> near(SearchRequest request) {
        return profiles.current()
                .flatMap(profile -> vector(request, profile)
                        .flatMap(embedding -> planner.plan(profile, request, candidates(request))
                                .map(plan -> new Near(embedding, plan, profile))));
    }

    private Mono<Embedding> vector(SearchRequest request, TenantProfile profile) {
        Embedding given = request.embedding();
        String words = request.query();
        if (given == null) {
            return embeddings.of(profile.space().model().id(), words == null ? "" : words);
        }
        int dimension = profile.space().model().dimension();
        return given.dimensions() == dimension
                ? Mono.just(given)
                : Mono.error(
                        () -> InvalidRequest.of("embedding", given.dimensions() + " numbers", dimension + " numbers"));
    }

    private Flux<RetrieverResult> bothOf(SearchRequest request, Near near) {
        int candidates = candidates(request);
        long began = System.nanoTime();
        return transactions
                .together(
                        vectorLeg.settings(near.plan(), request, candidates),
                        connection -> Mono.zip(
                                        connection
                                                .list(vectorLeg.query(
                                                        near.plan(), near.embedding(), request, asked(request, near)))
                                                .map(documents -> RetrieverResult.ofVector(
                                                        documents, candidates(request), began, near.plan())),
                                        connection
                                                .list(words(request, near.profile()))
                                                .map(documents ->
                                                        RetrieverResult.ofText(documents, candidates(request), began)),
                                        sameSpace(connection, near))
                                .map(all -> List.of(all.getT1(), all.getT2())))
                .flatMapMany(legs -> Flux.concat(whole(request, near, legs.getFirst()), Mono.just(legs.getLast())));
    }

    private Mono<RetrieverResult> nearest(SearchRequest request, Near near) {
        long began = System.nanoTime();
        return transactions
                .together(
                        vectorLeg.settings(near.plan(), request, candidates(request)),
                        connection -> Mono.zip(
                                connection.list(
                                        vectorLeg.query(near.plan(), near.embedding(), request, asked(request, near))),
                                sameSpace(connection, near),
                                (documents, same) ->
                                        RetrieverResult.ofVector(documents, candidates(request), began, near.plan())))
                .flatMap(found -> whole(request, near, found));
    }

    /** An index scan that brought too little may have given up early; the exact scan then tells what there is. */
    private Mono<RetrieverResult> whole(SearchRequest request, Near near, RetrieverResult found) {
        boolean isShort =
                near.plan().kind() == VectorPlan.Kind.HNSW && found.documents().size() < candidates(request);
        return isShort
                ? nearest(request, new Near(near.embedding(), near.plan().exactly(), near.profile()))
                : Mono.just(found);
    }

    /** The profile is remembered, and the tenant's model may have changed: then vectors of two models would be compared. */
    private Mono<Boolean> sameSpace(TenantConnection connection, Near near) {
        return connection.rows(SPACE).single().handle((space, sink) -> {
            if (space == near.profile().space().number()) {
                sink.next(true);
            } else {
                profiles.forget(near.profile().tenant());
                sink.error(new OptimisticLockConflict("the tenant's embedding model has just been changed"));
            }
        });
    }

    private static Retry whereTheModelChanged() {
        return Retry.max(TRIES)
                .filter(OptimisticLockConflict.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    private Query<Candidate> words(SearchRequest request, TenantProfile profile) {
        String words = request.query();
        return textLeg.query(words == null ? "" : words, profile, request, candidates(request));
    }

    private VectorRetriever.Asked asked(SearchRequest request, Near near) {
        return new VectorRetriever.Asked(near.profile(), candidates(request));
    }

    /** A leg that alone decides needs no more than the hits; what is fused or put in another order looks deeper. */
    private int candidates(SearchRequest request) {
        return request.isLegsOwnOrder() ? request.limit() : Math.max(properties.candidates(), request.pool());
    }
}
