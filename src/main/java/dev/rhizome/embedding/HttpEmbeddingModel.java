package dev.rhizome.embedding;

import dev.rhizome.problem.Overloaded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model behind the {@code POST /v1/embeddings} of OpenAI, which Ollama, vLLM and TEI speak too. */
public final class HttpEmbeddingModel implements EmbeddingModel {

    private static final int BATCH = 64;
    private static final int CONCURRENCY = 2;
    private static final int RETRIES = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final EmbeddingProperties properties;
    private final int dimensions;
    private final HttpClient http;

    /** Talks to the server that {@code properties} name; an answer of another length than they say is an error. */
    public HttpEmbeddingModel(EmbeddingProperties properties) {
        this.properties = properties;
        this.dimensions = properties.dimensions();
        this.http = HttpClient.create()
                .baseUrl(properties.url())
                .responseTimeout(properties.timeout())
                .headers(headers -> {
                    headers.set("Content-Type", "application/json");
                    if (!properties.apiKey().isBlank()) {
                        headers.set("Authorization", "Bearer " + properties.apiKey());
                    }
                });
    }

    @Override
    public String id() {
        return properties.model();
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public Mono<List<Embedding>> embed(List<String> texts) {
        return Flux.fromIterable(texts)
                .buffer(BATCH)
                .flatMapSequential(this::request, CONCURRENCY)
                .concatMapIterable(embeddings -> embeddings)
                .collectList();
    }

    private Mono<List<Embedding>> request(List<String> batch) {
        byte[] body = JSON.writeValueAsBytes(Map.of("model", properties.model(), "input", batch));
        return http.post()
                .uri("/v1/embeddings")
                .send(ByteBufFlux.fromInbound(Mono.just(body)))
                .responseSingle((response, content) -> response.status().code() == 200
                        ? content.asByteArray().map(bytes -> embeddings(bytes, batch.size()))
                        : Mono.error(unavailable("answered " + response.status().code())))
                .onErrorMap(error -> !(error instanceof Overloaded), error -> unavailable("cannot be used"))
                .retryWhen(Retry.backoff(RETRIES, Duration.ofMillis(200))
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
    }

    private List<Embedding> embeddings(byte[] answer, int expected) {
        JsonNode data = JSON.readTree(answer).path("data");
        if (data.size() != expected) {
            throw unavailable("gave " + data.size() + " vectors for " + expected + " texts");
        }
        Embedding[] ordered = new Embedding[expected];
        for (JsonNode item : data) {
            JsonNode numbers = item.path("embedding");
            float[] values = new float[numbers.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = numbers.get(i).floatValue();
            }
            ordered[item.path("index").intValue()] = Embedding.of("embedding", values, dimensions);
        }
        return List.of(ordered);
    }

    private static Overloaded unavailable(String why) {
        return new Overloaded("the embedding server " + why, RETRY_AFTER);
    }
}
