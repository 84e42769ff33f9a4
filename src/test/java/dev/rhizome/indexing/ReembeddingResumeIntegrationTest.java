package dev.rhizome.indexing;

import static dev.rhizome.indexing.ReembeddedTenant.LIMIT;
import static dev.rhizome.indexing.ReembeddedTenant.NEW;
import static dev.rhizome.indexing.ReembeddedTenant.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.function.Tuple2;
import tools.jackson.databind.JsonNode;

/** A move to another embedding model that is interrupted: by the death of its service, and by a server that fails. */
class ReembeddingResumeIntegrationTest {

    private static final int THINGS = 100;
    private static final int BATCH = 10;
    private static final int BATCHES_BEFORE = 4;
    private static final Duration LEASE = Duration.ofMillis(1200);

    private final TestDatabase database = TestDatabase.create();
    private final EmbeddingServer oldServer = EmbeddingServer.giving(OLD::answer);

    @AfterEach
    void stop() {
        oldServer.close();
    }

    @Test
    void anotherServiceGoesOnWithTheMoveOfOneThatWasKilled() throws Exception {
        Sinks.Empty<Void> stuck = Sinks.empty();
        Sinks.Empty<Void> released = Sinks.empty();
        try (EmbeddingServer newServer = stuckAfterSomeBatches(stuck, released)) {
            String[] settings = ReembeddedTenant.settings(oldServer, newServer);
            UUID id;
            String key;
            try (ServiceProcess service = ServiceProcess.start(database, settings)) {
                id = service.newTenant("killed");
                key = service.newKey(id, "admin");
                ReembeddedTenant tenant = new ReembeddedTenant(database, id, service.json(key));
                tenant.admin()
                        .postLines("/v1/entities", TestDocuments.lines(THINGS))
                        .then(tenant.begin(NEW))
                        .then(stuck.asMono())
                        .as(Awaited::create)
                        .expectComplete()
                        .verify(LIMIT);
                service.kill();
            }
            assertThat(database.asApplication(id, "select state || filled from reembedding_jobs"))
                    .containsExactly("filling" + BATCHES_BEFORE * BATCH);

            RunningService service = RunningService.on(database, settings);
            released.tryEmitEmpty();
            goesOnToTheEnd(new ReembeddedTenant(database, id, service.json(key)));
            service.close();
        }
    }

    private static EmbeddingServer stuckAfterSomeBatches(Sinks.Empty<Void> stuck, Sinks.Empty<Void> released) {
        AtomicInteger batches = new AtomicInteger();
        return new EmbeddingServer((asked, number, response) -> {
            boolean waits = WordVectors.texts(asked.body()) > 1 && batches.incrementAndGet() > BATCHES_BEFORE;
            if (waits) {
                stuck.tryEmitEmpty();
            }
            Mono<String> answer = Mono.fromSupplier(() -> NEW.answer(asked.body()));
            return response.sendString(waits ? released.asMono().then(answer) : answer);
        });
    }

    private static void goesOnToTheEnd(ReembeddedTenant tenant) throws Exception {
        tenant.until("done")
                .as(Awaited::create)
                .assertNext(state -> {
                    assertThat(state.path("move").path("filled").asInt()).isEqualTo(THINGS);
                    assertThat(state.path("move").path("error").isMissingNode()).isTrue();
                })
                .expectComplete()
                .verify(LIMIT);
        tenant.isAllBy(NEW);
    }

    @Test
    void aServerThatFailsIsToldOfAndAskedAgainAndWritersDoNotMindIt() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (EmbeddingServer newServer = new EmbeddingServer((asked, number, response) -> broken.get()
                ? response.status(503).send()
                : response.sendString(Mono.fromSupplier(() -> NEW.answer(asked.body()))))) {
            RunningService service = RunningService.on(database, ReembeddedTenant.settings(oldServer, newServer));
            try {
                ReembeddedTenant tenant = ReembeddedTenant.create(service, database, "failing", THINGS);
                Mono<Tuple2<JsonNode, Integer>> whileBroken = Mono.zip(
                        tenant.admin()
                                .getUntil(
                                        tenant.path(),
                                        state -> !state.path("move")
                                                .path("error")
                                                .isMissingNode()),
                        tenant.admin()
                                .post("/v1/entities", TestDocuments.json(0, 1))
                                .map(answer -> answer.status()));

                tenant.begin(NEW)
                        .then(whileBroken)
                        .doOnNext(both -> broken.set(false))
                        .as(Awaited::create)
                        .assertNext(both -> {
                            JsonNode move = both.getT1().path("move");
                            assertThat(move.path("error").asString()).isEqualTo("the embedding server answered 503");
                            assertThat(move.path("state").asString()).isEqualTo("filling");
                            assertThat(both.getT2()).isEqualTo(200);
                        })
                        .expectComplete()
                        .verify(LIMIT);
                goesOnToTheEnd(tenant);
            } finally {
                service.close();
            }
        }
    }

    @Test
    void aBatchThatTakesLongerThanTheLeaseIsMadeOnce() throws Exception {
        AtomicInteger batches = new AtomicInteger();
        try (EmbeddingServer newServer = new EmbeddingServer((asked, number, response) -> {
            boolean isBatch = WordVectors.texts(asked.body()) > 1;
            batches.addAndGet(isBatch ? 1 : 0);
            return response.sendString(Mono.fromSupplier(() -> NEW.answer(asked.body()))
                    .delaySubscription(isBatch ? LEASE.multipliedBy(3).dividedBy(2) : Duration.ZERO));
        })) {
            String[] settings = ReembeddedTenant.settings(oldServer, newServer);
            settings[settings.length - 1] = "--rhizome.jobs.lease=" + LEASE.toMillis() + "ms";
            RunningService service = RunningService.on(database, settings);
            try {
                ReembeddedTenant tenant = ReembeddedTenant.create(service, database, "slow", 2 * BATCH);

                tenant.begin(NEW)
                        .then(tenant.until("done"))
                        .as(Awaited::create)
                        .expectNextCount(1)
                        .expectComplete()
                        .verify(LIMIT);

                assertThat(batches).hasValue(2);
                tenant.isAllBy(NEW);
            } finally {
                service.close();
            }
        }
    }
}
