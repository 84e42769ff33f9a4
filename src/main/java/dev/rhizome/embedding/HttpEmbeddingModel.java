package dev.rhizome.embedding;

import dev.rhizome.fairness.FairTurns;
import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.problem.UpstreamFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.util.retry.Retry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model behind the {@code POST /v1/embeddings} of OpenAI, which Ollama, vLLM and TEI speak too.
 *
 * <p>What may pass by itself, no connection, 429 and 5xx, is tried {@value #RETRIES} times more, after the server's own
 * {@code Retry-After} where it is short. A refusal of what was sent, {@code 400}, {@code 413} or {@code 422}, is answered
 * with halves of the batch, until the text at fault stands alone. Any other refusal, and a vector that is none, fails at
 * once. All that is tried for one batch takes at most the configured timeout; cancelling closes the connection. Tenants take
 * turns in sending batches, queries first.
 */
public final class HttpEmbeddingModel implements EmbeddingModel {

    private static final int CONCURRENCY = 2;
    private static final int RETRIES = 2;
    /** Requests that wait for their turn. */
    private static final int WAITING = 10_000;

    private static final int WAITING_OF_TENANT = WAITING / 2;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);
    private static final Set<Integer> OF_THE_TEXTS = Set.of(400, 413, 422);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(HttpEmbeddingModel.class);

    private final EmbeddingProperties.Source source;
    private final Sharing sharing;
    private final FairTurns turns;
    private final HttpClient http;

    /** The server refuses what it was sent: a text, or the number of texts. */
    private static final class BatchRefused extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final int status;

        BatchRefused(int status) {
            super("answered " + status, null, false, false);
            this.status = status;
        }
    }

    /** Why there is no vector, and how long to wait before asking again; null where asking again is of no use. */
    private static final class Unusable extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final @Nullable Duration again;

        Unusable(String why, @Nullable Duration again) {
            super(why, null, false, false);
            this.again = again;
        }
    }

    /** Talks to the server that {@code source} names; an answer of another length than it says is an error. */
    public HttpEmbeddingModel(EmbeddingProperties.Source source) {
        this(source, Sharing.ALIKE);
    }

    /** As the one above, for tenants that share it as {@code sharing} says. */
    HttpEmbeddingModel(EmbeddingProperties.Source source, Sharing sharing) {
        this.source = source;
        this.sharing = sharing;
        this.turns = new FairTurns(shares(source), sharing.weights(), (tenant, nanos) -> {});
        String key = source.apiKey().strip();
        this.http = HttpClient.create()
                .baseUrl(source.url().strip().replaceFirst("(/v1)?/*$", ""))
                .headers(headers -> {
                    headers.set("Content-Type", "application/json");
                    if (!key.isEmpty()) {
                        headers.set("Authorization", "Bearer " + key);
                    }
                });
    }

    @Override
    public ModelName name() {
        return source.name();
    }

    private static FairTurns.Limits shares(EmbeddingProperties.Source source) {
        int places = source.requests();
        return new FairTurns.Limits(
                "request to the embedding server",
                places,
                places,
                places,
                WAITING_OF_TENANT,
                WAITING,
                source.timeout());
    }

    @Override
    public Mono<List<Embedding>> embed(List<String> texts) {
        return embed(texts, false);
    }

    @Override
    public Mono<Embedding> embedQuery(String query) {
        return embed(List.of(query), true).map(List::getFirst);
    }

    private Mono<List<Embedding>> embed(List<String> texts, boolean ahead) {
        return Mono.deferContextual(context -> {
            Who who = Sharing.who(context, ahead);
            return Flux.fromIterable(texts)
                    .buffer(source.batch())
                    .flatMapSequential(batch -> inTurn(who, batch), CONCURRENCY)
                    .concatMapIterable(embeddings -> embeddings)
                    .collectList();
        });
    }

    private Mono<List<Embedding>> inTurn(Who who, List<String> texts) {
        return Mono.usingWhen(
                turns.next(who),
                turn -> batch(texts).doOnNext(made -> sharing.count(who, texts.size())),
                turn -> Mono.fromRunnable(turn::end));
    }

    private Mono<List<Embedding>> batch(List<String> texts) {
        return split(texts)
                .timeout(source.timeout(), Mono.error(this::late))
                .onErrorMap(Unusable.class, this::unavailable);
    }

    private Mono<List<Embedding>> split(List<String> texts) {
        return request(texts)
                .map(answer -> embeddings(answer, texts.size()))
                .retryWhen(Retry.from(failures -> failures.concatMap(HttpEmbeddingModel::pause)))
                .onErrorResume(BatchRefused.class, refused -> texts.size() > 1 ? halves(texts) : refusedText(refused));
    }

    private Mono<List<Embedding>> halves(List<String> texts) {
        int middle = texts.size() / 2;
        return Flux.just(texts.subList(0, middle), texts.subList(middle, texts.size()))
                .concatMap(this::split)
                .concatMapIterable(embeddings -> embeddings)
                .collectList();
    }

    private static Mono<List<Embedding>> refusedText(BatchRefused refused) {
        return Mono.error(() -> InvalidRequest.of(
                "text",
                "refused by the embedding model (its server answered " + refused.status + ")",
                "a text that the model takes, most often a shorter one"));
    }

    private Mono<byte[]> request(List<String> texts) {
        byte[] body = JSON.writeValueAsBytes(Map.of("model", source.model(), "input", texts));
        return http.post()
                .uri("/v1/embeddings")
                .send(ByteBufFlux.fromInbound(Mono.just(body)))
                .responseSingle((response, content) -> response.status().code() == 200
                        ? content.asByteArray().defaultIfEmpty(new byte[0])
                        : Mono.error(() -> refusal(response)))
                .onErrorMap(IOException.class, error -> new Unusable("cannot be reached", PAUSE));
    }

    private static RuntimeException refusal(HttpClientResponse response) {
        int status = response.status().code();
        if (OF_THE_TEXTS.contains(status)) {
            return new BatchRefused(status);
        }
        String seconds = response.responseHeaders().get("Retry-After", "");
        Duration pause = seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : PAUSE;
        return new Unusable("answered " + status, PASSING.contains(status) ? pause : null);
    }

    private static Mono<Long> pause(Retry.RetrySignal failed) {
        Throwable error = failed.failure();
        Duration pause = error instanceof Unusable unusable ? unusable.again : null;
        return pause == null || pause.compareTo(LONGEST_PAUSE) > 0 || failed.totalRetries() == RETRIES
                ? Mono.error(error)
                : Mono.delay(pause.multipliedBy(1L << failed.totalRetries()));
    }

    private List<Embedding> embeddings(byte[] answer, int expected) {
        try {
            JsonNode data = JSON.readTree(answer).path("data");
            if (data.size() != expected) {
                throw new Unusable("gave " + data.size() + " vectors for " + expected + " texts", null);
            }
            @Nullable Embedding[] ordered = new Embedding[expected];
            for (int i = 0; i < expected; i++) {
                int index = data.get(i).path("index").asInt(i);
                if (index < 0 || index >= expected || ordered[index] != null) {
                    throw new Unusable("does not tell which vector is which text's", null);
                }
                ordered[index] = embedding(data.get(i).path("embedding"));
            }
            return List.of(ordered);
        } catch (JacksonException e) {
            throw new Unusable("answered no JSON that lists vectors", null);
        } catch (InvalidRequest e) {
            throw new Unusable("gave a vector that is none, " + e.detail(), null);
        }
    }

    private Embedding embedding(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).floatValue();
        }
        return Embedding.of("embedding", values, source.dimension());
    }

    private TimedOut late() {
        return new TimedOut(
                "the embedding server gave no vector within " + source.timeout().toMillis() + " ms");
    }

    /** The operator can act on it, and callers are told too; neither learns the key. */
    private RhizomeException unavailable(Unusable error) {
        String why = "the embedding server " + error.getMessage();
        LOG.atWarn()
                .addKeyValue("event", "embedding-server-unusable")
                .addKeyValue("url", source.url())
                .addKeyValue("why", why)
                .log("no vectors");
        Duration again = error.again;
        return again == null
                ? new UpstreamFailed(why)
                : new Overloaded(why, again.compareTo(RETRY_AFTER) < 0 ? RETRY_AFTER : again);
    }
}
