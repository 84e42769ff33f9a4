package dev.rhizome.knowledge;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.Chunk;
import dev.rhizome.chunking.ChunkChanges;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.extraction.Block;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.SearchDocument;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Characters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Adds results to a query. What the query has already is left out before vectors are made, so that a list that is sent again costs
 * next to nothing; no connection is held while they are. A content that is longer than a chunk is found by its chunks, as documents are:
 * by the result's own node where it is in the first one.
 */
final class ResultWriter {

    private static final Pattern PARAGRAPHS = Pattern.compile("\\R\\h*\\R\\s*");

    private final ResultRepository results;
    private final Indexer indexer;
    private final ChunkedTexts texts;

    ResultWriter(ResultRepository results, Indexer indexer, ChunkedTexts texts) {
        this.results = results;
        this.indexer = indexer;
        this.texts = texts;
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

    /**
     * A new result.
     *
     * @param lead its content, or the first chunk of it
     * @param rest the other chunks
     */
    private record Cut(KnowledgeResultInput result, String lead, List<Chunk> rest) {}

    /** A source that went with its last result in between fails the edge's foreign key, and is written the second time. */
    private Mono<List<BatchWriter.Result>> write(
            String query, List<KnowledgeResultInput> batch, Map<String, BatchWriter.Result> known) {
        List<KnowledgeResultInput> added =
                batch.stream().filter(result -> !known.containsKey(result.id())).toList();
        Mono<List<Cut>> cut = Flux.fromIterable(added).concatMap(this::cut).collectList();
        Mono<Boolean> written = cut.flatMap(results -> write(query, results));
        Mono<Boolean> wanted = added.isEmpty() ? Mono.just(true) : written;
        return wanted.onErrorResume(InvalidRequest.class, gone -> written)
                .then(Mono.fromSupplier(() -> batch.stream()
                        .map(result -> known.getOrDefault(result.id(), BatchWriter.Result.of(Outcome.CREATED)))
                        .toList()));
    }

    private Mono<Cut> cut(KnowledgeResultInput result) {
        String content = result.body().content();
        List<Block> blocks = texts.surelyFits(content)
                ? List.of()
                : PARAGRAPHS
                        .splitAsStream(content)
                        .filter(Characters::areVisible)
                        .map(paragraph -> new Block(paragraph.strip(), 0, 0))
                        .toList();
        return blocks.isEmpty()
                ? Mono.just(new Cut(result, content, List.of()))
                : texts.cut(blocks)
                        .map(chunks -> chunks.size() == 1
                                ? new Cut(result, content, List.of())
                                : new Cut(result, chunks.getFirst().text(), chunks.subList(1, chunks.size())));
    }

    private Mono<Boolean> write(String query, List<Cut> added) {
        List<KnowledgeResultInput> inputs = added.stream().map(Cut::result).toList();
        List<SearchDocument> documents =
                added.stream().map(cut -> cut.result().document(cut.lead())).toList();
        return Flux.fromIterable(added)
                .filter(cut -> !cut.rest().isEmpty())
                .concatMap(cut -> texts.changes(cut.result().owner(), cut.rest()))
                .collectList()
                .flatMap(changes -> withChunks(
                        changes,
                        List.of(),
                        chunks -> indexer.write(
                                documents,
                                arrays -> results.add(query, inputs, arrays, chunks)
                                        .thenReturn(true))));
    }

    /** Has {@code write} called with what stores the chunks of all {@code changes}, once all of their vectors are made. */
    private Mono<Boolean> withChunks(
            List<ChunkChanges> changes,
            List<ChunkedTexts.Store> stores,
            Function<List<ChunkedTexts.Store>, Mono<Boolean>> write) {
        return changes.isEmpty()
                ? write.apply(stores)
                : texts.write(
                        changes.getFirst(),
                        store -> withChunks(
                                changes.subList(1, changes.size()),
                                Stream.concat(stores.stream(), Stream.of(store)).toList(),
                                write));
    }
}
