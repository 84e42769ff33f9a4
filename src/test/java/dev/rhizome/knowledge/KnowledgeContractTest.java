package dev.rhizome.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Queries, results and responses over HTTP: what follows what, what is found, and what is gone. */
class KnowledgeContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int ROUNDS = 25;
    private static final String QUERIES = "/v1/knowledge/queries";
    private static final String RUST = "{\"id\":\"r1\",\"title\":\"Ownership in Rust\","
            + "\"content\":\"The borrow checker proves that memory is safe.\",\"url\":\"https://Doc.Rust-Lang.org/book\","
            + "\"relevance\":0.9,\"credibility\":0.8,\"provider\":\"ddg\"}";

    private String tenant = "";
    private Api writer = Api.ofOperator(SERVICE);

    @BeforeEach
    void aTenantThatAsks() {
        tenant = SERVICE.newTenant("asker-" + NUMBER.incrementAndGet());
        writer = Api.of(SERVICE, tenant, "writer");
        assertThat(writer.post(QUERIES, "{\"id\":\"q\",\"query\":\"How does Rust manage memory?\",\"tags\":[\"rust\"]}")
                        .status())
                .isEqualTo(201);
    }

    private static String path(String id) {
        return QUERIES + "/" + id;
    }

    private int step(String status) {
        return writer.patch(path("q"), "{\"status\":\"" + status + "\"}").status();
    }

    @Test
    void aQueryGoesItsWayAndNoOther() {
        assertThat(step("completed")).isEqualTo(409);
        assertThat(step("pending")).isEqualTo(409);
        assertThat(step("processing")).isEqualTo(200);
        JsonNode failed = writer.patch(path("q"), "{\"status\":\"failed\",\"error\":\"timed out\"}")
                .body();
        assertThat(failed.path("error").asString()).isEqualTo("timed out");
        assertThat(failed.has("completedAt")).isTrue();

        JsonNode again = writer.patch(path("q"), "{\"status\":\"processing\"}").body();
        assertThat(again.path("retries").asInt()).isEqualTo(1);
        assertThat(again.has("error")).isFalse();
        assertThat(again.has("completedAt")).isFalse();
        assertThat(step("completed")).isEqualTo(200);
        for (String status : List.of("pending", "processing", "failed", "completed")) {
            Answer refused = writer.patch(path("q"), "{\"status\":\"" + status + "\"}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body().path("detail").asString())
                    .isEqualTo("query: illegal transition from completed to " + status);
        }
        assertThat(writer.each(QUERIES + "?status=completed&tag=rust", "id")).containsExactly("q");
        assertThat(writer.each(QUERIES + "?status=failed", "id")).isEmpty();
        assertThat(writer.patch(path("nobody"), "{\"status\":\"processing\"}").status())
                .isEqualTo(404);
    }

    @Test
    void aQueryThatIsSentAgainIsTheSameOrRefused() {
        String other = "{\"id\":\"q\",\"query\":\"Another question?\",\"tags\":[\"rust\"]}";

        assertThat(writer.posted(
                                QUERIES,
                                "{\"id\":\"q\",\"query\":\"How does Rust manage memory?\",\"tags\":[\"rust\",\"rust\"]}")
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(writer.post(QUERIES, other).status()).isEqualTo(409);
        assertThat(writer.lines(QUERIES, other + "\n{\"id\":\"new\",\"query\":\"And now?\"}\n{\"id\":\"none\"}")
                        .toString())
                .contains(
                        "\"line\":1",
                        "exists with another content",
                        "\"id\":\"new\",\"status\":\"created\"",
                        "missing");
        assertThat(writer.get(path("q")).path("query").asString()).isEqualTo("How does Rust manage memory?");
    }

    @Test
    void aResultIsFoundAndStandsBetweenQueryAndSource() {
        assertThat(writer.post(path("q") + "/results", RUST).status()).isEqualTo(201);

        JsonNode result = writer.get("/v1/knowledge/results/r1");
        assertThat(result.path("domain").asString()).isEqualTo("doc.rust-lang.org");
        JsonNode hit = writer.get("/v1/search?q=borrow%20checker&types=KNOWLEDGE_RESULT")
                .at("/hits/0");
        assertThat(hit.path("id").asString()).isEqualTo("result:r1");
        assertThat(writer.get("/v1/search?q=How%20does%20Rust%20manage%20memory&hops=0")
                        .at("/hits/0/id")
                        .asString())
                .as("the query itself is no answer")
                .isEqualTo("result:r1");
        assertThat(hit.at("/metadata/url").asString()).isEqualTo("https://Doc.Rust-Lang.org/book");
        assertThat(writer.each("/v1/entities/query:q/neighbours?direction=out", "id"))
                .containsExactly("result:r1");
        assertThat(writer.each("/v1/entities/result:r1/neighbours?direction=out&types=FROM_SOURCE", "id"))
                .containsExactly("source:doc.rust-lang.org");
        assertThat(writer.get(path("q")).path("results").asInt()).isEqualTo(1);
        assertThat(writer.delete("/v1/entities/result:r1").status()).isEqualTo(409);
    }

    /** The last of many paragraphs is found by meaning and by words, and all of it goes with the result. */
    @Test
    void aLongResultIsFoundByItsChunks() {
        String early = "Rivers carry silt to the sea, where it settles in layers. ".repeat(12);
        String late = "A lighthouse keeper trims the wick before dusk. ".repeat(12);
        String long_ = RUST.replace("\"id\":\"r1\"", "\"id\":\"long\"")
                .replaceFirst("\"content\":\"[^\"]*\"", "\"content\":\"" + early + "\\\\n\\\\n" + late + "\"");
        assertThat(writer.post(path("q") + "/results", long_).status()).isEqualTo(201);

        JsonNode hit =
                writer.get("/v1/search?q=who%20trims%20the%20wick&hops=0").at("/hits/0");

        assertThat(hit.path("id").asString()).startsWith("result:long#");
        assertThat(hit.path("type").asString()).isEqualTo("KNOWLEDGE_CHUNK");
        assertThat(hit.at("/metadata/query").asString()).isEqualTo("q");
        assertThat(writer.get("/v1/search?q=silt%20wick&hops=0&groupBy=document")
                        .path("hits"))
                .as("one hit a result")
                .hasSize(1);
        assertThat(writer.each("/v1/entities/result:long/neighbours?direction=out&types=HAS_CHUNK", "id"))
                .isNotEmpty()
                .doesNotContain("result:long#1");
        assertThat(writer.get("/v1/knowledge/results/long").path("content").asString())
                .contains("silt", "wick");
        assertThat(writer.posted(path("q") + "/results", long_).path("status").asString())
                .isEqualTo("unchanged");
        assertThat(writer.delete("/v1/knowledge/results/long").status()).isEqualTo(204);
        assertThat(writer.get("/v1/search?q=wick%20silt&legs=text").path("hits"))
                .isEmpty();

        assertThat(writer.post(path("q") + "/results", long_).status()).isEqualTo(201);
        assertThat(writer.delete(path("q")).status()).isEqualTo(204);
        assertThat(writer.get("/v1/search?q=wick%20silt&legs=text").path("hits"))
                .isEmpty();
    }

    @Test
    void theSameContentIsThereOnceAQueryAndEachAskerHasItsOwn() {
        String unnamed = RUST.replace("\"id\":\"r1\",", "");
        assertThat(writer.post(QUERIES, "{\"id\":\"p\",\"query\":\"The same?\"}")
                        .status())
                .isEqualTo(201);

        String first = writer.posted(path("q") + "/results", unnamed).path("id").asString();
        JsonNode again = writer.posted(path("q") + "/results", unnamed);
        String second =
                writer.posted(path("p") + "/results", unnamed).path("id").asString();

        assertThat(again.path("status").asString()).isEqualTo("unchanged");
        assertThat(again.path("id").asString()).isEqualTo(first);
        assertThat(second).isNotEqualTo(first);
        Answer named = writer.post(path("q") + "/results", RUST);
        assertThat(named.status()).isEqualTo(409);
        assertThat(named.body().path("detail").asString()).contains("as the result " + first);
        assertThat(writer.lines(path("q") + "/results", unnamed + "\n" + unnamed)
                        .toString())
                .contains("\"unchanged\":2");
        assertThat(writer.get(path("q")).path("results").asInt()).isEqualTo(1);

        assertThat(writer.delete(path("q")).status()).isEqualTo(204);
        assertThat(writer.ask("/v1/knowledge/results/" + first).status()).isEqualTo(404);
        assertThat(writer.get("/v1/knowledge/results/" + second).path("query").asString())
                .isEqualTo("p");
        assertThat(writer.ask("/v1/entities/source:doc.rust-lang.org").status()).isEqualTo(200);
        assertThat(writer.delete("/v1/knowledge/results/" + second).status()).isEqualTo(204);
        assertThat(writer.ask("/v1/entities/source:doc.rust-lang.org").status()).isEqualTo(404);
        assertThat(writer.get("/v1/search?q=borrow&legs=text").path("hits")).isEmpty();
    }

    @Test
    void resultsAreListedByRelevancePageByPage() {
        String lines = IntStream.range(0, 25)
                .mapToObj(
                        "{\"id\":\"r%1$d\",\"title\":\"t%1$d\",\"url\":\"https://h%1$d.org/\",\"relevance\":0.%1$02d,\"provider\":\"p\"}"
                                ::formatted)
                .reduce("", (all, line) -> all + line + "\n");

        assertThat(writer.lines(path("q") + "/results", lines).toString()).contains("\"created\":25");

        List<JsonNode> all = writer.all(path("q") + "/results", 7);
        assertThat(all).hasSize(25);
        assertThat(all.getFirst().path("id").asString()).isEqualTo("r24");
        assertThat(all.getLast().path("id").asString()).isEqualTo("r0");
        assertThat(writer.each(path("q") + "/results?minRelevance=0.2", "id"))
                .containsExactly("r24", "r23", "r22", "r21", "r20");
        assertThat(writer.each(path("q") + "/results?domain=h3.org", "id")).containsExactly("r3");
        assertThat(writer.ask(path("nobody") + "/results").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no url",
                "ftp://example.org/x",
                "https:///x",
                "/relative",
                "https://a b.org/",
                "javascript:alert(1)"
            })
    void aUrlThatIsNoneIsRefusedByName(String url) {
        Answer refused =
                writer.post(path("q") + "/results", "{\"title\":\"t\",\"url\":\"" + url + "\",\"provider\":\"p\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo("url");
    }

    @Test
    void aResponseHasTheFiguresOfTheResultsAtThatMoment() {
        String response = "{\"id\":\"a\",\"summary\":\"By ownership.\",\"sourcesUsed\":[\"doc.rust-lang.org\"]}";
        JsonNode nothing = responded("{\"id\":\"early\",\"summary\":\"Not known yet.\"}");
        assertThat(nothing.has("meanRelevance")).isFalse();
        assertThat(nothing.has("sourceDiversity")).isFalse();
        assertThat(writer.lines(path("q") + "/results", """
                {"title":"a","url":"https://x.org/1","relevance":1,"credibility":0.5,"provider":"p"}
                {"title":"b","url":"https://x.org/2","relevance":0.5,"credibility":0.5,"provider":"p"}
                """).toString()).contains("\"created\":2");

        JsonNode stored = responded(response);

        assertThat(stored.path("meanRelevance").asDouble()).isEqualTo(0.75);
        assertThat(stored.path("meanCredibility").asDouble()).isEqualTo(0.5);
        assertThat(stored.path("sourceDiversity").asDouble()).isEqualTo(0.5);
        assertThat(writer.posted(path("q") + "/responses", response)
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(writer.post(path("q") + "/responses", "{\"id\":\"a\",\"summary\":\"Otherwise.\"}")
                        .status())
                .isEqualTo(409);
        assertThat(writer.each(path("q") + "/responses", "id")).containsExactly("a", "early");
    }

    private JsonNode responded(String response) {
        assertThat(writer.post(path("q") + "/responses", response).status()).isEqualTo(201);
        return writer.get(path("q") + "/responses").at("/items/0");
    }

    @ParameterizedTest
    @CsvSource({"query:x", "result:x", "source:x"})
    void nodesOfKnowledgeAreWrittenByItsRoutesAlone(String id) {
        Answer refused = writer.post("/v1/entities", "{\"id\":\"" + id + "\",\"type\":\"T\",\"name\":\"n\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo("id");
    }

    @Test
    void anotherTenantHasTheSameIdsForItself() {
        Api other = Api.of(SERVICE, SERVICE.newTenant("other-asker-" + NUMBER.incrementAndGet()), "writer");
        assertThat(writer.post(path("q") + "/results", RUST).status()).isEqualTo(201);

        assertThat(other.ask("/v1/knowledge/results/r1").status()).isEqualTo(404);
        assertThat(other.post(path("q") + "/results", RUST).status()).isEqualTo(404);
        assertThat(other.post(QUERIES, "{\"id\":\"q\",\"query\":\"Mine\"}").status())
                .isEqualTo(201);
        assertThat(other.post(path("q") + "/results", RUST).status()).isEqualTo(201);
        assertThat(other.delete(path("q")).status()).isEqualTo(204);
        assertThat(writer.ask("/v1/knowledge/results/r1").status()).isEqualTo(200);
    }

    /** Whoever takes the last result from a source away and whoever brings another one from there meet at the source. */
    @Test
    void aSourceIsThereAsLongAsAResultIsFromItWhateverComesAtOnce() {
        for (int round = 0; round < ROUNDS; round++) {
            String old = "old-" + round;
            String kept = "kept-" + round;
            for (String query : List.of(old, kept)) {
                assertThat(writer.post(QUERIES, "{\"id\":\"" + query + "\",\"query\":\"Why?\"}")
                                .status())
                        .isEqualTo(201);
            }
            String url = "https://source-" + round + ".org/";
            assertThat(writer.post(path(old) + "/results", result(old, url)).status())
                    .isEqualTo(201);

            List<Integer> statuses = Objects.requireNonNull(Flux.merge(
                            writer.client().delete(path(old)),
                            writer.client().post(path(kept) + "/results", result(kept, url)),
                            writer.client().post(path(old) + "/results", result("late-" + round, url)))
                    .map(Answer::status)
                    .collectList()
                    .block());

            assertThat(statuses)
                    .contains(204)
                    .allMatch(status -> List.of(201, 204, 404).contains(status));
            assertThat(writer.each("/v1/entities/result:" + kept + "/neighbours?types=FROM_SOURCE", "id"))
                    .containsExactly("source:source-" + round + ".org");
            assertThat(writer.ask("/v1/entities/result:late-" + round).status()).isEqualTo(404);
        }
    }

    private static String result(String id, String url) {
        return "{\"id\":\"" + id + "\",\"title\":\"" + id + "\",\"url\":\"" + url + "\",\"provider\":\"p\"}";
    }
}
