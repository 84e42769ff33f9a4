package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Entries of provenance: how they are added, read, and proven. */
class ProvenanceContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final String FULL = """
            {"type":"verdict","id":"v1","parent":{"type":"spec","id":"s1"},"description":"the plan keeps to the rules",
             "references":["caws.budget","caws.evidence"],"specHash":"abc","scores":{"evidenceCompleteness":0.9,
             "budgetAdherence":0,"gateIntegrity":1},"subject":"ada","about":["plan"],
             "relationships":[{"source":"plan","type":"PART_OF","target":"work"}],"derivedFrom":["source"],
             "metadata":{"deep":{"n":[1,2.50,1e3]},"text":"ü"},"at":"2026-01-31T12:00:00.123456789+01:00"}
            """;
    private static String tenant = "";
    private static JsonClient writer = SERVICE.json("");

    @BeforeAll
    static void aTenantWithAFewEntries() {
        tenant = SERVICE.newTenant("proven");
        writer = SERVICE.json(SERVICE.newKey(tenant, "writer"));
        created("{\"type\":\"spec\",\"id\":\"s1\"}");
        created(FULL);
        created("{\"type\":\"waiver\",\"id\":\"w1\",\"references\":[\"caws.budget\"]}");
    }

    private static void created(String entry) {
        Answer answer = post(writer, entry);
        assertThat(answer.body().toString()).contains("created");
        assertThat(answer.status()).isEqualTo(201);
    }

    @Test
    void anEntryIsReadAsItWasWrittenWithItsPlace() {
        JsonNode entry = get("/v1/provenance/verdict/v1").body();

        assertThat(entry.path("sequence").asLong()).isEqualTo(2);
        assertThat(entry.path("parent").toString()).isEqualTo("{\"type\":\"spec\",\"id\":\"s1\"}");
        assertThat(entry.path("references").toString()).isEqualTo("[\"caws.budget\",\"caws.evidence\"]");
        assertThat(entry.path("scores").toString())
                .isEqualTo("{\"evidenceCompleteness\":0.9,\"budgetAdherence\":0.0,\"gateIntegrity\":1.0}");
        assertThat(entry.path("at").asString()).isEqualTo("2026-01-31T11:00:00.123456Z");
        assertThat(entry.path("subject").asString()).isEqualTo("ada");
        assertThat(entry.at("/metadata/deep/n/1").asDouble()).isEqualTo(2.5);
        assertThat(entry.path("role").asString()).isEqualTo("writer");
        assertThat(entry.path("erased").asBoolean()).isFalse();
        assertThat(entry.has("salt")).isFalse();
        assertThat(entry.path("previousHash").asString())
                .isEqualTo(get("/v1/provenance/spec/s1").body().path("hash").asString());
    }

    @Test
    void theSameAgainIsUnchangedAndSomethingElseIsRefused() {
        Answer same = post(writer, FULL.replace("2.50", "2.5").replace("1e3", "1000"));
        Answer other = post(writer, FULL.replace("caws.evidence", "caws.evidences"));
        Answer otherPayload = post(writer, FULL.replace("\"ada\"", "\"bob\""));

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.body().path("status").asString()).isEqualTo("unchanged");
        assertThat(other.status()).isEqualTo(409);
        assertThat(otherPayload.status()).isEqualTo(409);
    }

    @Test
    void linesAreAnsweredOneByOne() {
        String lines = """
                {"type":"spec","id":"lines"}
                {"type":"gate","id":"lines","parent":{"type":"spec","id":"lines"}}
                {"type":"gate","id":"orphan","parent":{"type":"spec","id":"nowhere"}}
                {"type":"erasure","id":"mine"}
                {"type":"spec","id":"lines"}
                {"type":"spec","id":"lines","specHash":"x"}
                """;

        Answer answer =
                Objects.requireNonNull(writer.postLines("/v1/provenance", lines).block());

        assertThat(answer.body().toString())
                .contains("{\"line\":1,\"id\":\"spec:lines\",\"status\":\"created\"}")
                .contains("{\"line\":2,\"id\":\"gate:lines\",\"status\":\"created\"}")
                .contains("{\"line\":5,\"id\":\"spec:lines\",\"status\":\"unchanged\"}")
                .contains("\"summary\":{\"lines\":6,\"created\":2,\"updated\":0,\"unchanged\":1,\"failed\":3}");
    }

    @Test
    void fiftyClientsAtOnceMakeOneUnbrokenChain() {
        String crowded = SERVICE.newTenant("crowded");
        JsonClient client = SERVICE.json(SERVICE.newKey(crowded, "writer"));
        JsonClient reader = SERVICE.json(SERVICE.newKey(crowded, "reader"));

        List<Answer> answers = Objects.requireNonNull(Flux.range(0, 150)
                .flatMap(
                        n -> client.post(
                                "/v1/provenance",
                                "{\"type\":\"verdict\",\"id\":\"v" + n % 140 + "\",\"description\":\"number " + n % 140
                                        + "\"}"),
                        50)
                .collectList()
                .block());

        assertThat(answers).allMatch(answer -> answer.status() == 201 || answer.status() == 200);
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(140);
        Set<Long> sequences = new HashSet<>();
        answers.forEach(answer -> sequences.add(answer.body().path("sequence").asLong()));
        assertThat(sequences).hasSize(140).allMatch(sequence -> sequence >= 1 && sequence <= 140);
        JsonNode verdict = Objects.requireNonNull(
                        reader.get("/v1/provenance/verify").block())
                .body();
        assertThat(verdict.path("valid").asBoolean()).isTrue();
        assertThat(verdict.path("entries").asLong()).isEqualTo(140);
        assertThat(SERVICE.rows(crowded, "select count(*) from audit_log where kind = 'provenance'"))
                .containsExactly("140");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type=spec|spec s1",
                "type=erasure|",
                "reference=caws.budget|waiver w1,verdict v1",
                "reference=caws.evidence&type=waiver|",
                "reference=nothing|",
                "until=2020-01-01T00:00:00Z|",
                "writer=nobody|",
            })
    void listsAreFiltered(String filter, String expected) {
        assertThat(items("/v1/provenance?" + filter))
                .filteredOn(entry -> !entry.path("id").asString().equals("lines"))
                .extracting(entry ->
                        entry.path("type").asString() + " " + entry.path("id").asString())
                .containsExactly(expected == null ? new String[0] : expected.split(",", -1));
    }

    @Test
    void listsArePagedNewestFirst() {
        List<JsonNode> all = items("/v1/provenance?limit=1000");
        List<JsonNode> paged = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = get("/v1/provenance?limit=2" + next).body();
            page.path("items").forEach(paged::add);
            next = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!next.isEmpty());

        assertThat(paged).isEqualTo(all).hasSizeGreaterThan(2);
        assertThat(items("/v1/provenance/precedents?reference=caws.budget")).hasSize(2);
    }

    @Test
    void anEntryStandsInGraphAndSearch() {
        assertThat(get("/v1/entities/verdict:v1").body().path("text").asString())
                .isEqualTo("the plan keeps to the rules");
        assertThat(get("/v1/search?q=plan that keeps to rules&types=VERDICT&legs=text,vector")
                        .body()
                        .at("/hits/0/id")
                        .asString())
                .isEqualTo("verdict:v1");
        assertThat(Objects.requireNonNull(
                                writer.delete("/v1/entities/verdict:v1").block())
                        .status())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"x\"}|type",
                "{\"type\":\"opinion\"}|type",
                "{\"type\":\"erasure\"}|type",
                "{\"type\":\"spec\",\"id\":\"\"}|id",
                "{\"type\":\"spec\",\"scores\":{\"gateIntegrity\":1.1}}|scores.gateIntegrity",
                "{\"type\":\"spec\",\"parent\":{\"type\":\"spec\",\"id\":\"none\"}}|parent",
                "{\"type\":\"spec\",\"parent\":{\"id\":\"none\"}}|parent.type",
                "{\"type\":\"spec\",\"references\":[\"\"]}|references",
                "{\"type\":\"spec\",\"relationships\":[{\"source\":\"a\",\"target\":\"b\"}]}|relationships[0].type",
                "{\"type\":\"spec\",\"hash\":\"mine\"}|hash",
                "{\"type\":\"spec\",\"at\":\"yesterday\"}|at",
            })
    void badInputIsNamed(String entry, String field) {
        Answer answer = post(writer, entry);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").path(0).path("field").asString())
                .isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"from=0", "to=x", "cursor=AAAA", "limit=0", "who=me"})
    void badQueriesAreNamed(String query) {
        String path = query.startsWith("from") || query.startsWith("to") ? "/v1/provenance/verify?" : "/v1/provenance?";

        Answer answer = get(path + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").path(0).path("field").asString())
                .isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/provenance, reader writer admin",
        "/v1/provenance/export, reader writer admin auditor",
        "/v1/provenance/verify, reader writer admin auditor",
        "/v1/provenance/keys, reader writer admin auditor",
        "/v1/provenance/head, reader writer admin auditor",
        "/v1/provenance/heads, reader writer admin auditor",
    })
    void rolesAreHeldApart(String path, String allowed) {
        for (String role : List.of("reader", "writer", "admin", "auditor")) {
            Answer answer = Objects.requireNonNull(
                    SERVICE.json(SERVICE.newKey(tenant, role)).get(path).block());
            assertThat(answer.status()).as(role).isEqualTo(allowed.contains(role) ? 200 : 403);
        }
    }

    @Test
    void anEmptyChainIsValidAndHasNoHead() {
        JsonClient reader = SERVICE.json(SERVICE.newKey(SERVICE.newTenant("unproven"), "reader"));

        Answer verdict =
                Objects.requireNonNull(reader.get("/v1/provenance/verify").block());
        Answer head = Objects.requireNonNull(reader.get("/v1/provenance/head").block());

        assertThat(verdict.body().path("valid").asBoolean()).isTrue();
        assertThat(verdict.body().path("entries").asLong()).isZero();
        assertThat(head.status()).isEqualTo(404);
    }

    @Test
    void verifyingTellsHowFarItIs() {
        Answer answer = Objects.requireNonNull(
                writer.getLines("/v1/provenance/verify?from=2&to=3").block());

        assertThat(answer.body())
                .extracting(line -> line.path("event").asString())
                .containsExactly("progress", "done");
        assertThat(answer.body().path(1).path("entries").asLong()).isEqualTo(2);
        assertThat(answer.body().path(1).path("valid").asBoolean()).isTrue();
    }

    private static Answer post(JsonClient client, String entry) {
        return Objects.requireNonNull(client.post("/v1/provenance", entry).block());
    }

    private static Answer get(String path) {
        return Objects.requireNonNull(writer.get(path).block());
    }

    private static List<JsonNode> items(String path) {
        List<JsonNode> items = new ArrayList<>();
        get(path).body().path("items").forEach(items::add);
        return items;
    }
}
