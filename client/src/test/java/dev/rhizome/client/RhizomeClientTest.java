package dev.rhizome.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;

/** What the client makes of answers that a service gives rarely; how it gets on with the real one, bench/ tests. */
class RhizomeClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String BUSY =
            "{\"type\":\"urn:rhizome:problem:overloaded\",\"title\":\"Overloaded\",\"status\":503,\"detail\":\"busy\"}";

    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private DisposableServer server = HttpServer.create().port(0).bindNow();
    private RhizomeClient client = client();

    @AfterEach
    void stop() {
        client.close();
        server.disposeNow();
    }

    @Test
    void aRequestIsSentAgainWhenTheServiceAsksForItAndNotBefore() {
        answer(number -> number == 1 ? busy("1") : "{\"a\":1}");

        StepVerifier.create(client.get("/x"))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(800))
                .assertNext(json -> assertThat(json.path("a").asInt()).isEqualTo(1))
                .expectComplete()
                .verify(LIMIT);
        assertThat(requests).hasValue(2);
    }

    @Test
    void withoutRetriesARefusalSaysHowLongToWait() {
        answer(number -> busy("7"));

        StepVerifier.create(client.withRetries(0).get("/x"))
                .expectErrorSatisfies(error -> {
                    ProblemException problem = (ProblemException) error;
                    assertThat(problem.retryAfter()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.problem().type()).isEqualTo("urn:rhizome:problem:overloaded");
                    assertThat(problem).hasMessage("503: busy");
                })
                .verify(LIMIT);
        assertThat(requests).hasValue(1);
    }

    @Test
    void retriesComeToAnEnd() {
        answer(number -> busy("0"));

        StepVerifier.create(client.withRetries(3).get("/x"))
                .expectError(ProblemException.class)
                .verify(LIMIT);
        assertThat(requests).hasValue(4);
    }

    /** A client sends what it was told of its writes, and no other client does. */
    @Test
    void whatWasWrittenIsSentWithLaterRequests() {
        List<String> sent = new CopyOnWriteArrayList<>();
        server.disposeNow();
        server = HttpServer.create()
                .port(0)
                .handle((request, response) -> {
                    sent.add(String.join("+", request.requestHeaders().getAll(LastWrites.HEADER)));
                    return request.receive()
                            .then()
                            .thenMany(response.header(LastWrites.HEADER, "t" + sent.size())
                                    .sendString(Mono.just("{\"summary\":{\"written\":\"u" + sent.size() + "\"}}")));
                })
                .bindNow();
        RhizomeClient writer = client().withKey("k");

        writer.post("/x", Map.of()).block(LIMIT);
        writer.upload("/x", Flux.just(Map.of())).blockLast(LIMIT);
        writer.withRetries(1).get("/x").block(LIMIT);
        writer.withKey("other").get("/x").block(LIMIT);

        assertThat(sent).containsExactly("", "t1", "u2+t2+t1", "");
    }

    @Test
    void aRefusalWithoutRetryAfterIsNotSentAgain() {
        answer(number -> busy(""));

        StepVerifier.create(client.get("/x"))
                .expectError(ProblemException.class)
                .verify(LIMIT);
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAnswerThatIsNoProblemDocumentIsAnErrorAllTheSame() {
        answer(number -> "502 <html>bad gateway</html>");

        StepVerifier.create(client.get("/x"))
                .expectErrorSatisfies(error -> assertThat(error).hasMessage("502: the service gave no reason"))
                .verify(LIMIT);
    }

    @Test
    void anUploadWhoseAnswerIsCutIsNoSuccess() {
        answer(number -> "{\"line\":1,\"id\":\"a\",\"status\":\"created\"}\n");

        StepVerifier.create(client.upload("/v1/entities", Flux.just(Map.of("id", "a"))))
                .expectNext(new LineResult.Taken(1, "a", "created"))
                .expectError(IncompleteAnswerException.class)
                .verify(LIMIT);
    }

    @Test
    void aSearchWhoseAnswerIsCutIsNoSuccess() {
        answer(number -> "{\"event\":\"hit\",\"rank\":1,\"id\":\"a\",\"type\":\"T\",\"name\":\"A\",\"score\":1}\n\n");

        StepVerifier.create(client.search(Search.of("a")))
                .assertNext(event -> assertThat(((SearchEvent.Hit) event).id()).isEqualTo("a"))
                .expectError(IncompleteAnswerException.class)
                .verify(LIMIT);
    }

    @Test
    void anUploadGoesOnWhereTheServiceStopped() {
        String stopping =
                "{\"line\":2,\"problem\":{\"type\":\"urn:rhizome:problem:stopping\",\"status\":503,\"detail\":\"x\"}}\n";
        answer(number -> number == 1
                ? "{\"line\":1,\"id\":\"a\",\"status\":\"created\"}\n" + stopping + "{\"summary\":{\"lines\":1}}\n"
                : "{\"line\":1,\"id\":\"b\",\"status\":\"created\"}\n{\"summary\":{\"lines\":1}}\n");

        StepVerifier.create(client.upload("/v1/entities", Flux.just(Map.of("id", "a"), Map.of("id", "b"))))
                .expectNext(new LineResult.Taken(1, "a", "created"))
                .expectNext(new LineResult.Taken(2, "b", "created"))
                .expectComplete()
                .verify(LIMIT);
        assertThat(bodies).containsExactly("{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "{\"id\":\"b\"}\n");
    }

    @Test
    void aSearchIsAskedAgainWhereTheServiceStoppedBeforeItsFirstEventAndFailsBehindIt() {
        String bye = "{\"event\":\"bye\",\"retryAfterMs\":10}\n";
        answer(number -> number == 1 ? bye : "{\"event\":\"news\"}\n" + bye);

        StepVerifier.create(client.search(Search.of("a")))
                .expectNextCount(1)
                .expectError(IncompleteAnswerException.class)
                .verify(LIMIT);
        assertThat(requests).hasValue(2);
    }

    @Test
    void anEventOfANewerServiceIsPassedOn() {
        answer(number -> "{\"event\":\"news\",\"of\":\"tomorrow\"}\n{\"event\":\"done\",\"hits\":0,\"complete\":true}");

        StepVerifier.create(client.search(Search.of("a")))
                .assertNext(event -> assertThat(
                                ((SearchEvent.Other) event).body().path("of").asString())
                        .isEqualTo("tomorrow"))
                .assertNext(event ->
                        assertThat(((SearchEvent.Done) event).complete()).isTrue())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aProblemAfterTheFirstHitIsAnError() {
        answer(number -> "{\"event\":\"found\"}\n{\"problem\":{\"status\":504,\"detail\":\"too long\"}}\n");

        StepVerifier.create(client.search(Search.of("a")))
                .expectNextCount(1)
                .expectErrorSatisfies(error -> assertThat(error).hasMessage("504: too long"))
                .verify(LIMIT);
    }

    @Test
    void whereNobodyListensIsAnInputOutputError() {
        server.disposeNow();

        StepVerifier.create(client.get("/x")).expectError(IOException.class).verify(LIMIT);
    }

    @Test
    void aKeyIsNotPrinted() {
        assertThat(new IssuedKey("1", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void linesAreTheSameHoweverTheBytesArrive() {
        Flux<byte[]> whole = Flux.just("ab\n\ncd\ne".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Flux<byte[]> single = whole.concatMapIterable(RhizomeClientTest::bytes);

        assertThat(lines(whole)).isEqualTo(lines(single)).containsExactly("ab", "cd", "e");
    }

    private static List<byte[]> bytes(byte[] all) {
        return java.util.stream.IntStream.range(0, all.length)
                .mapToObj(i -> new byte[] {all[i]})
                .toList();
    }

    private static List<String> lines(Flux<byte[]> pieces) {
        return Objects.requireNonNull(Lines.of(pieces)
                .map(line -> new String(line, java.nio.charset.StandardCharsets.UTF_8))
                .collectList()
                .block(LIMIT));
    }

    /** A 503 as text: its status, what to wait, and the document. */
    private static String busy(String retryAfter) {
        return "503 " + retryAfter + "|" + BUSY;
    }

    /** Answers the request of each number, from 1. */
    private void answer(java.util.function.IntFunction<String> answers) {
        server.disposeNow();
        server = HttpServer.create()
                .port(0)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString()
                        .defaultIfEmpty("")
                        .doOnNext(bodies::add)
                        .then(Mono.defer(() -> send(response, answers.apply(requests.incrementAndGet())))))
                .bindNow();
        client.close();
        client = client();
    }

    private static Mono<Void> send(HttpServerResponse response, String answer) {
        if (answer.startsWith("503 ")) {
            String retryAfter = answer.substring(4, answer.indexOf('|'));
            HttpServerResponse busy = response.status(503);
            return (retryAfter.isEmpty() ? busy : busy.header("Retry-After", retryAfter))
                    .sendString(Mono.just(answer.substring(answer.indexOf('|') + 1)))
                    .then();
        }
        boolean bad = answer.startsWith("502 ");
        return response.status(bad ? 502 : 200).sendString(Mono.just(answer)).then();
    }

    private RhizomeClient client() {
        return RhizomeClient.of(URI.create("http://localhost:" + server.port()));
    }
}
