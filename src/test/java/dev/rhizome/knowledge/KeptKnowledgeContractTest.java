package dev.rhizome.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** How providers are doing, and answers that are kept: true counts, however many come at once. */
class KeptKnowledgeContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String CACHE = "/v1/knowledge/cache";
    private static final String PROVIDER = "/v1/knowledge/providers/arxiv";
    private static final String FAILED = "{\"success\":false,\"responseTimeMs\":50,\"error\":\"503\"}";
    private static final String ANSWERED = "{\"success\":true,\"responseTimeMs\":30,\"rateLimitRemaining\":7}";

    private String tenant = "";
    private Api writer = Api.ofOperator(SERVICE);

    @BeforeEach
    void aTenant() {
        tenant = SERVICE.newTenant("keeper-" + NUMBER.incrementAndGet());
        writer = Api.of(SERVICE, tenant, "writer");
    }

    @Test
    void failuresInARowMakeAProviderUnavailableUntilItAnswers() {
        for (int failure = 1; failure <= 3; failure++) {
            JsonNode provider = writer.posted(PROVIDER + "/requests", FAILED);
            assertThat(provider.path("consecutiveFailures").asInt()).isEqualTo(failure);
            assertThat(provider.path("available").asBoolean()).isEqualTo(failure < 3);
        }

        JsonNode provider = writer.posted(PROVIDER + "/requests", ANSWERED);

        assertThat(provider.path("available").asBoolean()).isTrue();
        assertThat(provider.path("consecutiveFailures").asInt()).isZero();
        assertThat(provider.path("failures").asInt()).isEqualTo(3);
        assertThat(provider.path("requests").asInt()).isEqualTo(4);
        assertThat(provider.path("meanResponseTimeMs").asDouble()).isEqualTo(45);
        assertThat(provider.path("lastError").asString()).isEqualTo("503");
        assertThat(provider.path("rateLimitRemaining").asInt()).isEqualTo(7);
        assertThat(writer.each("/v1/knowledge/providers", "provider")).containsExactly("arxiv");
        assertThat(writer.delete(PROVIDER).status()).isEqualTo(204);
        assertThat(writer.ask(PROVIDER).status()).isEqualTo(404);
    }

    @Test
    void noRequestIsLostHoweverManyAreToldOfAtOnce() {
        List<Integer> statuses = Objects.requireNonNull(Flux.merge(IntStream.range(0, 60)
                        .mapToObj(i -> writer.client().post(PROVIDER + "/requests", i % 3 == 0 ? FAILED : ANSWERED))
                        .toList())
                .map(Answer::status)
                .collectList()
                .block());

        assertThat(statuses).containsOnly(200);
        JsonNode provider = writer.get(PROVIDER);
        assertThat(provider.path("requests").asInt()).isEqualTo(60);
        assertThat(provider.path("failures").asInt()).isEqualTo(20);
        assertThat(provider.path("meanResponseTimeMs").asDouble()).isEqualTo((20 * 50 + 40 * 30) / 60.0);
    }

    @Test
    void windowsOfTheClockBeginAnew() {
        JsonNode first = writer.posted(PROVIDER + "/requests", FAILED);
        assertThat(first.path("errorRate").asDouble()).isEqualTo(1);
        assertThat(SERVICE.rows(tenant, """
                update knowledge_providers set minute_began_at = minute_began_at - interval '1 minute',
                       hour_began_at = hour_began_at - interval '1 hour'
                """)).containsExactly("1");

        JsonNode later = writer.get(PROVIDER);
        assertThat(later.path("requestsThisMinute").asInt()).isZero();
        assertThat(later.path("requestsThisHour").asInt()).isZero();
        assertThat(later.has("errorRate")).isFalse();
        JsonNode asked = writer.posted(PROVIDER + "/requests", ANSWERED);
        assertThat(asked.path("requestsThisHour").asInt()).isEqualTo(1);
        assertThat(asked.path("errorRate").asDouble()).isZero();
        assertThat(asked.path("requests").asInt()).isEqualTo(2);
    }

    @Test
    void lookupsAreCountedAsWhatTheyAre() {
        assertThat(writer.get(CACHE).has("hitRate")).isFalse();
        assertThat(writer.ask(CACHE + "/k").status()).isEqualTo(404);
        assertThat(writer.put(CACHE + "/k", "{\"content\":{\"a\":1},\"ttlSeconds\":60}")
                        .status())
                .isEqualTo(201);
        assertThat(writer.get(CACHE + "/k").path("hits").asInt()).isEqualTo(1);
        assertThat(writer.get(CACHE + "/k").path("hits").asInt()).isEqualTo(2);
        assertThat(writer.get(CACHE + "/k").at("/content/a").asInt()).isEqualTo(1);

        JsonNode figures = writer.get(CACHE);

        assertThat(figures.path("entries").asInt()).isEqualTo(1);
        assertThat(figures.path("hits").asInt()).isEqualTo(3);
        assertThat(figures.path("misses").asInt()).isEqualTo(1);
        assertThat(figures.path("hitRate").asDouble()).isEqualTo(0.75);
        assertThat(figures.path("bytes").asInt()).isEqualTo("{\"a\":1}".length());
        assertThat(writer.put(CACHE + "/k", "{\"content\":{}}").status()).isEqualTo(200);
        assertThat(writer.get(CACHE + "/k").path("hits").asInt()).isEqualTo(1);
        assertThat(writer.delete(CACHE + "/k").status()).isEqualTo(204);
        assertThat(writer.delete(CACHE + "/k").status()).isEqualTo(404);
    }

    @Test
    void whatHasExpiredIsNotFoundAndIsRemoved() {
        for (String key : List.of("old", "older", "new")) {
            assertThat(writer.put(CACHE + "/" + key, "{\"content\":{}}").status())
                    .isEqualTo(201);
        }
        assertThat(SERVICE.rows(tenant, "update knowledge_cache set expires_at = now() where cache_key like 'old%'"))
                .containsExactly("2");

        assertThat(writer.ask(CACHE + "/old").status()).isEqualTo(404);
        assertThat(writer.get(CACHE).path("expired").asInt()).isEqualTo(2);
        assertThat(writer.posted(CACHE + "/purge", "").path("deleted").asInt()).isEqualTo(2);
        assertThat(writer.get(CACHE).path("expired").asInt()).isZero();
        assertThat(writer.get(CACHE + "/new").path("hits").asInt()).isEqualTo(1);
    }

    @Test
    void whoStoresRemovesWhatHasExpired() {
        assertThat(writer.put(CACHE + "/old", "{\"content\":{}}").status()).isEqualTo(201);
        assertThat(SERVICE.rows(tenant, "update knowledge_cache set expires_at = now()"))
                .containsExactly("1");

        assertThat(writer.put(CACHE + "/new", "{\"content\":{}}").status()).isEqualTo(201);

        assertThat(SERVICE.rows(tenant, "select cache_key from knowledge_cache"))
                .containsExactly("new");
    }

    @Test
    void aKeyIsItsTenantsOwn() {
        Api other = Api.of(SERVICE, SERVICE.newTenant("other-keeper-" + NUMBER.incrementAndGet()), "writer");
        assertThat(writer.put(CACHE + "/k", "{\"content\":{\"mine\":true}}").status())
                .isEqualTo(201);

        assertThat(other.ask(CACHE + "/k").status()).isEqualTo(404);
        assertThat(other.put(CACHE + "/k", "{\"content\":{\"theirs\":true}}").status())
                .isEqualTo(201);
        assertThat(other.delete(CACHE + "/k").status()).isEqualTo(204);
        assertThat(writer.get(CACHE + "/k").at("/content/mine").asBoolean()).isTrue();
    }
}
