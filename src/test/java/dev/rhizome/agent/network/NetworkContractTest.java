package dev.rhizome.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Capabilities, their evidence, relationships and centrality over HTTP, and how they stand in the one graph. */
class NetworkContractTest {

    private static final RunningService SERVICE = RunningService.on(TestDatabase.create(), "--DB_POOL_MAX=8");

    private final String tenant = SERVICE.newTenant("network-" + System.nanoTime());
    private final Api api = Api.of(SERVICE, tenant, "writer");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private void agents(String... ids) {
        for (String id : ids) {
            api.posted("/v1/agents", "{\"id\":\"%s\",\"name\":\"%s\",\"modelFamily\":\"m\"}".formatted(id, id));
        }
    }

    @Test
    void agentsWithTheSameCapabilityAreJoinedByIt() {
        agents("ada", "bob");
        assertThat(api.post("/v1/agents/ada/capabilities", """
                        {"name":"  TypeScript   Coding ","confidence":0.9,"aliases":["TS"],"sourceTasks":["t1"]}""").status()).isEqualTo(201);
        api.posted("/v1/agents/bob/capabilities", """
                {"name":"typescript coding","confidence":0.8,"aliases":["programs for browsers"]}""");

        JsonNode capability = api.get("/v1/agents/ada/capabilities").at("/items/0");
        assertThat(capability.path("canonicalName").asString()).isEqualTo("typescript coding");
        assertThat(capability.path("nodeId").asString()).isEqualTo("capability:typescript coding");
        assertThat(capability.path("successRate").asDouble()).isEqualTo(1);
        assertThat(api.get("/v1/graph/path?from=agent:ada&to=agent:bob").toString())
                .contains("HAS_CAPABILITY");
        JsonNode found = api.get("/v1/search?q=web programs in the browser&types=CAPABILITY&hops=1");
        assertThat(found.at("/hits/0/name").asString()).isEqualTo("TypeScript   Coding");
        assertThat(found.path("related"))
                .extracting(node -> node.path("id").asString())
                .containsExactlyInAnyOrder("agent:ada", "agent:bob");

        assertThat(api.post("/v1/agents/ada/capabilities", """
                        {"name":"TypeScript   Coding","confidence":0.9,"aliases":["TS"],"sourceTasks":["t1"]}""")
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(api.delete("/v1/agents/bob/capabilities?name=TYPESCRIPT coding")
                        .status())
                .isEqualTo(204);
        assertThat(api.ask("/v1/entities/capability:typescript coding").status())
                .isEqualTo(200);
        api.delete("/v1/agents/ada?hard=true");
        assertThat(api.ask("/v1/entities/capability:typescript coding").status())
                .isEqualTo(404);
    }

    @Test
    void aRejectedCapabilityIsNoEdge() {
        agents("ada");
        String json = "{\"name\":\"juggling\",\"confidence\":0.9,\"validationStatus\":\"%s\"}";
        String neighbours = "/v1/entities/agent:ada/neighbours";

        api.posted("/v1/agents/ada/capabilities", json.formatted("validated"));
        assertThat(api.each(neighbours, "id")).containsExactly("capability:juggling");
        api.posted("/v1/agents/ada/capabilities", json.formatted("rejected"));
        assertThat(api.each(neighbours, "id")).isEmpty();
        assertThat(api.each("/v1/agents/ada/capabilities?validationStatus=rejected", "name"))
                .containsExactly("juggling");
        assertThat(api.get("/v1/agents/ada/summary")
                        .at("/capabilities/rejected")
                        .asInt())
                .isOne();
    }

    @Test
    void twoHundredDemonstrationsAtOnceAreAllCounted() {
        agents("ada");
        api.posted("/v1/agents/ada/capabilities", "{\"name\":\"counting\",\"confidence\":1}");

        List<Integer> statuses = Objects.requireNonNull(Flux.range(0, 200)
                .flatMap(
                        i -> api.client()
                                .post("/v1/agents/ada/capabilities/demonstrations", """
                                {"name":"Counting","success":%b,"taskId":"t%d"}""".formatted(i % 2 == 0, i)),
                        50)
                .map(Answer::status)
                .distinct()
                .collectList()
                .block());

        assertThat(statuses).containsExactly(204);
        JsonNode capability = api.get("/v1/agents/ada/capabilities").at("/items/0");
        assertThat(capability.path("demonstrations").asInt()).isEqualTo(201);
        assertThat(capability.path("successes").asInt()).isEqualTo(101);
        assertThat(capability.path("successRate").asDouble()).isCloseTo(101 / 201.0, within(1e-6));
        assertThat(capability.path("sourceTasks")).hasSize(200);
        assertThat(api.get("/v1/entities/agent:ada/neighbours")
                        .at("/items/0/relationship/strength")
                        .asDouble())
                .isCloseTo(101 / 201.0, within(1e-6));
        assertThat(api.post("/v1/agents/ada/capabilities/demonstrations", "{\"name\":\"flying\",\"success\":true}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whyAnAgentHasACapability() {
        agents("ada");
        api.posted("/v1/agents/ada/capabilities", "{\"name\":\"proofs\",\"confidence\":1}");
        String evidence = """
                {"capability":"Proofs","chunkId":"task-7","chunkType":"task","mention":"proved the lemma","context":"Ada proved the lemma.","start":4,"end":20,"method":"llm","confidence":0.9}""";

        assertThat(api.post("/v1/agents/ada/capabilities/evidence", evidence).status())
                .isEqualTo(201);
        assertThat(api.post("/v1/agents/ada/capabilities/evidence", evidence)
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        JsonNode lines = api.lines(
                "/v1/agents/ada/capabilities/evidence",
                evidence.replace("Proofs", "Poems") + "\n" + evidence.replace("task-7", "task-8"));

        assertThat(lines.at("/0/problem/errors/0/field").asString()).isEqualTo("capability");
        assertThat(lines.at("/1/status").asString()).isEqualTo("created");
        assertThat(api.all("/v1/agents/ada/capabilities/evidence?name=proofs", 1))
                .extracting(one ->
                        one.path("chunkId").asString() + one.path("start").asInt())
                .containsExactly("task-74", "task-84");
        assertThat(api.get("/v1/agents/ada/capabilities")
                        .at("/items/0/evidence")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void relationshipsAreEdgesOfTheGraphAndStoredOnce() {
        agents("ada", "bob", "cem");
        assertThat(api.post("/v1/agents/relationships", """
                        {"source":"bob","target":"ada","type":"COLLABORATES_WITH","confidence":0.8,"strength":0.5,"supportingTasks":["t1"]}""").status()).isEqualTo(201);
        assertThat(api.post("/v1/agents/relationships", """
                        {"source":"ada","target":"bob","type":"COLLABORATES_WITH","confidence":0.8,"strength":0.5,"supportingTasks":["t1"]}""")
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("unchanged");
        api.posted("/v1/agents/relationships", """
                {"source":"cem","target":"ada","type":"DERIVED_FROM","directed":true,"confidence":0.9}""");

        assertThat(api.all("/v1/agents/ada/relationships", 1))
                .extracting(
                        one -> one.path("source").asString() + one.path("type").asString())
                .containsExactly("adaCOLLABORATES_WITH", "cemDERIVED_FROM");
        assertThat(api.get("/v1/graph/traverse?from=agent:bob&hops=2").path("nodes"))
                .extracting(
                        node -> node.path("id").asString() + node.path("hops").asInt())
                .containsExactly("agent:ada1", "agent:cem2");
        assertThat(api.post("/v1/relationships", """
                        {"source":"agent:ada","target":"agent:bob","type":"COLLABORATES_WITH","directed":false}""").status()).isEqualTo(409);
        assertThat(api.delete("/v1/relationships?source=agent:ada&target=agent:bob&type=COLLABORATES_WITH")
                        .status())
                .isEqualTo(409);

        JsonNode summary = api.get("/v1/agents/ada/summary");
        assertThat(summary.at("/connectivity/relationships").asInt()).isEqualTo(2);
        assertThat(summary.path("relationships"))
                .extracting(one -> one.path("type").asString()
                        + one.path("incoming").asInt()
                        + one.path("undirected").asInt())
                .containsExactly("COLLABORATES_WITH01", "DERIVED_FROM10");

        assertThat(api.delete("/v1/agents/relationships?source=bob&target=ada&type=COLLABORATES_WITH")
                        .status())
                .isEqualTo(204);
        assertThat(api.each("/v1/entities/agent:bob/neighbours", "id")).isEmpty();
    }

    @Test
    void ofADirectedAndAnUndirectedRelationshipOnlyTheNamedOneGoes() {
        agents("ada", "bob");
        api.lines("/v1/agents/relationships", """
                {"source":"bob","target":"ada","type":"SIMILAR_TO","confidence":1}
                {"source":"bob","target":"ada","type":"SIMILAR_TO","confidence":0.9,"directed":true}
                {"source":"ada","target":"bob","type":"SIMILAR_TO","confidence":0.8,"directed":true}
                """);
        api.posted("/v1/agents/relationships/observations", """
                {"source":"bob","target":"ada","type":"SIMILAR_TO","directed":true,"times":4}""");

        assertThat(api.all("/v1/agents/ada/relationships", 1))
                .extracting(one -> one.path("source").asString()
                        + one.path("directed").asBoolean()
                        + one.path("cooccurrences").asInt())
                .containsExactly("adafalse1", "adatrue1", "bobtrue5");

        String named = "/v1/agents/relationships?source=bob&target=ada&type=SIMILAR_TO";
        assertThat(api.delete(named).status()).isEqualTo(204);
        assertThat(api.all("/v1/entities/agent:ada/neighbours", 1))
                .extracting(edge -> edge.at("/relationship/direction").asString())
                .containsExactly("both", "out");
        assertThat(api.delete(named + "&directed=false").status()).isEqualTo(204);
        assertThat(api.delete(named + "&directed=false").status()).isEqualTo(404);
        assertThat(api.all("/v1/agents/ada/relationships", 1))
                .extracting(one -> one.path("source").asString())
                .containsExactly("ada");
    }

    @Test
    void relationshipsWaitForAnAgentThatWasDeletedSoftly() {
        agents("ada", "bob");
        api.posted("/v1/agents/relationships", """
                {"source":"ada","target":"bob","type":"SIMILAR_TO","confidence":1}""");
        api.posted("/v1/agents/bob/capabilities", "{\"name\":\"waiting\",\"confidence\":1}");

        api.delete("/v1/agents/bob");
        assertThat(api.each("/v1/entities/agent:ada/neighbours", "id")).isEmpty();
        api.posted("/v1/agents/bob/restore", "{}");

        assertThat(api.each("/v1/entities/agent:ada/neighbours", "id")).containsExactly("agent:bob");
        assertThat(api.each("/v1/entities/agent:bob/neighbours", "id"))
                .containsExactlyInAnyOrder("agent:ada", "capability:waiting");
    }

    @Test
    void twoHundredObservationsAtOnceAreAllCounted() {
        agents("ada", "bob");
        api.posted("/v1/agents/relationships", """
                {"source":"ada","target":"bob","type":"SIMILAR_TO","confidence":1}""");

        Flux<Answer> all = Flux.range(0, 200)
                .flatMap(i -> api.client().post("/v1/agents/relationships/observations", """
                                {"source":"bob","target":"ada","type":"SIMILAR_TO","times":2,"supportingTasks":["t%d"]}""".formatted(i % 7)), 50);

        assertThat(Objects.requireNonNull(
                        all.map(Answer::status).distinct().collectList().block()))
                .containsExactly(200);
        JsonNode seen = api.get("/v1/agents/ada/relationships").at("/items/0");
        assertThat(seen.path("cooccurrences").asInt()).isEqualTo(401);
        assertThat(seen.path("supportingTasks")).hasSize(7);
    }

    @Test
    void centralityIsComputedAndListed() {
        agents("hub", "a", "b", "c");
        for (String spoke : List.of("a", "b", "c")) {
            api.posted("/v1/agents/relationships", """
                    {"source":"hub","target":"%s","type":"COLLABORATES_WITH","confidence":1}""".formatted(spoke));
        }

        assertThat(api.posted("/v1/agents/centrality", "{}")
                        .path("relationships")
                        .asInt())
                .isEqualTo(3);

        List<JsonNode> central = api.all("/v1/agents/centrality", 3);
        assertThat(central)
                .extracting(one -> one.path("agent").asString())
                .startsWith("hub")
                .hasSize(4);
        assertThat(central.getFirst().path("degree").asInt()).isEqualTo(3);
        assertThat(central.getFirst().path("betweenness").asDouble()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/agents/ada/capabilities | {\"name\":\"x\",\"confidence\":0.69} | confidence",
                "/v1/agents/ada/capabilities | {\"name\":\"x\"} | confidence",
                "/v1/agents/ada/capabilities | {\"name\":\"  \",\"confidence\":1} | name",
                "/v1/agents/ada/capabilities | {\"name\":\"x\",\"confidence\":1,\"demonstrations\":2,\"successes\":3} | successes",
                "/v1/agents/ada/capabilities | {\"name\":\"x\",\"confidence\":1,\"demonstrations\":0} | demonstrations",
                "/v1/agents/ada/capabilities/evidence | {\"capability\":\"x\",\"chunkId\":\"c\",\"chunkType\":\"book\",\"mention\":\"m\",\"method\":\"llm\",\"confidence\":1} | chunkType",
                "/v1/agents/ada/capabilities/evidence | {\"capability\":\"x\",\"chunkId\":\"c\",\"chunkType\":\"task\",\"mention\":\"m\",\"method\":\"llm\",\"confidence\":1,\"start\":3} | end",
                "/v1/agents/relationships | {\"source\":\"ada\",\"target\":\"ada\",\"type\":\"SIMILAR_TO\",\"confidence\":1} | target",
                "/v1/agents/relationships | {\"source\":\"ada\",\"target\":\"eve\",\"type\":\"SIMILAR_TO\",\"confidence\":1} | target",
                "/v1/agents/relationships | {\"source\":\"ada\",\"target\":\"eve\",\"type\":\"LOVES\",\"confidence\":1} | type",
                "/v1/agents/relationships | {\"source\":\"ada\",\"target\":\"eve\",\"type\":\"SIMILAR_TO\",\"confidence\":0.49} | confidence"
            })
    void badInputIsNamed(String path, String json, String field) {
        agents("ada");

        Answer answer = api.post(path, json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(api.post("/v1/agents/nobody/capabilities", "{\"name\":\"x\",\"confidence\":1}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aLongNameHasANodeOfItsOwn() {
        agents("ada");
        String name = "x".repeat(499);
        api.posted("/v1/agents/ada/capabilities", "{\"name\":\"" + name + "y\",\"confidence\":1}");
        api.posted("/v1/agents/ada/capabilities", "{\"name\":\"" + name + "z\",\"confidence\":1}");

        assertThat(api.each("/v1/agents/ada/capabilities", "nodeId")).hasSize(2).doesNotHaveDuplicates();
        assertThat(api.each("/v1/agents/ada/capabilities?name=" + name + "Z", "name"))
                .containsExactly(name + "z");
    }
}
