package dev.rhizome.embedding;

import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Who;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
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

    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors());
    /** A request waits with a text for each thread at most, the others of its texts behind them. */
    private static final int WAITING = 10_000;

    private static final int WAITING_OF_TENANT = WAITING / 2;

    private static final FairTurns.Limits SHARES = new FairTurns.Limits(
            "thread of the embedding model", THREADS, THREADS, THREADS, WAITING_OF_TENANT, WAITING, Duration.ZERO);

    private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, WAITING, "embedding");
    private final Sharing sharing;
    private final FairTurns turns;
    private final CompletableFuture<AllMiniLmL6V2QuantizedEmbeddingModel> model = CompletableFuture.supplyAsync(
            () -> new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run), scheduler::schedule);

    /** Begins to load the model; tenants have its threads in turn. */
    public OnnxEmbeddingModel() {
        this(Sharing.ALIKE);
    }

    /** As the one above, of tenants that share as {@code sharing} says. */
    OnnxEmbeddingModel(Sharing sharing) {
        this.sharing = sharing;
        this.turns = new FairTurns(SHARES, sharing.weights(), (tenant, nanos) -> {});
    }

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
        return embed(texts, false);
    }

    @Override
    public Mono<Embedding> embedQuery(String query) {
        return embed(List.of(query), true).map(List::getFirst);
    }

    @Override
    public void close() {
        scheduler.dispose();
    }

    /** Text by text, so that no tenant waits for all of another's. */
    private Mono<List<Embedding>> embed(List<String> texts, boolean ahead) {
        return Mono.deferContextual(context -> {
            Who who = Sharing.who(context, ahead);
            return Flux.fromIterable(texts)
                    .flatMapSequential(text -> embedInTurn(who, text), THREADS, 1)
                    .collectList();
        });
    }

    private Flux<Embedding> embedInTurn(Who who, String text) {
        return Flux.usingWhen(
                turns.next(who),
                turn -> Mono.fromCallable(() -> embedNow(text))
                        .subscribeOn(scheduler)
                        .doOnNext(made -> sharing.count(who, 1)),
                turn -> Mono.fromRunnable(turn::end));
    }

    private Embedding embedNow(String text) {
        AllMiniLmL6V2QuantizedEmbeddingModel loaded = model.join(); // on a thread that may block
        return Embedding.of("embedding", loaded.embed(text).content().vector(), NAME.dimension());
    }
}
