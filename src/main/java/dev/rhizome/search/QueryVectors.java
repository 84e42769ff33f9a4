package dev.rhizome.search;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** The vectors that searches are made with: those that clients send, and those that models make of words. */
final class QueryVectors {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final QueryEmbeddings embeddings;
    private final Duration limit;

    QueryVectors(QueryEmbeddings embeddings, Duration limit) {
        this.embeddings = embeddings;
        this.limit = limit;
    }

    /**
     * The vector of {@code request} in the space of the tenant.
     *
     * @return the vector; an error of {@link InvalidRequest} where the client's vector has another length or the model refuses
     *     the words, of {@link VectorUnavailable} where the model cannot make one now
     */
    Mono<Embedding> of(SearchRequest request, TenantProfile profile) {
        Embedding given = request.embedding();
        return given == null ? ofWords(request.words(), profile) : checked(given, profile);
    }

    private static Mono<Embedding> checked(Embedding given, TenantProfile profile) {
        int dimension = profile.space().model().dimension();
        return given.dimensions() == dimension
                ? Mono.just(given)
                : Mono.error(
                        () -> InvalidRequest.of("embedding", given.dimensions() + " numbers", dimension + " numbers"));
    }

    private Mono<Embedding> ofWords(String words, TenantProfile profile) {
        String model = profile.space().model().id();
        return Mono.deferContextual(
                        context -> embeddings.of(asking(context, profile).value(), model, words))
                .switchIfEmpty(Mono.error(() -> new Overloaded(
                        "the tenant's embedding model " + model + " is not configured in this service", RETRY_AFTER)))
                .timeout(limit, Mono.error(this::late))
                .onErrorMap(RhizomeException.class, QueryVectors::unavailable);
    }

    private static TenantId asking(ContextView context, TenantProfile profile) {
        return Objects.requireNonNullElse(TenantContext.asking(context), profile.tenant());
    }

    private Overloaded late() {
        return new Overloaded(
                "the embedding model gave no vector of the query within " + limit.toMillis() + " ms", RETRY_AFTER);
    }

    private static Throwable unavailable(RhizomeException problem) {
        return switch (problem) {
            case InvalidRequest refused -> refused;
            case TimedOut late -> new VectorUnavailable(new Overloaded(late.detail(), RETRY_AFTER));
            default -> new VectorUnavailable(problem);
        };
    }
}
