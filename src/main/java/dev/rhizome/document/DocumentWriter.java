package dev.rhizome.document;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.chunking.Chunk;
import dev.rhizome.chunking.ChunkedTexts;
import dev.rhizome.chunking.Chunker;
import dev.rhizome.chunking.TextOwner;
import dev.rhizome.document.DocumentRepository.ReadDocument;
import dev.rhizome.document.DocumentRepository.State;
import dev.rhizome.extraction.ExtractedText;
import dev.rhizome.extraction.Extractor;
import dev.rhizome.problem.OptimisticLockConflict;
import dev.rhizome.problem.RhizomeException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Reads documents, cuts them and stores them. One that is sent again as it is costs one statement, and one that has changed the vectors
 * of its new chunks.
 */
final class DocumentWriter implements BatchWriter<DocumentInput> {

    private static final Retry WHEN_CHANGED_MEANWHILE = Retry.backoff(6, Duration.ofMillis(10))
            .filter(OptimisticLockConflict.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private final DocumentRepository documents;
    private final Extractor extractor;
    private final ChunkedTexts texts;

    DocumentWriter(DocumentRepository documents, Extractor extractor, ChunkedTexts texts) {
        this.documents = documents;
        this.extractor = extractor;
        this.texts = texts;
    }

    /**
     * A document that was stored.
     *
     * @param chunks how many it is found by
     */
    record Stored(Outcome outcome, int chunks) {}

    /** Each by itself: a document is as much as a batch of anything else. */
    @Override
    public Mono<List<Result>> write(List<DocumentInput> batch) {
        return Flux.fromIterable(batch)
                .concatMap(document -> write(document)
                        .map(stored -> Result.of(stored.outcome()))
                        .onErrorResume(RhizomeException.class, problem -> Mono.just(Result.of(problem))))
                .collectList();
    }

    /** Stores a document; an error of {@code InvalidRequest} where it cannot be read. */
    Mono<Stored> write(DocumentInput document) {
        String hash = document.hash();
        return documents
                .state(document.id())
                .flatMap(state -> state.inputHash().equals(hash)
                        ? Mono.just(new Stored(Outcome.UNCHANGED, state.chunks()))
                        : extractor.read(document.source()).flatMap(text -> write(document, hash, text)));
    }

    private Mono<Stored> write(DocumentInput document, String hash, ExtractedText text) {
        String own = text.title().isEmpty() ? document.id() : text.title();
        ReadDocument read = new ReadDocument(
                document,
                hash,
                document.title() == null ? own : document.title(),
                Chunker.text(text.blocks()),
                text.pages());
        return texts.cut(text.blocks())
                .flatMap(chunks -> Mono.defer(() -> documents.state(document.id()))
                        .flatMap(state -> write(read, state, chunks))
                        .switchIfEmpty(Mono.error(() -> new OptimisticLockConflict(
                                "the document " + document.id() + " is being changed by other requests")))
                        .retryWhen(WHEN_CHANGED_MEANWHILE));
    }

    private Mono<Stored> write(ReadDocument document, State state, List<Chunk> chunks) {
        DocumentInput input = document.input();
        TextOwner owner = new TextOwner(
                DocumentRepository.ORIGIN,
                input.nodeId(),
                "DOCUMENT_CHUNK",
                document.title(),
                input.confidence(),
                input.chunkMetadata(),
                state.nextChunk());
        return texts.changes(owner, chunks)
                .flatMap(changes -> texts.write(changes, store -> documents.put(document, state, changes, store))
                        .map(outcome -> new Stored(outcome, changes.count())));
    }
}
