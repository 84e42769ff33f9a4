package dev.rhizome.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two tenants that ask as fast as they can, over HTTP. */
class WeightsContractTest {

    private static final int CLIENTS = 12;
    private static final int THINGS = 40;
    /** As many are enough to tell, however long a slow machine takes for them. */
    private static final int ANSWERS = 160;

    /**
     * What each of two tenants had.
     *
     * @param light how many answers, or milliseconds of a connection
     * @param heavy as many for the other
     */
    private record Had(long light, long heavy) {

        double ratio() {
            return (double) heavy / Math.max(1, light);
        }

        Had since(Had before) {
            return new Had(light - before.light, heavy - before.heavy);
        }
    }

    /**
     * On one connection, for which all of them wait. It is time that is shared: a turn that the machine holds up costs its tenant
     * answers, so these tell only who has more.
     */
    @Test
    void whoWeighsMoreIsAnsweredMoreOften() {
        try (RunningService service = RunningService.on(TestDatabase.create())) {
            List<String> tenants = List.of(service.newTenant("light"), service.newTenant("heavy"));
            List<Api> writers = tenants.stream()
                    .map(tenant -> Api.of(service, tenant, "writer"))
                    .toList();
            writers.forEach(WeightsContractTest::fill);
            List<JsonClient> clients = writers.stream().map(Api::client).toList();

            Had atFirst = time(clients);
            assertThat(ask(clients).ratio()).isBetween(0.4, 2.5);
            assertThat(time(clients).since(atFirst).ratio()).isBetween(0.6, 1.6);
            assertThat(Api.ofOperator(service)
                            .put("/v1/tenants/" + tenants.getLast() + "/limits", "{\"weight\":4}")
                            .status())
                    .isEqualTo(200);
            Had between = time(clients);
            assertThat(ask(clients).ratio()).isGreaterThan(2);
            assertThat(time(clients).since(between).ratio()).isBetween(2.5, 6.0);
        }
    }

    /** A graph in which everything leads to everything. */
    private static void fill(Api writer) {
        String entities = IntStream.range(0, THINGS)
                .mapToObj("{\"id\":\"e%d\",\"type\":\"T\",\"name\":\"thing\"}"::formatted)
                .collect(Collectors.joining("\n"));
        assertThat(writer.lines("/v1/entities", entities)).hasSize(THINGS + 1);
        String edges = IntStream.range(0, THINGS * THINGS)
                .filter(pair -> pair / THINGS != pair % THINGS)
                .mapToObj(pair -> "{\"source\":\"e%d\",\"target\":\"e%d\",\"type\":\"T\"}"
                        .formatted(pair / THINGS, pair % THINGS))
                .collect(Collectors.joining("\n"));
        assertThat(writer.lines("/v1/relationships", edges)).hasSize(THINGS * (THINGS - 1) + 1);
    }

    /** For how long the tenants have had connections. */
    private static Had time(List<JsonClient> clients) {
        List<Long> millis = clients.stream()
                .map(client -> Objects.requireNonNull(client.get("/v1/usage").block())
                        .body()
                        .path("databaseMillis")
                        .asLong())
                .toList();
        return new Had(millis.getFirst(), millis.getLast());
    }

    /** What they are answered, while both ask as fast as they can. */
    private static Had ask(List<JsonClient> clients) {
        AtomicInteger light = new AtomicInteger();
        AtomicInteger heavy = new AtomicInteger();
        assertThat(Flux.merge(asking(clients.getFirst(), light), asking(clients.getLast(), heavy))
                        .takeUntil(answer -> light.get() + heavy.get() >= ANSWERS)
                        .then(Mono.just(true))
                        .block())
                .isTrue();
        return new Had(light.get(), heavy.get());
    }

    private static Flux<?> asking(JsonClient client, AtomicInteger answers) {
        return Flux.merge(IntStream.range(0, CLIENTS)
                .mapToObj(i -> Mono.defer(() -> client.get("/v1/graph/traverse?from=e1&hops=2"))
                        .doOnNext(answer -> answers.addAndGet(answer.status() == 200 ? 1 : 0))
                        .repeat())
                .toList());
    }
}
