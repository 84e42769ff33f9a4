package dev.rhizome.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.problem.UpstreamFailed;
import dev.rhizome.testing.EmbeddingServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model behind HTTP: what it is asked, and what becomes of good and of bad answers. */
class HttpEmbeddingModelTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofMillis(500);
    private static final String KEY = "sk-of-the-tests";

    private final List<EmbeddingServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(EmbeddingServer::close);
    }

    @Test
    void vectorsAreInTheTextsOrderWhateverTheAnswersIs() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));

        vectors(server, List.of("1", "2", "3"))
                .as(StepVerifier::create)
                .expectNext(List.of(vector(1), vector(2), vector(3)))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void vectorsWithoutAnIndexAreTakenAsTheyCome() {
        EmbeddingServer server =
                started(EmbeddingServer.giving(request -> "{\"data\":[{\"embedding\":[1,1]},{\"embedding\":[2,1]}]}"));

        vectors(server, List.of("1", "2"))
                .as(StepVerifier::create)
                .expectNext(List.of(vector(1), vector(2)))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void manyTextsAreAskedInBatchesAndKeepTheirOrder() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));
        List<String> texts =
                IntStream.rangeClosed(1, 150).mapToObj(String::valueOf).toList();

        vectors(server, texts)
                .as(StepVerifier::create)
                .expectNext(IntStream.rangeClosed(1, 150)
                        .mapToObj(HttpEmbeddingModelTest::vector)
                        .toList())
                .expectComplete()
                .verify(LIMIT);

        assertThat(server.asked())
                .extracting(asked -> input(asked.body()).size())
                .containsExactlyInAnyOrder(32, 32, 32, 32, 22);
    }

    @Test
    void theModelsNameAndTheKeyAreSent() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));

        vectors(server, List.of("7"))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(server.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.authorization()).isEqualTo("Bearer " + KEY);
            assertThat(JsonMapper.shared().readTree(asked.body()))
                    .isEqualTo(JsonMapper.shared().readTree("{\"model\":\"m\",\"input\":[\"7\"]}"));
        });
    }

    @Test
    void withoutAKeyNoneIsSent() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));

        new HttpEmbeddingModel(new EmbeddingProperties.Source(server.url(), "m", 2, " ", LIMIT, 32, 8))
                .embed(List.of("7"))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(server.asked())
                .singleElement()
                .matches(asked -> asked.authorization().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1/"})
    void theUrlMayEndAsItLikes(String end) {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));

        model(server.url() + end, LIMIT)
                .embed(List.of("7"))
                .as(StepVerifier::create)
                .expectNext(List.of(vector(7)))
                .expectComplete()
                .verify(LIMIT);
    }

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                Arguments.of("{\"data\":[{\"index\":0,\"embedding\":[1,1]}]}", "gave 1 vectors for 2 texts"),
                Arguments.of(two("[1,1]", "[1,1,1]"), "3 numbers (expected: 2 numbers)"),
                Arguments.of(two("[1,1]", "[]"), "0 numbers (expected: 2 numbers)"),
                Arguments.of(two("[1,1]", "[0,0]"), "a vector that is not zero"),
                Arguments.of(two("[1,1]", "[1e-30,0]"), "a vector that is not zero"),
                Arguments.of(two("[1,1]", "[NaN,1]"), "no JSON that lists vectors"),
                Arguments.of(two("[1,1]", "[\"NaN\",1]"), "no JSON that lists vectors"),
                Arguments.of(two("[1,1]", "[null,1]"), "no JSON that lists vectors"),
                Arguments.of(two("[1,1]", "[1e39,1]"), "no JSON that lists vectors"),
                Arguments.of(two("[1,1]", "[1,1]").replace("\"index\":1", "\"index\":0"), "which vector is which"),
                Arguments.of(two("[1,1]", "[1,1]").replace("\"index\":1", "\"index\":2"), "which vector is which"),
                Arguments.of(two("[1,1]", "[1,1]").replace("\"index\":1", "\"index\":-1"), "which vector is which"),
                Arguments.of("{\"data\":[{\"index\":0,\"embedding\":[1,", "no JSON that lists vectors"),
                Arguments.of("<html>" + KEY + "</html>", "no JSON that lists vectors"),
                Arguments.of("", "gave 0 vectors for 2 texts"),
                Arguments.of("{\"error\":\"" + KEY + "\"}", "gave 0 vectors for 2 texts"));
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    void anAnswerThatIsNoVectorsFailsAtOnceAndSaysWhy(String json, String why) {
        EmbeddingServer server = started(EmbeddingServer.giving(request -> json));

        vectors(server, List.of("1", "2"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(failed(why))
                .verify(LIMIT);

        assertThat(server.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404, 405})
    void aRefusalFailsAtOnceWithItsStatusOnly(int status) {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) ->
                response.status(status).header("Location", "/v1/embeddings").sendString(Mono.just("bad key " + KEY))));

        vectors(server, List.of("1"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(failed("answered " + status))
                .verify(LIMIT);

        assertThat(server.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aRefusedTextIsFoundAmongOthersAndNamed(int status) {
        EmbeddingServer server = started(refusing(status, texts -> texts.contains("9")));
        List<String> texts =
                IntStream.rangeClosed(1, 32).mapToObj(String::valueOf).toList();

        vectors(server, texts)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRequest.class)
                        .hasMessageStartingWith("text: refused by the embedding model (its server answered " + status))
                .verify(LIMIT);

        assertThat(input(server.asked().getLast().body()))
                .singleElement()
                .matches(text -> text.stringValue().equals("9"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aServerThatTakesFewerTextsGetsThemInSmallerBatches(int status) {
        EmbeddingServer server = started(refusing(status, texts -> texts.size() > 4));
        List<String> texts =
                IntStream.rangeClosed(1, 32).mapToObj(String::valueOf).toList();

        vectors(server, texts)
                .as(StepVerifier::create)
                .expectNext(IntStream.rangeClosed(1, 32)
                        .mapToObj(HttpEmbeddingModelTest::vector)
                        .toList())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theBatchIsAsLargeAsTheSettingSays() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));

        new HttpEmbeddingModel(new EmbeddingProperties.Source(server.url(), "m", 2, KEY, LIMIT, 3, 8))
                .embed(List.of("1", "2", "3", "4"))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(server.asked())
                .extracting(asked -> input(asked.body()).size())
                .containsExactlyInAnyOrder(3, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void whatMayPassIsTriedTwiceMore(int status) {
        EmbeddingServer server = started(new EmbeddingServer(
                (asked, number, response) -> response.status(status).send()));

        vectors(server, List.of("1"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(overloaded("answered " + status))
                .verify(LIMIT);

        assertThat(server.asked()).hasSize(3);
    }

    @Test
    void aServerThatRecoversIsAskedAgainWhenItSaid() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) -> number == 1
                ? response.status(429).header("Retry-After", "1").send()
                : response.sendString(Mono.just(backwards(asked.body())))));

        Duration took = vectors(server, List.of("7"))
                .as(StepVerifier::create)
                .expectNext(List.of(vector(7)))
                .expectComplete()
                .verify(LIMIT);

        assertThat(took).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void aLongRetryAfterIsHandedOnAndNotWaitedFor() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) ->
                response.status(503).header("Retry-After", "3600").send()));

        vectors(server, List.of("7"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> {
                    overloaded("answered 503").accept(error);
                    assertThat(((Overloaded) error).retryAfter()).isEqualTo(Duration.ofHours(1));
                })
                .verify(LIMIT);

        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void aServerThatIsNotThereCannotBeReached() {
        EmbeddingServer server = started(EmbeddingServer.giving(HttpEmbeddingModelTest::backwards));
        server.close();

        vectors(server, List.of("1"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(overloaded("cannot be reached"))
                .verify(LIMIT);
    }

    @Test
    void anAnswerCutOffIsTriedAgain() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) -> number == 1
                ? response.header("Content-Length", "1000").send(cutOff(response))
                : response.sendString(Mono.just(backwards(asked.body())))));

        vectors(server, List.of("7"))
                .as(StepVerifier::create)
                .expectNext(List.of(vector(7)))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aServerThatHangsTimesOutAndIsHungUpOn() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) -> Mono.never()));

        model(server.url(), SOON)
                .embed(List.of("1"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(HttpEmbeddingModelTest::timedOut)
                .verify(LIMIT);

        server.closed().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void aServerThatTricklesTimesOutToo() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) -> response.sendString(
                Flux.interval(SOON.dividedBy(10)).onBackpressureDrop().map(tick -> " "))));

        model(server.url(), SOON)
                .embed(List.of("1"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(HttpEmbeddingModelTest::timedOut)
                .verify(LIMIT);
    }

    @Test
    void cancellingHangsUp() {
        EmbeddingServer server = started(new EmbeddingServer((asked, number, response) -> Mono.never()));

        vectors(server, List.of("1"))
                .takeUntilOther(server.arrived())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        server.closed().as(StepVerifier::create).expectComplete().verify(LIMIT);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void theKeyIsNotPrintedWithTheSettings() {
        assertThat(new EmbeddingProperties.Source("http://localhost", "m", 2, KEY, LIMIT, 32, 8).toString())
                .doesNotContain(KEY);
    }

    private EmbeddingServer started(EmbeddingServer server) {
        servers.add(server);
        return server;
    }

    /** A server that answers {@code status} to the lists of texts that {@code refused} names, and others with vectors. */
    private static EmbeddingServer refusing(int status, Predicate<List<String>> refused) {
        return new EmbeddingServer((asked, number, response) -> {
            List<String> texts = new ArrayList<>();
            input(asked.body()).forEach(text -> texts.add(text.stringValue()));
            return refused.test(texts)
                    ? response.status(status).sendString(Mono.just("{\"error\":\"too long\"}"))
                    : response.sendString(Mono.just(backwards(asked.body())));
        });
    }

    private static Mono<List<Embedding>> vectors(EmbeddingServer server, List<String> texts) {
        return model(server.url(), LIMIT).embed(texts);
    }

    private static HttpEmbeddingModel model(String url, Duration timeout) {
        return new HttpEmbeddingModel(new EmbeddingProperties.Source(url, "m", 2, KEY + "\n", timeout, 32, 8));
    }

    private static Consumer<Throwable> overloaded(String why) {
        return refused(Overloaded.class, why);
    }

    private static Consumer<Throwable> failed(String why) {
        return refused(UpstreamFailed.class, why);
    }

    private static Consumer<Throwable> refused(Class<? extends RhizomeException> type, String why) {
        return error -> {
            assertThat(error).isInstanceOf(type);
            assertThat(((RhizomeException) error).detail())
                    .startsWith("the embedding server ")
                    .contains(why)
                    .doesNotContain(KEY);
        };
    }

    private static Flux<ByteBuf> cutOff(HttpServerResponse response) {
        return Flux.just(Unpooled.wrappedBuffer(new byte[] {'{'})).concatWith(Mono.fromRunnable(() -> {
            response.withConnection(connection -> {
                ChannelFuture unused = connection.channel().close();
            });
        }));
    }

    private static void timedOut(Throwable error) {
        assertThat(error).isInstanceOf(TimedOut.class).hasMessage("the embedding server gave no vector within 500 ms");
    }

    private static String two(String first, String second) {
        return "{\"data\":[{\"index\":0,\"embedding\":" + first + "},{\"index\":1,\"embedding\":" + second + "}]}";
    }

    /** A vector for each text, which is a number, the last one first. */
    private static String backwards(String request) {
        List<String> items = new ArrayList<>();
        for (JsonNode text : input(request)) {
            items.add("{\"index\":" + items.size() + ",\"embedding\":[" + text.stringValue() + ",1]}");
        }
        Collections.reverse(items);
        return "{\"data\":[" + String.join(",", items) + "]}";
    }

    private static JsonNode input(String request) {
        return JsonMapper.shared().readTree(request).path("input");
    }

    private static Embedding vector(int number) {
        return Embedding.of("expected", new float[] {number, 1}, 2);
    }
}
