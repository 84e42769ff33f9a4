package dev.rhizome.graph;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.graph.EntityRepository.Stored;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.InvalidRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Writes batches of entities: leaves out what is stored already, makes vectors where name or text is new, stores the rest.
 *
 * <p>No connection is held while vectors are made, the slow part. A file sent again is recognized before that.
 */
public final class EntityWriter implements BatchWriter<EntityInput> {

    /**
     * An entity that is to be written.
     *
     * @param entity as it is to be
     * @param digest of it, made once
     * @param stored what is there, null for nothing
     */
    record Change(
            EntityInput entity, String digest, @Nullable Stored stored) {

        boolean isNone() {
            return stored != null && stored.digest().equals(digest);
        }

        boolean hasOwnVector() {
            return entity.embedding() != null;
        }

        /** Whether the vector that was made of name and text is that of the new version, too. */
        boolean keepsVector() {
            return stored != null
                    && !stored.ownVector()
                    && !hasOwnVector()
                    && stored.words().equals(entity.words());
        }
    }

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
        return entities.stored(batch.stream().map(EntityInput::id).toList())
                .map(stored -> changes(batch, stored))
                .filter(changes -> !changes.isEmpty())
                .flatMap(this::index)
                .defaultIfEmpty(Map.of());
    }

    private static List<Change> changes(List<EntityInput> batch, Map<String, Stored> stored) {
        List<Change> changes = new ArrayList<>(batch.size());
        for (EntityInput entity : batch) {
            Change change = new Change(entity, entity.digest(), stored.get(entity.id()));
            if (!change.isNone()) {
                changes.add(change);
            }
        }
        return changes;
    }

    private Mono<Map<String, Outcome>> index(List<Change> changes) {
        List<SearchDocument> documents =
                changes.stream().map(change -> change.entity().document()).toList();
        Set<String> asBefore = changes.stream()
                .filter(Change::keepsVector)
                .map(change -> change.entity().id())
                .collect(Collectors.toSet());
        return indexer.write(documents, asBefore, arrays -> entities.put(arrays, changes));
    }
}
