package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.EventStream;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/**
 * Answers in stages. The embedding server keeps its answer back until the test lets it go, so that what arrives before has
 * not waited for it.
 */
class StagesContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int DIMENSION = 8;
    private static final AtomicReference<Sinks.One<String>> GATE = new AtomicReference<>(Sinks.one());
    private static final EmbeddingServer EMBEDDINGS =
            new EmbeddingServer((asked, number, response) -> response.header("Content-Type", "application/json")
                    .sendString(GATE.get().asMono()));
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--rhizome.embedding.url=" + EMBEDDINGS.url(),
            "--rhizome.embedding.model=gated",
            "--rhizome.embedding.dimension=" + DIMENSION);
    private static WebTestClient client = SERVICE.client(null);

    /** Words of one are about clocks, the vectors of the other are near the question's. */
    @BeforeAll
    static void twoClocksAndTheirRelatives() {
        client = SERVICE.client(SERVICE.newKey(SERVICE.newTenant("stages"), "writer"));
        write("/v1/entities", """
                {"id":"words","type":"T","name":"clock","embedding":%s}
                {"id":"meaning","type":"T","name":"timepiece","embedding":%s}
                {"id":"near","type":"T","name":"bystander","embedding":%s}
                {"id":"far","type":"T","name":"stranger","embedding":%s}
                """.formatted(vector(9), vector(0), vector(10), vector(11)));
        write("/v1/relationships", """
                {"source":"words","target":"near","type":"KNOWS"}
                {"source":"near","target":"far","type":"KNOWS"}
                """);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        EMBEDDINGS.close();
    }

    @BeforeEach
    void shut() {
        GATE.set(Sinks.one());
    }

    @Test
    void theTextLegsFindsArriveAsEventsWhileTheVectorIsBeingMade() {
        Flux<String> names = get("q=clock early&stages=true&limit=2&hops=2", MediaType.TEXT_EVENT_STREAM)
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .getResponseBody()
                .map(event -> event.event() + " " + event.data());

        StepVerifier.create(names)
                .assertNext(
                        found -> assertThat(found)
                                .startsWith(
                                        "found {\"leg\":\"text\",\"rank\":1,\"id\":\"words\",\"type\":\"T\",\"name\":\"clock\""))
                .then(StagesContractTest::open)
                .assertNext(found ->
                        assertThat(found).startsWith("found {\"leg\":\"vector\",\"rank\":1,\"id\":\"meaning\""))
                .assertNext(
                        found -> assertThat(found).startsWith("found {\"leg\":\"vector\",\"rank\":2,\"id\":\"words\""))
                .assertNext(hit -> assertThat(hit).startsWith("hit {\"rank\":1,\"id\":\"words\""))
                .assertNext(hit -> assertThat(hit).startsWith("hit {\"rank\":2,\"id\":\"meaning\""))
                .assertNext(hop ->
                        assertThat(hop).startsWith("related {\"id\":\"near\"").contains("\"hops\":1"))
                .assertNext(hop ->
                        assertThat(hop).startsWith("related {\"id\":\"far\"").contains("\"hops\":2"))
                .assertNext(done -> assertThat(done).startsWith("done {\"hits\":2,\"related\":2,\"complete\":true"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theTextLegsFindsArriveAsLinesWhileTheVectorIsBeingMade() {
        Flux<String> lines = get("q=clock lines&stages=true&limit=1&hops=0", MediaType.APPLICATION_NDJSON)
                .returnResult(String.class)
                .getResponseBody();

        StepVerifier.create(lines)
                .assertNext(found -> assertThat(found).startsWith("{\"event\":\"found\",\"leg\":\"text\",\"rank\":1,"))
                .then(StagesContractTest::open)
                .assertNext(
                        found -> assertThat(found).startsWith("{\"event\":\"found\",\"leg\":\"vector\",\"rank\":1,"))
                .assertNext(hit -> assertThat(hit).startsWith("{\"event\":\"hit\",\"rank\":1,"))
                .assertNext(done -> assertThat(done).startsWith("{\"event\":\"done\","))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aJsonDocumentHasTheFindsInTheSameOrder() {
        open();
        client.get()
                .uri("/v1/search?q=clock document&stages=true&limit=2&hops=2")
                .exchange()
                .expectBody()
                .jsonPath("$.found[*].leg")
                .isEqualTo(List.of("text", "vector", "vector"))
                .jsonPath("$.found[*].id")
                .isEqualTo(List.of("words", "meaning", "words"))
                .jsonPath("$.hits[*].id")
                .isEqualTo(List.of("words", "meaning"))
                .jsonPath("$.related[*].hops")
                .isEqualTo(List.of(1, 2));
    }

    @Test
    void aStreamIsResumedAlsoBehindFindsThoughTheVectorIsKnownByThen() {
        open();
        String uri = "/v1/search?q=clock again&stages=true&limit=2&hops=2";
        EventStream whole = EventStream.of(client.get().uri(uri), null);

        for (int i = 0; i < 7; i++) {
            EventStream rest = EventStream.of(client.get().uri(uri), whole.ids().get(i));
            assertThat(rest.lasting()).isEqualTo(whole.lasting().subList(i + 1, 8));
        }
    }

    @Test
    void withoutStagesNothingIsToldBeforeTheLegsAreFused() {
        open();
        for (String more : List.of("", "&stages=false")) {
            EventStream events = EventStream.of(client.get().uri("/v1/search?q=clock fused" + more), null);
            assertThat(events.events())
                    .extracting(EventStream.Event::name)
                    .containsExactly("hit", "hit", "hit", "hit", "done");
        }
        assertThat(json("q=clock fused")).doesNotContain("\"found\"");
    }

    @Test
    void aModelThatAnswersNonsenseLeavesTheAnswerIncomplete() {
        assertThat(GATE.get().tryEmitValue("{\"data\":[]}")).isEqualTo(Sinks.EmitResult.OK);

        EventStream events = EventStream.of(client.get().uri("/v1/search?q=clock problem&stages=true"), null);

        assertThat(events.events())
                .extracting(EventStream.Event::name)
                .containsExactly("found", "hit", "related", "done");
        assertThat(events.events().getLast().data())
                .contains("\"complete\":false", "\"reason\":\"the embedding server gave 0 vectors for 1 texts\"");
    }

    @Test
    void aLegThatWasNotAskedForTellsNothing() {
        EventStream events = EventStream.of(client.get().uri("/v1/search?q=clock&legs=text&stages=true"), null);

        assertThat(events.events()).extracting(EventStream.Event::name).containsExactly("found", "hit", "done");
    }

    /** Lets the embedding server answer with the question's vector. */
    private static void open() {
        String answer = "{\"data\":[{\"index\":0,\"embedding\":" + vector(1) + "}]}";
        assertThat(GATE.get().tryEmitValue(answer)).isEqualTo(Sinks.EmitResult.OK);
    }

    private static WebTestClient.ResponseSpec get(String query, MediaType type) {
        return client.get().uri("/v1/search?" + query).accept(type).exchange();
    }

    private static String json(String query) {
        return Objects.requireNonNull(get(query, MediaType.APPLICATION_JSON)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** At an angle of {@code steps} tenths. */
    private static String vector(int steps) {
        float[] vector = new float[DIMENSION];
        vector[0] = (float) Math.cos(steps / 10.0);
        vector[1] = (float) Math.sin(steps / 10.0);
        return Arrays.toString(vector);
    }

    private static void write(String path, String lines) {
        String answer = client.method(HttpMethod.POST)
                .uri(path)
                .contentType(MediaType.APPLICATION_NDJSON)
                .body(Mono.just(lines), String.class)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(answer).contains("\"failed\":0");
    }
}
