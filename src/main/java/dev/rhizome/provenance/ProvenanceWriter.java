package dev.rhizome.provenance;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.provenance.ChainWriter.Addition;
import dev.rhizome.provenance.ChainWriter.AlreadyThere;
import dev.rhizome.tenant.Actor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes batches of entries: finds those that exist already, makes the vectors of the others, and appends them to the chain. No
 * connection and no lock is held while vectors are made, which is the slow part.
 */
final class ProvenanceWriter implements BatchWriter<EntryInput> {

    private static final int TRIES = 3;

    private final ProvenanceRepository entries;
    private final Indexer indexer;
    private final AppendQueue queue;

    ProvenanceWriter(ProvenanceRepository entries, Indexer indexer, AppendQueue queue) {
        this.entries = entries;
        this.indexer = indexer;
        this.queue = queue;
    }

    @Override
    public boolean isOrdered() {
        return true;
    }

    @Override
    public Mono<List<Result>> write(List<EntryInput> batch) {
        return Mono.defer(() -> entries.find(keys(batch)))
                .flatMap(known -> add(batch, results(batch, known)))
                .retryWhen(Retry.max(TRIES)
                        .filter(AlreadyThere.class::isInstance)
                        .onRetryExhaustedThrow((spec, signal) ->
                                new Conflict("other requests write the same entries at the same time")));
    }

    /** The keys of the entries and of their parents. */
    private static List<EntryKey> keys(List<EntryInput> batch) {
        List<EntryKey> keys = new ArrayList<>();
        for (EntryInput entry : batch) {
            EntryKey parent = entry.parent();
            keys.add(entry.entryKey());
            if (parent != null) {
                keys.add(parent);
            }
        }
        return keys;
    }

    /** The result of each entry of the batch; null where it is to be appended. */
    private static List<@Nullable Result> results(List<EntryInput> batch, Map<EntryKey, StoredEntry> known) {
        Set<EntryKey> existing = new HashSet<>(known.keySet());
        List<@Nullable Result> results = new ArrayList<>(batch.size());
        for (EntryInput entry : batch) {
            StoredEntry stored = known.get(entry.entryKey());
            Result result = stored == null ? refused(entry, existing) : compared(entry, stored);
            if (result == null) {
                existing.add(entry.entryKey());
            }
            results.add(result);
        }
        return results;
    }

    private static @Nullable Result refused(EntryInput entry, Set<EntryKey> existing) {
        EntryKey parent = entry.parent();
        return parent == null || existing.contains(parent)
                ? null
                : Result.of(InvalidRequest.of("parent", parent.nodeId(), "an earlier entry"));
    }

    private static Result compared(EntryInput entry, StoredEntry stored) {
        if (stored.lacksPayload()) {
            return Result.of(new Conflict(entry.key() + " exists, and its payload was erased"));
        }
        return EntryInput.of(stored).content().equals(entry.content())
                ? Result.of(Outcome.UNCHANGED)
                : Result.of(new Conflict(entry.key() + " exists with another content; entries cannot be changed"));
    }

    private Mono<List<Result>> add(List<EntryInput> batch, List<@Nullable Result> results) {
        List<EntryInput> fresh = new ArrayList<>();
        List<Result> all = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Result result = results.get(i);
            if (result == null) {
                fresh.add(batch.get(i));
            }
            all.add(result == null ? Result.of(Outcome.CREATED) : result);
        }
        return fresh.isEmpty() ? Mono.just(all) : add(fresh).thenReturn(all);
    }

    private Mono<Void> add(List<EntryInput> fresh) {
        return Actor.current()
                .flatMap(actor -> indexer.writeEarly(
                        fresh.stream().map(EntryInput::document).toList(),
                        arrays -> queue.append(new Addition(fresh, arrays, actor))));
    }
}
