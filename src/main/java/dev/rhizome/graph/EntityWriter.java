package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.InvalidRequest;
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
        return indexer.profile().flatMap(profile -> {
            int dimension = profile.space().model().dimension();
            Map<String, Result> refused = refused(batch, dimension);
            List<EntityInput> fitting = batch.stream()
                    .filter(entity -> !refused.containsKey(entity.id()))
                    .toList();
            return store(fitting)
                    .map(outcomes -> batch.stream()
                            .map(entity -> refused.getOrDefault(
                                    entity.id(), Result.of(outcomes.getOrDefault(entity.id(), Outcome.UNCHANGED))))
                            .toList());
        });
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
        return entities.digests(batch.stream().map(EntityInput::id).toList()).flatMap(known -> {
            List<EntityInput> changed = batch.stream()
                    .filter(entity -> !entity.digest().equals(known.get(entity.id())))
                    .toList();
            String[] digests = changed.stream().map(EntityInput::digest).toArray(String[]::new);
            List<SearchDocument> documents =
                    changed.stream().map(EntityInput::document).toList();
            return changed.isEmpty()
                    ? Mono.just(Map.<String, Outcome>of())
                    : indexer.write(documents, arrays -> entities.put(arrays, digests));
        });
    }
}
