package dev.rhizome.indexing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.WordVectors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Provenance is appended while its vectors cannot be made yet, and is found by meaning as soon as they are. An entity whose name
 * and text stay keeps its vector.
 */
class LateVectorsIntegrationTest {

    private enum Mood {
        ANSWERING,
        FAILING,
        HANGING
    }

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final WordVectors MODEL = new WordVectors("words-24", 24);
    private static final AtomicReference<Mood> MOOD = new AtomicReference<>(Mood.ANSWERING);
    private static final EmbeddingServer SERVER = new EmbeddingServer(
            (asked, number, response) -> answer(asked.body(), response, Objects.requireNonNull(MOOD.get())));
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE, settings());

    private static Publisher<Void> answer(String body, HttpServerResponse response, Mood mood) {
        return switch (mood) {
            case ANSWERING -> response.sendString(Mono.fromSupplier(() -> MODEL.answer(body)));
            case FAILING -> response.status(503).send();
            case HANGING -> Mono.never();
        };
    }

    private static String[] settings() {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.addAll(List.of(
                "--DB_POOL_MAX=4",
                "--rhizome.indexing.late-interval=50ms",
                "--rhizome.indexing.late-batch=3",
                "--rhizome.embedding.timeout=1s",
                "--rhizome.jobs.first-back-off=100ms"));
        return settings.toArray(String[]::new);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        SERVER.close();
    }

    private final UUID tenant = UUID.fromString(SERVICE.newTenant("late-" + UUID.randomUUID()));
    private final JsonClient client = SERVICE.json(SERVICE.newKey(tenant.toString(), "writer"));

    @Test
    void anEntryIsChainedAndFoundByItsWordsWhileTheModelHangs() throws SQLException {
        MOOD.set(Mood.HANGING);
        append("one", "the harbour light is out");

        assertThat(found("harbour", "text")).containsExactly("verdict:one");
        assertThat(waiting()).containsExactly("verdict:one");
        assertThat(vectors()).isEmpty();

        MOOD.set(Mood.ANSWERING);
        untilNoneWait();

        assertThat(found("harbour light", "vector")).containsExactly("verdict:one");
    }

    @Test
    void allOfThemGetVectorsThoughTheModelFailsOnTheWay() throws SQLException {
        append("first", "bread is baked");
        MOOD.set(Mood.FAILING);
        for (int i = 0; i < 10; i++) {
            append("more-" + i, "stone " + i);
        }
        MOOD.set(Mood.ANSWERING);
        untilNoneWait();

        assertThat(vectors()).hasSize(11);
        assertThat(found("bread baked", "vector")).first().isEqualTo("verdict:first");
    }

    @Test
    void whatIsErasedMeanwhileGetsNoVectorOfWhatItSaid() throws SQLException {
        MOOD.set(Mood.HANGING);
        Answer appended = client.post(
                        "/v1/provenance",
                        "{\"type\":\"verdict\",\"id\":\"erased\",\"subject\":\"somebody\",\"description\":\"a secret\"}")
                .block(LIMIT);
        assertThat(appended).isNotNull().extracting(Answer::status).isEqualTo(201);
        JsonClient administrator = SERVICE.json(SERVICE.newKey(tenant.toString(), "admin"));
        Answer erased = administrator.delete("/v1/provenance/subjects/somebody").block(LIMIT);
        assertThat(erased).isNotNull().extracting(Answer::status).isIn(200, 204);

        MOOD.set(Mood.ANSWERING);
        append("other", "a secret");
        untilNoneWait();

        assertThat(saying("verdict:other", "verdict other. a secret")).containsExactly("t");
        assertThat(saying("verdict:erased", "verdict erased. a secret")).doesNotContain("t");
    }

    /** Whether the vector of a document is that of {@code text}; nothing where it has none. */
    private List<String> saying(String id, String text) throws SQLException {
        return DATABASE.asApplication(
                tenant,
                "select (embedding <=> '" + Arrays.toString(MODEL.of(text))
                        + "') < 0.001 from vectors where document_id = '" + id + "'");
    }

    @Test
    void aChangeOfMetadataMakesNoVectorAndTouchesNone() throws SQLException {
        MOOD.set(Mood.ANSWERING);
        put("{\"id\":\"e\",\"type\":\"T\",\"name\":\"lamp\",\"text\":\"gives light\"}");
        List<String> made = whereVectorIs();
        int asked = SERVER.asked().size();

        put("{\"id\":\"e\",\"type\":\"U\",\"name\":\"lamp\",\"text\":\"gives light\",\"metadata\":{\"on\":true}}");

        assertThat(SERVER.asked()).hasSize(asked);
        assertThat(whereVectorIs()).isEqualTo(made);
        assertThat(waiting()).isEmpty();

        put("{\"id\":\"e\",\"type\":\"U\",\"name\":\"lamp\",\"text\":\"gives no light\"}");

        assertThat(SERVER.asked()).hasSizeGreaterThan(asked);
        assertThat(whereVectorIs()).isNotEqualTo(made).hasSize(1);
    }

    @Test
    void aVectorOfTheWritersOwnIsReplacedWhereItIsNotSentAgain() throws SQLException {
        MOOD.set(Mood.ANSWERING);
        String own = Arrays.toString(MODEL.of("something else"));
        put("{\"id\":\"e\",\"type\":\"T\",\"name\":\"lamp\",\"embedding\":" + own + "}");
        assertThat(found("something else", "vector")).containsExactly("e");
        List<String> given = whereVectorIs();

        put("{\"id\":\"e\",\"type\":\"T\",\"name\":\"lamp\"}");

        assertThat(whereVectorIs()).isNotEqualTo(given).hasSize(1);
    }

    private void put(String entity) {
        Answer answer = client.post("/v1/entities", entity).block(LIMIT);
        assertThat(answer).isNotNull().extracting(Answer::status).isIn(200, 201);
    }

    /** Another place is another row, whatever is in it. */
    private List<String> whereVectorIs() throws SQLException {
        return DATABASE.asApplication(
                tenant, "select ctid::text || embedding::text from vectors where document_id = 'e'");
    }

    private void append(String id, String description) {
        Answer answer = client.post(
                        "/v1/provenance",
                        "{\"type\":\"verdict\",\"id\":\"" + id + "\",\"description\":\"" + description + "\"}")
                .block(LIMIT);
        assertThat(answer).isNotNull().extracting(Answer::status).isEqualTo(201);
    }

    private List<String> found(String query, String leg) {
        Answer answer = client.post(
                        "/v1/search", "{\"query\":\"" + query + "\",\"legs\":[\"" + leg + "\"],\"limit\":5}")
                .block(LIMIT);
        return Objects.requireNonNull(answer)
                .body()
                .path("hits")
                .valueStream()
                .map(hit -> hit.path("id").asString())
                .toList();
    }

    private List<String> waiting() throws SQLException {
        return DATABASE.asApplication(tenant, "select document_id from late_vectors order by 1");
    }

    private List<String> vectors() throws SQLException {
        return DATABASE.asApplication(tenant, "select document_id from vectors order by 1");
    }

    private void untilNoneWait() {
        Flux.interval(LOOK_AGAIN)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic())
                .concatMap(tick -> Mono.fromCallable(this::waiting))
                .filter(List::isEmpty)
                .blockFirst(LIMIT);
    }
}
