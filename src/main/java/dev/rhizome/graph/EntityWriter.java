package dev.rhizome.graph;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.EmbeddingModel;
import dev.rhizome.graph.EntityRepository.Prepared;
import dev.rhizome.http.BatchWriter;
import dev.rhizome.http.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Writes batches of entities: leaves out what is stored already, makes the missing vectors, stores the rest.
 *
 * <p>No connection is held while vectors are made, the slow part. A file sent again is recognized before that.
 */
public final class EntityWriter implements BatchWriter<EntityInput> {

    private final EntityRepository entities;
    private final EmbeddingModel model;

    /** Writes to {@code entities} with vectors of {@code model}. */
    public EntityWriter(EntityRepository entities, EmbeddingModel model) {
        this.entities = entities;
        this.model = model;
    }

    /** Numbers that a vector must have. */
    int dimensions() {
        return model.dimensions();
    }

    @Override
    public Mono<List<Result>> write(List<EntityInput> batch) {
        List<String> ids = batch.stream().map(EntityInput::id).toList();
        return entities.digests(ids)
                .map(known -> changed(batch, known))
                .flatMap(this::withVectors)
                .flatMap(prepared ->
                        prepared.isEmpty() ? Mono.just(Map.<String, Outcome>of()) : entities.put(prepared, model.id()))
                .map(outcomes -> ids.stream()
                        .map(id -> Result.of(outcomes.getOrDefault(id, Outcome.UNCHANGED)))
                        .toList());
    }

    private List<Prepared> changed(List<EntityInput> batch, Map<String, String> known) {
        List<Prepared> changed = new ArrayList<>(batch.size());
        for (EntityInput entity : batch) {
            String digest = entity.digest(model.id());
            if (!digest.equals(known.get(entity.id()))) {
                changed.add(new Prepared(entity, digest, entity.embedding()));
            }
        }
        return changed;
    }

    private Mono<List<Prepared>> withVectors(List<Prepared> entities) {
        List<String> texts = entities.stream()
                .filter(entity -> entity.embedding() == null)
                .map(entity -> entity.input().embeddable())
                .toList();
        return texts.isEmpty()
                ? Mono.just(entities)
                : model.embed(texts).map(made -> completed(entities, made.iterator()));
    }

    private static List<Prepared> completed(List<Prepared> entities, Iterator<Embedding> made) {
        return entities.stream()
                .map(entity -> entity.embedding() == null
                        ? new Prepared(entity.input(), entity.digest(), made.next())
                        : entity)
                .toList();
    }
}
