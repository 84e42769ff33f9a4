package dev.rhizome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The registry of agents over HTTP: who is in it, how it changes, and how it ends. */
class AgentContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final String TENANT = SERVICE.newTenant("agents");
    private static final Api API = Api.of(SERVICE, TENANT, "writer");
    private static final Api AUDITOR = Api.of(SERVICE, TENANT, "auditor");

    @Test
    void aNewAgentIsReadBackWithWhatIsExpectedOfIt() {
        register("""
                {"id":"ada","name":"Ada","modelFamily":"claude-3.5","description":"writes proofs","maxConcurrent":4,
                 "capabilities":{"taskTypes":["code-review","CODE-REVIEW","testing"],"languages":["Rust"]},
                 "metadata":{"team":"core"}}""");

        JsonNode ada = API.get("/v1/agents/ada");

        assertThat(ada.path("nodeId").asString()).isEqualTo("agent:ada");
        assertThat(ada.path("status").asString()).isEqualTo("available");
        assertThat(ada.at("/capabilities/taskTypes").toString()).isEqualTo("[\"code-review\",\"testing\"]");
        assertThat(ada.at("/capabilities/specializations").toString()).isEqualTo("[]");
        assertThat(ada.at("/performance").toString())
                .isEqualTo("{\"taskCount\":0,\"successCount\":0,\"successRate\":0.8,\"averageQuality\":0.7,"
                        + "\"averageLatencyMs\":5000.0,\"tokensTotal\":0}");
        assertThat(ada.at("/load").toString())
                .isEqualTo("{\"active\":0,\"queued\":0,\"maxConcurrent\":4,\"utilization\":0.0}");
        assertThat(ada.at("/metadata/team").asString()).isEqualTo("core");
        assertThat(ada.has("deletedAt")).isFalse();
    }

    @Test
    void aNewAgentIsFoundByMeaningAtOnceAndStandsInTheGraph() {
        register("""
                {"id":"stargazer","name":"Stargazer","modelFamily":"m","description":"observes planets and galaxies at night",
                 "capabilities":{"specializations":["astronomy"]}}""");

        JsonNode hit = API.get("/v1/search?q=who knows the stars of the sky&types=AGENT&legs=vector&limit=1")
                .at("/hits/0");

        assertThat(hit.path("id").asString()).isEqualTo("agent:stargazer");
        assertThat(API.get("/v1/entities/agent:stargazer").path("type").asString())
                .isEqualTo("AGENT");
    }

    @Test
    void whatIsTakenIsAConflictAndSpoilsNoOtherLine() {
        register("{\"id\":\"first\",\"name\":\"The First\",\"modelFamily\":\"m\"}");

        assertThat(API.post("/v1/agents", "{\"id\":\"first\",\"name\":\"other\",\"modelFamily\":\"m\"}")
                        .body()
                        .path("detail")
                        .asString())
                .isEqualTo("id: the agent first exists already; change it with PATCH");
        JsonClient.Answer name =
                API.post("/v1/agents", "{\"id\":\"second\",\"name\":\"The First\",\"modelFamily\":\"m\"}");
        assertThat(name.status()).isEqualTo(409);
        assertThat(name.body().path("detail").asString()).isEqualTo("name: another agent has the name The First");

        JsonNode lines = API.lines("/v1/agents", """
                        {"id":"first","name":"x","modelFamily":"m"}
                        {"id":"third","name":"The Third","modelFamily":"m"}
                        {"id":"fourth","name":"The Third","modelFamily":"m"}
                        {"id":"fifth","modelFamily":"m"}
                        """);
        assertThat(lines)
                .extracting(line ->
                        line.path("status").asString(line.at("/problem/status").asString("")))
                .containsExactly("409", "created", "409", "400", "");
        assertThat(lines.path(4).path("summary").toString()).contains("\"created\":1", "\"failed\":3");
    }

    @Test
    void anEntityWrittenToTheGraphCannotStandInTheWay() {
        JsonClient.Answer entity = API.post("/v1/entities", "{\"id\":\"agent:eve\",\"type\":\"T\",\"name\":\"eve\"}");

        assertThat(entity.status()).isEqualTo(400);
        assertThat(entity.body().at("/errors/0/field").asString()).isEqualTo("id");
    }

    @Test
    void changesOfFieldsLeaveTheOthersAsTheyWere() {
        register("""
                {"id":"grace","name":"Grace","modelFamily":"m","description":"compilers",
                 "capabilities":{"taskTypes":["testing"],"languages":["COBOL"]},"metadata":{"a":1}}""");

        JsonNode changed =
                patch("grace", "{\"status\":\"maintenance\",\"capabilities\":{\"languages\":[\"Ada\",\"cobol\"]}}");

        assertThat(changed.path("description").asString()).isEqualTo("compilers");
        assertThat(changed.path("status").asString()).isEqualTo("maintenance");
        assertThat(changed.path("capabilities").toString())
                .isEqualTo("{\"taskTypes\":[\"testing\"],\"languages\":[\"Ada\",\"cobol\"],\"specializations\":[]}");
        assertThat(changed.at("/metadata/a").asInt()).isOne();

        patch("grace", "{\"description\":\"sails the oceans in a wooden ship\"}");
        assertThat(API.get("/v1/search?q=boats at sea&types=AGENT&legs=vector&limit=1")
                        .at("/hits/0/id")
                        .asString())
                .isEqualTo("agent:grace");
    }

    @Test
    void deletedSoftlyItIsKeptAndCanBeBroughtBack() {
        register(
                "{\"id\":\"alan\",\"name\":\"Alan\",\"modelFamily\":\"m\",\"description\":\"breaks zyxwvian ciphers\"}");

        assertThat(API.delete("/v1/agents/alan").status()).isEqualTo(204);

        assertThat(API.get("/v1/agents/alan").path("deletedAt").asString()).isNotEmpty();
        assertThat(API.each("/v1/agents?limit=1000", "id")).doesNotContain("alan");
        assertThat(API.each("/v1/agents?deleted=true&limit=1000", "id")).contains("alan");
        assertThat(API.get("/v1/search?q=zyxwvian&legs=text").path("hits")).isEmpty();
        assertThat(API.ask("/v1/entities/agent:alan").status()).isEqualTo(404);
        assertThat(API.delete("/v1/agents/alan").status()).isEqualTo(404);
        assertThat(API.post("/v1/agents/alan/load", "{\"active\":1}").status()).isEqualTo(404);
        assertThat(API.post("/v1/agents/alan/outcomes", "{\"success\":true,\"quality\":1,\"latencyMs\":1}")
                        .status())
                .isEqualTo(404);

        assertThat(API.post("/v1/agents/alan/restore", "{}").body().has("deletedAt"))
                .isFalse();
        assertThat(API.get("/v1/search?q=zyxwvian&legs=text").at("/hits/0/id").asString())
                .isEqualTo("agent:alan");
        assertThat(actions("alan")).containsExactly("restored", "retired", "created");
    }

    @Test
    void deletedForGoodNothingIsLeft() {
        register("{\"id\":\"joan\",\"name\":\"Joan\",\"modelFamily\":\"m\",\"capabilities\":{\"languages\":[\"C\"]}}");
        API.post("/v1/agents/joan/outcomes", "{\"success\":true,\"quality\":1,\"latencyMs\":1}");

        assertThat(API.delete("/v1/agents/joan?hard=true").status()).isEqualTo(204);

        assertThat(API.ask("/v1/agents/joan").status()).isEqualTo(404);
        assertThat(API.delete("/v1/agents/joan?hard=true").status()).isEqualTo(404);
        assertThat(actions("joan")).containsExactly("deleted", "created");
        register("{\"id\":\"joan\",\"name\":\"Joan\",\"modelFamily\":\"m\"}");
        assertThat(API.get("/v1/agents/joan").at("/performance/taskCount").asInt())
                .isZero();
    }

    @Test
    void theGraphsOwnRoutesLeaveAgentsAlone() {
        register("{\"id\":\"kept\",\"name\":\"Kept\",\"modelFamily\":\"m\"}");

        assertThat(API.delete("/v1/entities/agent:kept").status()).isEqualTo(409);
        assertThat(API.get("/v1/agents/kept").path("name").asString()).isEqualTo("Kept");
    }

    @Test
    void listsPageWithoutGapAndFilter() {
        String tenant = SERVICE.newTenant("agents-listed");
        Api own = Api.of(SERVICE, tenant, "writer");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            lines.append("""
                    {"id":"a%02d","name":"n%d","modelFamily":"m%d","capabilities":{"taskTypes":["t%d"]}}
                    """.formatted(i, i, i % 2, i % 5));
        }
        own.lines("/v1/agents", lines.toString());
        own.posted("/v1/agents/a07/load", "{\"queued\":1}");

        List<String> paged = own.all("/v1/agents", 4).stream()
                .map(agent -> agent.path("id").asString())
                .toList();

        assertThat(paged).hasSize(25).doesNotHaveDuplicates().startsWith("a07");
        assertThat(own.each("/v1/agents?modelFamily=m1&taskType=T3", "id"))
                .containsExactlyInAnyOrder("a03", "a13", "a23");
        assertThat(Objects.requireNonNull(
                                own.client().getLines("/v1/agents?limit=2").block())
                        .body())
                .extracting(line -> line.path("event").asString())
                .containsExactly("agent", "agent", "done");
    }

    @Test
    void agentsThatFellSilentAreListedAndDeleted() {
        String tenant = SERVICE.newTenant("agents-stale");
        Api own = Api.of(SERVICE, tenant, "writer");
        for (String id : List.of("old", "new")) {
            own.posted("/v1/agents", "{\"id\":\"%s\",\"name\":\"%s\",\"modelFamily\":\"m\"}".formatted(id, id));
        }
        SERVICE.rows(
                tenant, "update current_load set last_active_at = now() - interval '2 days' where agent_id = 'old'");

        assertThat(own.each("/v1/agents/stale", "id")).containsExactly("old");
        assertThat(own.delete("/v1/agents/stale?olderThan=P3D").body().toString())
                .isEqualTo("{\"deleted\":0,\"ids\":[]}");
        JsonNode deleted = own.delete("/v1/agents/stale").body();
        assertThat(deleted.path("ids").toString()).isEqualTo("[\"old\"]");
        assertThat(own.each("/v1/agents", "id")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\"} | modelFamily",
                "{\"modelFamily\":\"m\"} | name",
                "{\"name\":7,\"modelFamily\":\"m\"} | name",
                "{\"name\":\"\",\"modelFamily\":\"m\"} | name",
                "{\"id\":\"match\",\"name\":\"x\",\"modelFamily\":\"m\"} | id",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"status\":\"asleep\"} | status",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"maxConcurrent\":0} | maxConcurrent",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"capabilities\":{\"taskTypes\":\"a\"}} | capabilities.taskTypes",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"capabilities\":{\"skills\":[]}} | capabilities.skills",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"capabilities\":{\"languages\":[\"\"]}} | capabilities.languages",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"metadata\":[]} | metadata",
                "{\"name\":\"x\",\"modelFamily\":\"m\",\"age\":1} | age"
            })
    void badInputIsNamed(String json, String field) {
        JsonClient.Answer answer = API.post("/v1/agents", json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors")).hasSize(1);
        assertThat(answer.body().at("/errors/0/field").asString()).isEqualTo(field);
    }

    private static List<String> actions(String agent) {
        return AUDITOR.each("/v1/audit?kind=agent&subject=" + agent, "action");
    }

    private static void register(String json) {
        API.posted("/v1/agents", json);
    }

    @CanIgnoreReturnValue
    private static JsonNode patch(String agent, String json) {
        JsonClient.Answer answer = API.patch("/v1/agents/" + agent, json);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }
}
