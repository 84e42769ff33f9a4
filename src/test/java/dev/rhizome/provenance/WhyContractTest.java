package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Where things come from, what came from them, and which entries are like others. */
class WhyContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static JsonClient writer = SERVICE.json("");

    @BeforeAll
    static void aSourceAndWhatWasMadeOfIt() {
        String tenant = SERVICE.newTenant("curious");
        writer = SERVICE.json(SERVICE.newKey(tenant, "writer"));
        post("/v1/entities", """
                {"id":"page","type":"PAGE","name":"a page","metadata":{"source":"https://example.org","provider":"crawler"}}
                {"id":"claim","type":"CLAIM","name":"a claim"}
                {"id":"plan","type":"PLAN","name":"a plan"}
                {"id":"work","type":"WORK","name":"work"}
                {"id":"copy","type":"PAGE","name":"a copy"}
                """);
        post(
                "/v1/entities",
                "{\"id\":\"page\",\"type\":\"PAGE\",\"name\":\"the page\",\"metadata\":{\"source\":\"https://example.org\",\"provider\":\"crawler\"}}");
        post("/v1/relationships", """
                {"source":"copy","target":"page","type":"DERIVED_FROM"}
                {"source":"plan","target":"work","type":"PART_OF"}
                """);
        post("/v1/provenance", """
                {"type":"verdict","id":"claim","description":"the claim on the page about tides holds","about":["claim"],"derivedFrom":["page"]}
                {"type":"verdict","id":"plan","description":"the plan keeps to its budget","about":["plan"],"derivedFrom":["claim"],"relationships":[{"source":"plan","type":"PART_OF","target":"work"}]}
                {"type":"gate","id":"loop","about":["page"],"derivedFrom":["plan"]}
                {"type":"verdict","id":"tide","description":"tides follow the moon, as the page claims"}
                """);
    }

    private static void post(String path, String lines) {
        assertThat(Objects.requireNonNull(writer.postLines(path, lines).block())
                        .body()
                        .toString())
                .contains("\"failed\":0");
    }

    @Test
    void aSourceTellsItsWholeBlastRadiusHopByHop() {
        JsonNode why = get("/v1/provenance/why?id=page").body();

        assertThat(why.path("derived"))
                .extracting(document -> document.path("hops").asInt() + " "
                        + (document.has("id") ? document.path("id") : document.at("/relationship/source")).asString())
                .containsExactly(
                        "1 copy", "1 verdict:claim", "1 claim", "2 verdict:plan", "2 plan", "2 plan", "3 gate:loop");
        assertThat(why.at("/derived/0").has("sequence")).isFalse();
        assertThat(why.at("/derived/2/sequence").asLong()).isEqualTo(1);
        assertThat(why.at("/derived/5/relationship/type").asString()).isEqualTo("PART_OF");
        assertThat(why.at("/done/truncated").asBoolean()).isFalse();
        assertThat(why.at("/done/hops").asInt()).isEqualTo(3);
    }

    @Test
    void anEntityTellsWhoWroteItAndWhatItCameFrom() {
        JsonNode page = get("/v1/provenance/why?id=page").body();
        JsonNode plan = get("/v1/provenance/why?id=plan").body();
        JsonNode copy = get("/v1/provenance/why?id=copy").body();

        assertThat(page.at("/about/source").asString()).isEqualTo("https://example.org");
        assertThat(page.at("/about/provider").asString()).isEqualTo("crawler");
        assertThat(page.at("/about/created/actor").asString()).isNotEmpty();
        assertThat(page.at("/about/created/requestId").asString()).isNotEmpty();
        assertThat(page.at("/about/updated/at").asString())
                .isGreaterThan(page.at("/about/created/at").asString());
        assertThat(plan.at("/about/derivedFrom").toString()).isEqualTo("[\"claim\"]");
        assertThat(plan.at("/entries/0/sequence").asLong()).isEqualTo(2);
        assertThat(plan.at("/entries/0/hash").asString()).hasSize(64);
        assertThat(copy.at("/about/derivedFrom").toString()).isEqualTo("[\"page\"]");
    }

    @Test
    void relationshipsAndEntriesHaveAnAnswerToo() {
        JsonNode edge =
                get("/v1/provenance/why?source=plan&type=PART_OF&target=work").body();
        JsonNode entry = get("/v1/provenance/why?id=verdict:claim").body();

        assertThat(edge.at("/about/created/actor").asString()).isNotEmpty();
        assertThat(edge.at("/entries/0/id").asString()).isEqualTo("plan");
        assertThat(edge.at("/about/derivedFrom").toString()).isEqualTo("[\"claim\"]");
        assertThat(entry.at("/entries/0/sequence").asLong()).isEqualTo(1);
        assertThat(entry.at("/about/created/actor").asString()).isNotEmpty();
    }

    @Test
    void boundsSayThatSomethingWasKeptBack() {
        JsonNode short1 = get("/v1/provenance/why?id=page&hops=1").body();
        JsonNode few = get("/v1/provenance/why?id=page&limit=2").body();

        assertThat(short1.path("derived").size()).isEqualTo(3);
        assertThat(short1.at("/done/truncated").asBoolean()).isTrue();
        assertThat(few.path("derived").size()).isEqualTo(2);
        assertThat(few.at("/done/truncated").asBoolean()).isTrue();
    }

    @Test
    void answersAreStreamedHopByHop() {
        Answer lines = Objects.requireNonNull(
                writer.getLines("/v1/provenance/why?id=claim").block());

        assertThat(lines.body())
                .extracting(line -> line.path("event").asString())
                .startsWith("about", "entry", "derived")
                .endsWith("derived", "done")
                .hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({
        "id=nothing, 404, ",
        "source=plan&type=PART_OF&target=page, 404, ",
        "hops=3, 400, id",
        "id=a&source=b&type=T&target=c, 400, id",
        "source=b&type=T, 400, target",
        "id=page&hops=0, 400, hops",
    })
    void whatIsUnknownOrWrongIsTold(String query, int status, String field) {
        Answer answer = get("/v1/provenance/why?" + query);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("errors").path(0).path("field").asString(null))
                .isEqualTo(field);
    }

    @Test
    void similarVerdictsAreFoundByMeaning() {
        List<JsonNode> toEntry = get("/v1/provenance/verdict/claim/similar")
                .body()
                .path("items")
                .valueStream()
                .toList();
        JsonNode toWords =
                get("/v1/provenance/similar?q=sea level and the moon").body();

        assertThat(toEntry.getFirst().path("id").asString()).isEqualTo("tide");
        assertThat(toEntry).extracting(item -> item.path("id").asString()).doesNotContain("claim", "loop");
        assertThat(toEntry.getFirst().path("sequence").asLong()).isEqualTo(4);
        assertThat(toWords.at("/items/0/id").asString()).isEqualTo("tide");
        assertThat(get("/v1/provenance/similar").status()).isEqualTo(400);
        assertThat(get("/v1/provenance/gate/loop/similar").status()).isEqualTo(409);
    }

    private static Answer get(String path) {
        return Objects.requireNonNull(writer.get(path).block());
    }
}
