package dev.rhizome.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.EmbeddingServer;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** An embedding server that takes one text at a time, for several tenants. */
class HttpTurnsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EmbeddingServer server =
            new EmbeddingServer((asked, number, response) -> Mono.delay(Duration.ofMillis(10))
                    .thenMany(response.sendString(Mono.just("{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}"))));

    private final Map<TenantId, Long> embedded = new HashMap<>();
    private final HttpEmbeddingModel model = new HttpEmbeddingModel(
            new EmbeddingProperties.Source(server.url(), "m", 2, "", LIMIT, 1, 1),
            new Sharing(
                    tenant -> tenant.equals(tenant(3)) ? 3 : 1,
                    (tenant, texts) -> embedded.merge(tenant, texts, Long::sum)));

    @AfterEach
    void stop() {
        server.close();
    }

    private static TenantId tenant(int number) {
        return new TenantId(new UUID(0, number));
    }

    private static <T> CompletableFuture<@Nullable T> of(int tenant, Mono<T> work) {
        return work.contextWrite(TenantContext.of(tenant(tenant))).toFuture();
    }

    private CompletableFuture<@Nullable List<Embedding>> upload(int tenant, int texts) {
        return of(tenant, model.embed(Collections.nCopies(texts, "text of " + tenant)));
    }

    private long askedOf(int tenant) {
        return server.asked().stream()
                .filter(asked -> asked.body().contains("text of " + tenant))
                .count();
    }

    @Test
    void aQueryAndAnotherTenantsTextComeBeforeTheRestOfAnUpload() {
        CompletableFuture<@Nullable List<Embedding>> long1 = upload(1, 200);

        assertThat(of(2, model.embedQuery("question"))).succeedsWithin(LIMIT);
        assertThat(upload(2, 1)).succeedsWithin(LIMIT);

        assertThat(long1).isNotDone();
        assertThat(askedOf(1)).isLessThan(150);
        assertThat(long1.cancel(true)).isTrue();
    }

    @Test
    void whoWeighsMoreIsAskedForMoreOften() {
        // Of each as many calls that a place never waits for its next text.
        List<CompletableFuture<@Nullable List<Embedding>>> light =
                IntStream.range(0, 4).mapToObj(i -> upload(1, 100)).toList();
        List<CompletableFuture<@Nullable List<Embedding>>> heavy =
                IntStream.range(0, 4).mapToObj(i -> upload(3, 100)).toList();

        assertThat(CompletableFuture.anyOf(heavy.toArray(CompletableFuture[]::new)))
                .succeedsWithin(LIMIT);

        assertThat((double) askedOf(3) / askedOf(1)).isBetween(2.0, 4.0);
        light.forEach(one -> assertThat(one.cancel(true)).isTrue());
    }

    @Test
    void textsAreCounted() {
        assertThat(upload(1, 7)).succeedsWithin(LIMIT);
        assertThat(of(2, model.embedQuery("question"))).succeedsWithin(LIMIT);

        assertThat(embedded).containsOnly(Map.entry(tenant(1), 7L), Map.entry(tenant(2), 1L));
    }
}
