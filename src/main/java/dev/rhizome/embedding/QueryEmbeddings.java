package dev.rhizome.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Vectors of search queries, which repeat. The cache knows texts and no tenants, and nothing tells a caller whether
 * somebody else asked before but a few milliseconds.
 */
public final class QueryEmbeddings {

    private final EmbeddingModel model;
    private final Cache<String, Embedding> cache;

    /** Keeps the {@code most} queries used last. */
    public QueryEmbeddings(EmbeddingModel model, long most) {
        this.model = model;
        this.cache = Caffeine.newBuilder().maximumSize(most).build();
    }

    /** The vector of {@code query}, which is not blank. */
    public Mono<Embedding> of(String query) {
        Embedding known = cache.getIfPresent(query);
        if (known != null) {
            return Mono.just(known);
        }
        return model.embed(List.of(query)).map(List::getFirst).doOnNext(made -> cache.put(query, made));
    }

    /** The model's id. */
    public String modelId() {
        return model.id();
    }

    /** Numbers in a vector. */
    public int dimensions() {
        return model.dimensions();
    }
}
