package dev.rhizome.embedding;

import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.rhizome.problem.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * all-MiniLM-L6-v2, quantized to 8 bits, run in this process by ONNX Runtime: 384 floats of unit length.
 *
 * <p>Each text is its own inference. The quantized model scales its activations by what is in the batch, so a text would
 * get another vector in other company.
 */
public final class OnnxEmbeddingModel implements EmbeddingModel, AutoCloseable {

    /** Its name. */
    static final ModelName NAME = new ModelName("all-MiniLM-L6-v2-q", 384);

    private static final int QUEUE = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Scheduler scheduler =
            Schedulers.newBoundedElastic(Math.max(1, Runtime.getRuntime().availableProcessors()), QUEUE, "embedding");
    private final CompletableFuture<AllMiniLmL6V2QuantizedEmbeddingModel> model = CompletableFuture.supplyAsync(
            () -> new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run), scheduler::schedule);

    /**
     * Waits until the model is loaded, which begins when this is made and takes about a second. Blocks.
     *
     * @throws java.util.concurrent.CompletionException when it could not be
     */
    public void awaitLoaded() {
        model.join();
    }

    @Override
    public ModelName name() {
        return NAME;
    }

    @Override
    public Mono<List<Embedding>> embed(List<String> texts) {
        return Mono.fromCallable(() -> embedNow(texts))
                .subscribeOn(scheduler)
                .onErrorMap(
                        RejectedExecutionException.class,
                        error -> new Overloaded("too many texts wait for the embedding model", RETRY_AFTER));
    }

    @Override
    public void close() {
        scheduler.dispose();
    }

    private List<Embedding> embedNow(List<String> texts) {
        AllMiniLmL6V2QuantizedEmbeddingModel loaded = model.join(); // on a thread that may block
        List<Embedding> embeddings = new ArrayList<>(texts.size());
        for (String text : texts) {
            float[] values = loaded.embed(text).content().vector();
            embeddings.add(Embedding.of("embedding", values, NAME.dimension()));
        }
        return embeddings;
    }
}
