package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.InvalidRequest;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final Indexer indexer;

    /** Writes to {@code entities}, and into search through {@code indexer}. */
    public EntityWriter(EntityRepository entities, Indexer indexer) {
        this.entities = entities;
        this.indexer = indexer;
    }

    @Override
    public Mono<List<Result>> write(List<EntityInput> batch) {
        return indexer.profile()
                .map(profile -> profile.space().model().dimension())
                .flatMap(dimension -> write(batch, refused(batch, dimension)));
    }

    private Mono<List<Result>> write(List<EntityInput> batch, Map<String, Result> refused) {
        List<EntityInput> accepted = batch.stream()
                .filter(entity -> !refused.containsKey(entity.id()))
                .toList();
        return store(accepted).map(outcomes -> results(batch, refused, outcomes));
    }

    private static List<Result> results(
            List<EntityInput> batch, Map<String, Result> refused, Map<String, Outcome> outcomes) {
        List<Result> results = new ArrayList<>(batch.size());
        for (EntityInput entity : batch) {
            Result refusal = refused.get(entity.id());
            results.add(refusal == null ? Result.of(outcomes.getOrDefault(entity.id(), Outcome.UNCHANGED)) : refusal);
        }
        return results;
    }

    private static Map<String, Result> refused(List<EntityInput> batch, int dimension) {
        Map<String, Result> refused = new HashMap<>();
        for (EntityInput entity : batch) {
            if (entity.embedding() != null && entity.embedding().dimensions() != dimension) {
                refused.put(
                        entity.id(),
                        Result.of(InvalidRequest.of(
                                "embedding", entity.embedding().dimensions() + " numbers", dimension + " numbers")));
            }
        }
        return refused;
    }

    private Mono<Map<String, Outcome>> store(List<EntityInput> batch) {
        return entities.digests(batch.stream().map(EntityInput::id).toList())
                .map(stored -> changed(batch, stored))
                .filter(changed -> !changed.isEmpty())
                .flatMap(this::index)
                .defaultIfEmpty(Map.of());
    }

    private static List<EntityInput> changed(List<EntityInput> batch, Map<String, String> storedDigests) {
        return batch.stream()
                .filter(entity -> !entity.digest().equals(storedDigests.get(entity.id())))
                .toList();
    }

    private Mono<Map<String, Outcome>> index(List<EntityInput> changed) {
        List<SearchDocument> documents =
                changed.stream().map(EntityInput::document).toList();
        return indexer.write(documents, arrays -> entities.put(arrays, changed));
    }
}
