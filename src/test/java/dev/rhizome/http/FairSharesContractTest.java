package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What a tenant whose transactions all wait takes from others: nothing. */
class FairSharesContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(8); // below the lock timeout, which would end it as well
    private static final String ENTITY = "{\"id\":\"one\",\"type\":\"T\",\"name\":\"%s\"}";

    @Test
    void othersAreAnsweredAndItIsToldThatItHasItsShare() throws Exception {
        TestDatabase database = TestDatabase.create();
        try (RunningService service = RunningService.on(
                database, "--DB_POOL_MAX=4", "--rhizome.shares.alone=3", "--rhizome.shares.tenant-waiting=3")) {
            String tenant = service.newTenant("loud");
            JsonClient loud = service.json(service.newKey(tenant, "writer"));
            JsonClient quiet = service.json(service.newKey(service.newTenant("quiet"), "writer"));
            assertThat(status(loud.post("/v1/entities", ENTITY.formatted("one"))))
                    .isEqualTo(201);
            assertThat(status(quiet.post("/v1/entities", ENTITY.formatted("one"))))
                    .isEqualTo(201);

            List<CompletableFuture<Answer>> all;
            try (TestDatabase.Held row = locked(database, tenant)) {
                all = IntStream.range(0, 20)
                        .mapToObj(i -> started(loud.post("/v1/entities", ENTITY.formatted("name " + i))))
                        .toList();
                awaitARefusal(all);

                for (int i = 0; i < 5; i++) {
                    assertThat(status(quiet.get("/v1/entities/one"))).isEqualTo(200);
                }
                assertThat(row.isHeld()).isTrue();
            }

            List<Integer> statuses =
                    all.stream().map(FairSharesContractTest::done).toList();
            assertThat(statuses).containsOnly(200, 429);
            assertThat(Collections.frequency(statuses, 200)).isBetween(1, 6);
        }
    }

    @Test
    void readinessNeedsNoConnectionOfTheirs() throws Exception {
        TestDatabase database = TestDatabase.create();
        try (RunningService service = RunningService.on(database)) { // on a pool of one
            String tenant = service.newTenant("only");
            JsonClient client = service.json(service.newKey(tenant, "writer"));
            assertThat(status(client.post("/v1/entities", ENTITY.formatted("one"))))
                    .isEqualTo(201);

            CompletableFuture<Answer> waiting;
            try (TestDatabase.Held row = locked(database, tenant)) {
                waiting = started(client.post("/v1/entities", ENTITY.formatted("two")));
                JsonClient anybody = service.json("nobody");
                Answer busy = Objects.requireNonNull(anybody.getUntil(
                                "/health/database",
                                body -> body.at("/stats/activeConnections").asInt() == 1)
                        .map(body -> new Answer(200, body))
                        .block(LIMIT));

                assertThat(busy.body().path("healthy").asBoolean()).isTrue();
                assertThat(status(anybody.get("/actuator/health/readiness"))).isEqualTo(200);
                assertThat(row.isHeld()).isTrue();
            }
            assertThat(done(waiting)).isEqualTo(200);
        }
    }

    private static void awaitARefusal(List<CompletableFuture<Answer>> all) {
        assertThat(CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new)))
                .succeedsWithin(LIMIT);
        assertThat(all.stream().filter(CompletableFuture::isDone)).allMatch(answer -> done(answer) == 429);
    }

    private static TestDatabase.Held locked(TestDatabase database, String tenant) throws Exception {
        return database.hold("set local app.current_tenant = '" + tenant
                + "'; select 1 from rhizome.entities where tenant_id = '" + tenant + "' for update");
    }

    private static CompletableFuture<Answer> started(Mono<Answer> answer) {
        CompletableFuture<Answer> future = new CompletableFuture<>();
        Disposable unused = answer.subscribe(future::complete, future::completeExceptionally);
        return future;
    }

    private static int status(Mono<Answer> answer) {
        return Objects.requireNonNull(answer.block(LIMIT)).status();
    }

    private static int done(CompletableFuture<Answer> answer) {
        try {
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS).status();
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
