package dev.rhizome.indexing;

import static dev.rhizome.indexing.ReembeddedTenant.LIMIT;
import static dev.rhizome.indexing.ReembeddedTenant.NEW;
import static dev.rhizome.indexing.ReembeddedTenant.OLD;
import static dev.rhizome.indexing.ReembeddedTenant.TWIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.Traffic;
import dev.rhizome.testing.WordVectors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A tenant moves to another embedding model while it is searched and written, and nobody notices but by the distances. */
class ReembeddingIntegrationTest {

    private static final int THINGS = 300;
    private static final int CHANGING = 40;
    private static final int K = 10;
    private static final double CLOSE = 1e-5;
    private static final Duration BATCH_TAKES = Duration.ofMillis(120);

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EmbeddingServer OLD_SERVER = EmbeddingServer.giving(OLD::answer);
    private static final EmbeddingServer NEW_SERVER = slow(NEW);
    private static final EmbeddingServer TWIN_SERVER = EmbeddingServer.giving(TWIN::answer);
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, ReembeddedTenant.settings(OLD_SERVER, NEW_SERVER, TWIN_SERVER));

    private final AtomicInteger number = new AtomicInteger();
    private final AtomicIntegerArray changes = new AtomicIntegerArray(CHANGING);
    private final int[] versions = new int[CHANGING];
    private final Map<WordVectors, Integer> answersBy = new ConcurrentHashMap<>();

    /** Takes its time for the batches of a move, so that clients get their turn. */
    private static EmbeddingServer slow(WordVectors model) {
        return new EmbeddingServer((asked, count, response) -> {
            Mono<String> answer = Mono.fromSupplier(() -> model.answer(asked.body()));
            return response.header("Content-Type", "application/json")
                    .sendString(WordVectors.texts(asked.body()) > 1 ? answer.delaySubscription(BATCH_TAKES) : answer);
        });
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        Stream.of(OLD_SERVER, NEW_SERVER, TWIN_SERVER).forEach(EmbeddingServer::close);
    }

    @Test
    void clientsGetAllTheyAskForByOneModelOrTheOther() throws SQLException {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "moving", THINGS);
        JsonClient client = tenant.admin();
        List<JsonNode> seen = Collections.synchronizedList(new ArrayList<>());
        Mono<?> move = tenant.begin(NEW)
                .doOnNext(answer -> assertThat(answer.status()).isEqualTo(202))
                .then(client.getUntil(tenant.path(), state -> {
                    seen.add(state);
                    return state.path("move").path("state").asString().equals("done");
                }));

        Traffic.during(
                        move,
                        List.of(
                                () -> searchByVector(client),
                                () -> searchByVector(client),
                                () -> searchByAll(client),
                                () -> searchInStages(client),
                                () -> change(client, 0),
                                () -> change(client, CHANGING / 2),
                                () -> create(client)))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(answersBy.get(OLD)).isGreaterThan(20);
        assertThat(answersBy.get(NEW)).isPositive();
        tenant.isAllBy(NEW);
        tellsHowFarItIs(seen);
        whatWasChangedMeanwhileIsFound(client);
    }

    private static void tellsHowFarItIs(List<JsonNode> seen) {
        JsonNode first = seen.getFirst();
        assertThat(first.path("model").asString()).isEqualTo(OLD.model());
        assertThat(first.path("move").path("from").asString()).isEqualTo(OLD.model());
        assertThat(first.path("move").path("to").asString()).isEqualTo(NEW.model());
        assertThat(first.path("move").path("things").asInt()).isBetween(THINGS - 1, THINGS + 10);
        assertThat(first.path("move").path("endedAt").isMissingNode()).isTrue();
        assertThat(seen)
                .anyMatch(state -> state.path("move").path("secondsLeft").asInt(-1) >= 0)
                .allMatch(state -> state.path("move").path("error").isMissingNode())
                .extracting(state -> state.path("move").path("filled").asInt())
                .isSorted()
                .last()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.INTEGER)
                .isBetween(THINGS / 2, THINGS);
        JsonNode last = seen.getLast();
        assertThat(last.path("model").asString()).isEqualTo(NEW.model());
        assertThat(last.path("move").path("switchedAt").asString()).startsWith("20");
        assertThat(last.path("move").path("endedAt").asString()).startsWith("20");
    }

    private void whatWasChangedMeanwhileIsFound(JsonClient client) {
        for (int thing : new int[] {1, 2, CHANGING / 2 + 1, CHANGING / 2 + 2}) {
            String name = TestDocuments.name(thing, versions[thing]);
            assertThat(versions[thing]).isPositive();
            search(client, TestDocuments.embeddable(name), "\"vector\"")
                    .as(Awaited::create)
                    .assertNext(answer -> {
                        JsonNode best = answer.body().path("hits").path(0);
                        assertThat(best.path("name").asString()).isEqualTo(name);
                        assertThat(best.path("legs")
                                        .path("vector")
                                        .path("distance")
                                        .asDouble())
                                .isCloseTo(0, within(CLOSE));
                    })
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    private Mono<?> searchByVector(JsonClient client) {
        String words = TestDocuments.query(number.incrementAndGet());
        return search(client, words, "\"vector\"").doOnNext(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().path("hits")).hasSize(K);
            isByOneModel(words, answer.body().path("hits").values());
            isComplete(answer.body().path("done"));
        });
    }

    private Mono<?> searchByAll(JsonClient client) {
        String words = TestDocuments.query(number.incrementAndGet());
        return client.get("/v1/search?limit=" + K + "&q=" + words).doOnNext(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().path("hits")).hasSize(K);
            isByOneModel(words, answer.body().path("hits").values());
            isComplete(answer.body().path("done"));
        });
    }

    private Mono<?> searchInStages(JsonClient client) {
        String words = TestDocuments.query(number.incrementAndGet());
        return client.getLines("/v1/search?stages=true&limit=" + K + "&q=" + words)
                .doOnNext(answer -> {
                    assertThat(answer.status()).isEqualTo(200);
                    List<JsonNode> hits = answer.body().values().stream()
                            .filter(line -> line.path("event").asString().equals("hit"))
                            .toList();
                    assertThat(hits).hasSize(K);
                    isByOneModel(words, hits);
                    isComplete(answer.body().path(answer.body().size() - 1));
                });
    }

    private static Mono<Answer> search(JsonClient client, String words, String legs) {
        return client.post("/v1/search", """
                {"query":"%s","limit":%d,"legs":[%s]}""".formatted(words, K, legs));
    }

    private static void isComplete(JsonNode done) {
        assertThat(done.path("complete").asBoolean()).as("complete: %s", done).isTrue();
    }

    private void isByOneModel(String words, Collection<JsonNode> hits) {
        List<WordVectors> models = TestDocuments.modelsOf(hits, words, OLD, NEW);
        assertThat(models)
                .as("models by which all of %s are as far as they say", hits)
                .hasSize(1);
        answersBy.merge(models.getFirst(), 1, Integer::sum);
    }

    /** The next of those from {@code first} on gets another text. */
    private Mono<?> change(JsonClient client, int first) {
        int thing = first + changes.incrementAndGet(first) % (CHANGING / 2);
        return client.post("/v1/entities", TestDocuments.json(thing, versions[thing] + 1))
                .doOnNext(answer -> {
                    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                    versions[thing]++;
                });
    }

    /** A thing is found as soon as it is there; every second one goes again. */
    private Mono<?> create(JsonClient client) {
        int thing = THINGS + number.incrementAndGet();
        String name = TestDocuments.name(thing, 0);
        return client.post("/v1/entities", TestDocuments.json(thing, 0))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(201))
                .then(search(client, TestDocuments.embeddable(name), "\"vector\""))
                .doOnNext(answer -> assertThat(
                                answer.body().path("hits").path(0).path("name").asString())
                        .isEqualTo(name))
                .then(thing % 2 == 0 ? client.delete("/v1/entities/t" + thing) : Mono.<Answer>empty())
                .doOnNext(answer -> assertThat(answer.status()).isEqualTo(204));
    }

    @Test
    void aModelOfTheSameLengthIsAnotherModel() throws SQLException {
        ReembeddedTenant tenant = ReembeddedTenant.create(SERVICE, DATABASE, "twins", 35);
        tenant.isAllBy(OLD);

        for (WordVectors model : List.of(TWIN, NEW, TWIN, OLD)) {
            tenant.begin(model)
                    .then(tenant.until("done"))
                    .as(Awaited::create)
                    .assertNext(
                            state -> assertThat(state.path("model").asString()).isEqualTo(model.model()))
                    .expectComplete()
                    .verify(LIMIT);

            tenant.isAllBy(model);
        }
    }
}
