package dev.rhizome.knowledge;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Adds results to a query. What the query has already is left out before vectors are made, so that a list that is sent again costs
 * next to nothing; no connection is held while they are.
 */
final class ResultWriter {

    private final ResultRepository results;
    private final Indexer indexer;

    ResultWriter(ResultRepository results, Indexer indexer) {
        this.results = results;
        this.indexer = indexer;
    }

    /** A writer of results of {@code query}; an error of {@code NotFound} where there is no such query. */
    BatchWriter<KnowledgeResultInput> of(String query) {
        return batch ->
                results.stored(query, batch).flatMap(stored -> write(query, batch, known(query, batch, stored)));
    }

    /** What is already decided, by id: the same content is there, or something else has the id. */
    private static Map<String, BatchWriter.Result> known(
            String query, List<KnowledgeResultInput> batch, List<ResultRepository.Stored> stored) {
        Map<String, ResultRepository.Stored> byId =
                stored.stream().collect(Collectors.toMap(ResultRepository.Stored::id, one -> one));
        Map<String, String> byContent = stored.stream()
                .filter(one -> one.query().equals(query))
                .collect(Collectors.toMap(ResultRepository.Stored::hash, ResultRepository.Stored::id));
        Map<String, BatchWriter.Result> known = new HashMap<>();
        for (KnowledgeResultInput result : batch) {
            String same = byContent.get(result.hash());
            if (result.id().equals(same)) {
                known.put(result.id(), BatchWriter.Result.of(Outcome.UNCHANGED));
            } else if (same != null) {
                known.put(result.id(), refused("the query has this content already, as the result " + same));
            } else if (byId.containsKey(result.id())) {
                known.put(result.id(), refused("a result with id " + result.id() + " exists with another content"));
            }
        }
        return known;
    }

    private static BatchWriter.Result refused(String message) {
        return BatchWriter.Result.of(new Conflict(message));
    }

    /** A source that went with its last result in between fails the edge's foreign key, and is written the second time. */
    private Mono<List<BatchWriter.Result>> write(
            String query, List<KnowledgeResultInput> batch, Map<String, BatchWriter.Result> known) {
        List<KnowledgeResultInput> added =
                batch.stream().filter(result -> !known.containsKey(result.id())).toList();
        List<SearchDocument> documents =
                added.stream().map(KnowledgeResultInput::document).toList();
        Mono<Boolean> written = indexer.write(
                documents, arrays -> results.add(query, added, arrays).thenReturn(true));
        Mono<Boolean> wanted = added.isEmpty() ? Mono.just(true) : written;
        return wanted.onErrorResume(InvalidRequest.class, gone -> written)
                .then(Mono.fromSupplier(() -> batch.stream()
                        .map(result -> known.getOrDefault(result.id(), BatchWriter.Result.of(Outcome.CREATED)))
                        .toList()));
    }
}
