package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;

/** Searches while the embedding model gives no vector: whoever can look does, and the answer says what is missing and why. */
class SearchWithoutModelContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int DOCUMENTS = 40;
    private static final WordVectors MODEL = new WordVectors("words-24", 24);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Why there is no vector, and what the answer says of it. */
    enum Fault {
        DOWN("the embedding server answered 503"),
        SILENT("the embedding model gave no vector of the query within 2000 ms");

        private final String reason;

        Fault(String reason) {
            this.reason = reason;
        }

        private Publisher<Void> to(HttpServerResponse response) {
            return this == SILENT ? Mono.never() : response.status(503).send();
        }
    }

    private static volatile Fault fault = Fault.DOWN;
    private static volatile boolean isWorking = true;
    private static volatile boolean isTooLong;

    private static final EmbeddingServer SERVER = new EmbeddingServer((asked, number, response) -> isWorking
            ? response.sendString(Mono.fromSupplier(() -> MODEL.answer(asked.body())))
            : isTooLong ? response.status(413).send() : fault.to(response));
    private static final RunningService SERVICE = RunningService.on(TestDatabase.create(), settings());

    private static JsonClient client;
    private static UUID tenant;

    private static String[] settings() {
        List<String> settings = new java.util.ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.add("--rhizome.search.embedding-timeout=2s");
        settings.add("--DB_POOL_MAX=4");
        return settings.toArray(String[]::new);
    }

    @BeforeAll
    static void load() {
        String id = SERVICE.newTenant("without-model");
        tenant = UUID.fromString(id);
        client = SERVICE.json(SERVICE.newKey(id, "writer"));
        Answer loaded = answer(client.postLines("/v1/entities", TestDocuments.lines(DOCUMENTS)));
        assertThat(loaded.body().path(DOCUMENTS).path("summary").path("created").asInt())
                .isEqualTo(DOCUMENTS);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        SERVER.close();
    }

    @BeforeEach
    void breakDown() {
        fault = Fault.DOWN;
        isWorking = false;
        isTooLong = false;
    }

    private static Answer answer(Mono<Answer> asked) {
        return Objects.requireNonNull(asked.block(LIMIT));
    }

    /** Vectors of queries are remembered, so each test asks for other words; all of them have a word that all documents have. */
    private static String words() {
        return "document " + TestDocuments.query(NUMBER.incrementAndGet());
    }

    private static Answer search(String words, String more) {
        return answer(client.post("/v1/search", "{\"query\":\"" + words + "\"" + more + "}"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void theTextRetrieverAnswersAndTheAnswerSaysWhatIsMissing(Fault why) {
        fault = why;

        Answer found = search(words(), ",\"explain\":true");

        assertThat(found.status()).isEqualTo(200);
        JsonNode done = found.body().path("done");
        assertThat(done.path("complete").asBoolean(true)).isFalse();
        assertThat(done.path("reason").asString()).isEqualTo(why.reason);
        assertThat(done.path("legs").path("vector").path("error").asString()).isEqualTo(why.reason);
        assertThat(done.path("legs").path("text").path("plan").asString()).isEqualTo("index");
        assertThat(done.path("legs").path("text").path("error").isMissingNode()).isTrue();
        assertThat(found.body().path("hits")).hasSize(10).allSatisfy(SearchWithoutModelContractTest::isByTextAlone);
        assertThat(found.body().path("hits").path(0).path("score").asDouble()).isEqualTo(1);
    }

    private static void isByTextAlone(JsonNode hit) {
        assertThat(hit.path("legs").path("vector").isMissingNode()).isTrue();
        assertThat(hit.path("explain").path("parts")).hasSize(1);
        assertThat(hit.path("explain").path("parts").path(0).path("leg").asString())
                .isEqualTo("text");
        assertThat(hit.path("explain").path("parts").path(0).path("weight").asDouble())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&stages=true", "&legs=vector,text", "&fusion=rank", "&diversity=0.5"})
    void itDoesSoHoweverItIsAsked(String more) {
        Answer found = answer(client.getLines("/v1/search?q=" + words().replace(' ', '+') + more));

        assertThat(found.status()).isEqualTo(200);
        JsonNode last = found.body().path(found.body().size() - 1);
        assertThat(last.path("event").asString()).isEqualTo("done");
        assertThat(last.path("reason").asString()).isEqualTo(Fault.DOWN.reason);
        assertThat(found.body())
                .anyMatch(line -> line.path("event").asString().equals("hit"))
                .noneMatch(line -> line.path("event").asString().equals("problem"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aSearchByVectorAloneIs503(Fault why) {
        fault = why;

        Answer refused = search(words(), ",\"legs\":[\"vector\"]");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body().path("detail").asString()).isEqualTo(why.reason);
    }

    @Test
    void aSearchByVectorAndGraphIs503() {
        assertThat(search(words(), ",\"legs\":[\"vector\",\"graph\"]").status()).isEqualTo(503);
    }

    @Test
    void aSearchByTextAloneIsComplete() {
        JsonNode done = search(words(), ",\"legs\":[\"text\"]").body().path("done");

        assertThat(done.path("complete").asBoolean()).isTrue();
        assertThat(done.path("legs").path("vector").isMissingNode()).isTrue();
    }

    @Test
    void aSearchWithAVectorOfTheClientsOwnIsComplete() {
        String vector = Arrays.toString(MODEL.of(TestDocuments.embeddable(TestDocuments.name(7, 0))));

        Answer found = search(words(), ",\"embedding\":" + vector);

        assertThat(found.body().path("done").path("complete").asBoolean()).isTrue();
        assertThat(found.body()
                        .path("done")
                        .path("legs")
                        .path("vector")
                        .path("plan")
                        .asString())
                .isEqualTo("exact");
    }

    @Test
    void aSearchIsCompleteAgainWhenTheModelIsBack() {
        String words = words();
        assertThat(search(words, "").body().path("done").path("complete").asBoolean(true))
                .isFalse();
        isWorking = true;

        Answer found = search(words, "");

        assertThat(found.body().path("done").path("complete").asBoolean()).isTrue();
        assertThat(found.body().path("done").path("reason").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"legs\":[\"vector\"]", ",\"legs\":[\"vector\",\"text\"]"})
    void aQueryThatIsTooLongForTheModelIs400(String more) {
        isTooLong = true;

        Answer refused = search(words(), more);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("errors").path(0).path("field").asString())
                .isEqualTo("query");
    }

    @Test
    void whatFailsAfterTheFirstStageEndsTheStreamWithAProblem() {
        isTooLong = true;

        JsonNode lines = answer(client.getLines("/v1/search?stages=true&q=" + words().replace(' ', '+')))
                .body();

        assertThat(lines.path(0).path("event").asString()).isEqualTo("found");
        JsonNode last = lines.path(lines.size() - 1);
        assertThat(last.toString()).contains("problem").contains("\"status\":400");
    }

    @Test
    void whoCannotSayThatSomethingIsMissingGetsAnError() {
        SERVICE.bean(HybridSearch.class)
                .matches(words(), List.of(), 5)
                .contextWrite(TenantContext.of(new TenantId(tenant)))
                .as(Awaited::create)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(Overloaded.class).hasMessage(Fault.DOWN.reason))
                .verify(LIMIT);
    }
}
