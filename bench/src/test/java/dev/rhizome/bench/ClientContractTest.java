package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.client.LineResult;
import dev.rhizome.client.LineResult.Refused;
import dev.rhizome.client.LineResult.Taken;
import dev.rhizome.client.Problem;
import dev.rhizome.client.ProblemException;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Role;
import dev.rhizome.client.Search;
import dev.rhizome.client.SearchEvent;
import dev.rhizome.client.Tenant;
import dev.rhizome.testing.RunningService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The client on the real service. */
class ClientContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RunningService SERVICE = RunningService.get();
    private static final RhizomeClient OPERATOR =
            RhizomeClient.of(URI.create("http://localhost:" + SERVICE.port())).withKey(RunningService.OPERATOR);

    private final RhizomeClient writer = writer();

    @AfterAll
    static void close() {
        OPERATOR.close();
    }

    private static RhizomeClient writer() {
        String slug = "client-" + UUID.randomUUID();
        Tenant tenant = Blocking.get(OPERATOR.tenants().create(slug, "Client"));
        return OPERATOR.withKey(Blocking.get(OPERATOR.tenants().issueKey(tenant.id(), Role.WRITER, "writer"))
                .key());
    }

    @Test
    void aLineIsAnsweredWhileLaterOnesAreStillToCome() {
        Sinks.Many<Map<String, String>> items = Sinks.many().unicast().onBackpressureBuffer();

        StepVerifier.create(writer.upload("/v1/entities", items.asFlux()))
                .then(() -> items.tryEmitNext(entity("first")).orThrow())
                .expectNext(new Taken(1, "first", "created"))
                .then(() -> items.tryEmitNext(entity("second")).orThrow())
                .expectNext(new Taken(2, "second", "created"))
                .then(() -> items.tryEmitComplete().orThrow())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aRefusedLineDoesNotConcernTheOthers() {
        List<LineResult> results = Blocking.get(writer.upload(
                        "/v1/entities",
                        Flux.just(entity("a"), Map.of("id", "b", "type", "lower case", "name", "B"), entity("c")))
                .collectList());

        assertThat(results).hasSize(3).filteredOn(Taken.class::isInstance).hasSize(2);
        assertThat((Refused) results.get(1)).satisfies(refused -> {
            assertThat(refused.line()).isEqualTo(2);
            assertThat(refused.problem().errors())
                    .extracting(Problem.FieldError::field)
                    .containsExactly("type");
        });
    }

    @Test
    void anUploadAsksForItemsAsFastAsTheyAreTaken() {
        AtomicInteger made = new AtomicInteger();
        String padding = "x".repeat(10_000);
        Flux<Map<String, Object>> endless = Flux.generate(sink -> sink.next(Map.of(
                "id", "e" + made.incrementAndGet(), "type", "T", "name", "e", "metadata", Map.of("padding", padding))));

        StepVerifier.create(writer.upload("/v1/entities", endless), 5)
                .expectNextCount(5)
                .thenAwait(Duration.ofSeconds(2))
                .thenCancel()
                .verify(LIMIT);

        assertThat(made).hasValueLessThan(5_000);
    }

    @Test
    void aSearchGivesHitsThenTheEnd() {
        store("/v1/entities", Flux.just(entity("clock"), entity("river")));

        List<SearchEvent> events = Blocking.get(
                writer.search(Search.of("clock").legs(List.of("vector", "text")).limit(2))
                        .collectList());

        assertThat(events.getFirst()).isInstanceOfSatisfying(SearchEvent.Hit.class, hit -> {
            assertThat(hit.id()).isEqualTo("clock");
            assertThat(hit.rank()).isEqualTo(1);
            assertThat(hit.legs()).containsKeys("vector", "text");
        });
        assertThat(events.getLast()).isInstanceOfSatisfying(SearchEvent.Done.class, done -> {
            assertThat(done.hits()).isEqualTo(2);
            assertThat(done.complete()).isTrue();
        });
    }

    @Test
    void aRefusalNamesTheFieldAndWhatIsExpected() {
        StepVerifier.create(writer.search(Search.of("clock").limit(1_000)))
                .expectErrorSatisfies(error -> {
                    ProblemException problem = (ProblemException) error;
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.retryAfter()).isNull();
                    assertThat(problem.problem().errors())
                            .extracting(Problem.FieldError::field)
                            .containsExactly("limit");
                })
                .verify(LIMIT);
    }

    @Test
    void aListGoesOnToTheLastPage() {
        store("/v1/entities", Flux.just("hub", "x", "y", "z").map(ClientContractTest::entity));
        Flux<Map<String, String>> edges =
                Flux.just("x", "y", "z").map(target -> Map.of("source", "hub", "target", target, "type", "RELATED"));
        store("/v1/relationships", edges);

        List<String> neighbours = Blocking.get(writer.list("/v1/entities/hub/neighbours?limit=1")
                .map(item -> item.path("id").asString())
                .collectList());

        assertThat(neighbours).containsExactlyInAnyOrder("x", "y", "z");
    }

    @Test
    void tenantsAreMadeRenamedListedAndDeleted() {
        String slug = "client-" + UUID.randomUUID();
        Tenant made = Blocking.get(OPERATOR.tenants().create(slug, "One"));
        Tenant renamed = Blocking.get(OPERATOR.tenants().rename(made.id(), "Two"));

        assertThat(renamed).isEqualTo(new Tenant(made.id(), slug, "Two"));
        assertThat(Blocking.get(OPERATOR.tenants().list().collectList())).contains(renamed);

        Blocking.await(OPERATOR.tenants().delete(made.id()));
        StepVerifier.create(OPERATOR.tenants().get(made.id()))
                .expectErrorSatisfies(
                        error -> assertThat(((ProblemException) error).status()).isEqualTo(404))
                .verify(LIMIT);
    }

    @Test
    void aWrongKeyIsRefused() {
        StepVerifier.create(OPERATOR.withKey("nobody's").get("/v1/entities/a"))
                .expectErrorSatisfies(
                        error -> assertThat(((ProblemException) error).status()).isEqualTo(401))
                .verify(LIMIT);
    }

    private void store(String path, Flux<?> items) {
        assertThat(Blocking.get(writer.upload(path, items).collectList())).allMatch(Taken.class::isInstance);
    }

    private static Map<String, String> entity(String id) {
        return Map.of("id", id, "type", "T", "name", id);
    }
}
