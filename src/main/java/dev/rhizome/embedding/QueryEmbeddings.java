package dev.rhizome.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.problem.InvalidRequest;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Vectors of search queries, which repeat. They are remembered for each tenant apart: a vector that is there at once would
 * tell that somebody has asked the same before.
 */
public final class QueryEmbeddings {

    private record Question(UUID tenant, String model, String text) {}

    private final EmbeddingModels models;
    private final Cache<Question, Embedding> cache;

    /** Keeps the {@code most} queries used last. */
    public QueryEmbeddings(EmbeddingModels models, long most) {
        this.models = models;
        this.cache = Caffeine.newBuilder().maximumSize(most).build();
    }

    /**
     * The vector that the model of id {@code model} makes of {@code query}, which is not blank.
     *
     * @param tenant who asks
     * @return the vector; empty where that model is not configured here; the errors of {@link EmbeddingModel#embed}
     */
    public Mono<Embedding> of(UUID tenant, String model, String query) {
        Question question = new Question(tenant, model, query);
        Embedding known = cache.getIfPresent(question);
        if (known != null) {
            return Mono.just(known);
        }
        return Mono.justOrEmpty(models.find(model))
                .flatMap(maker -> maker.embedQuery(query))
                .onErrorMap(InvalidRequest.class, refused -> refused.named("query"))
                .doOnNext(made -> cache.put(question, made));
    }
}
