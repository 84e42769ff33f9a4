package dev.rhizome.rehousing;

import static dev.rhizome.rehousing.RehousedTenant.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** A tenant grows from 100 to 3,000 things while it is searched and written, and the service is killed twice on the way. */
class GrowthIntegrationTest {

    private static final int FIRST = 100;
    private static final int LAST = 3_000;
    private static final int CHUNK = 200;
    /** An index made of more than half is kept: it is made anew at twice as many. */
    private static final String SETTLED =
            "home > 0 and indexed_space is not null and step is null and calibrated_at > " + LAST / 2;

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration AGAIN = Duration.ofMillis(200);

    private final TestDatabase database = TestDatabase.create();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicReference<ServiceProcess> service = new AtomicReference<>();

    private static String[] settings(EmbeddingServer server) {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", server.url()));
        settings.addAll(List.of(
                "--rhizome.indexing.profile-age=200ms",
                "--rhizome.vectors.interval=200ms",
                "--rhizome.vectors.calm=1s",
                "--rhizome.vectors.longest-wait=2s",
                "--rhizome.vectors.batch=50",
                "--rhizome.jobs.lease=2s"));
        return settings.toArray(String[]::new);
    }

    @Test
    void noRequestFailsButThoseOfAKilledProcessAndNothingIsLost() throws Exception {
        try (EmbeddingServer server = EmbeddingServer.giving(MODEL::answer)) {
            service.set(ServiceProcess.start(database, settings(server)));
            UUID id = service.get().newTenant("growing");
            String key = service.get().newKey(id, "writer");
            tenant(id, key).load(0, FIRST).block(LIMIT);
            Mono<?> kills = killedWhen("step = 'copying'", id, key, server)
                    .then(killedWhen("step = 'indexing'", id, key, server));
            Mono<?> growth = Flux.range(0, (LAST - FIRST) / CHUNK + 1)
                    .concatMap(part -> again(() ->
                            tenant(id, key).load(FIRST + part * CHUNK, Math.min(LAST, FIRST + (part + 1) * CHUNK))))
                    .then();
            Mono<?> work = Mono.when(kills, growth)
                    .then(Mono.defer(() -> tenant(id, key).until(SETTLED)))
                    .cache();

            List<Mono<?>> clients = List.of(
                    again(() -> tenant(id, key).search(",\"legs\":[\"vector\"]")),
                    again(() -> tenant(id, key).search("")),
                    again(() -> tenant(id, key).change(FIRST)));
            Mono.when(clients.stream()
                            .map(client -> client.delayElement(PAUSE).repeat().takeUntilOther(work.onErrorComplete()))
                            .toList())
                    .and(work)
                    .block(LIMIT);

            assertThat(tenant(id, key).select("select count(*) from entities")).containsExactly("" + LAST);
            assertThat(tenant(id, key).home()).startsWith("vectors_t");
            assertThat(tenant(id, key).vectorLeg().path("plan").asString()).isEqualTo("hnsw");
        } finally {
            service.get().close();
        }
    }

    private RehousedTenant tenant(UUID id, String key) {
        return new RehousedTenant(database, id, service.get().json(key), number);
    }

    /** A request that is made again where, and only where, its process was killed under it. */
    private Mono<?> again(Supplier<Mono<?>> request) {
        AtomicReference<ServiceProcess> asked = new AtomicReference<>();
        return Mono.defer(() -> {
                    asked.set(service.get());
                    return request.get();
                })
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, AGAIN)
                        .filter(error -> wasKilled(error) && asked.get().isKilled()));
    }

    private static boolean wasKilled(Throwable error) {
        return error instanceof IOException
                || error instanceof WebClientRequestException
                || error instanceof WebClientResponseException;
    }

    /** Kills the process when the tenant's move has come so far, and starts another. */
    private Mono<Void> killedWhen(String step, UUID id, String key, EmbeddingServer server) {
        return Mono.defer(() -> tenant(id, key).until(step))
                .publishOn(Schedulers.boundedElastic())
                .flatMap(there -> Mono.fromCallable(() -> {
                            service.get().kill();
                            service.set(ServiceProcess.start(database, settings(server)));
                            return true;
                        })
                        .subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
