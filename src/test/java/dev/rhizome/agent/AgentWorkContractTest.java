package dev.rhizome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Who should do a task, how busy agents are, how they did: the figures are exact however many write at once. */
class AgentWorkContractTest {

    private static final RunningService SERVICE = RunningService.on(TestDatabase.create(), "--DB_POOL_MAX=8");
    private static final Api API = Api.of(SERVICE, SERVICE.newTenant("work"), "writer");

    @BeforeAll
    static void agents() {
        API.lines("/v1/agents", """
                {"id":"rusty","name":"Rusty","modelFamily":"a","description":"hunts memory bugs","capabilities":{"taskTypes":["code-review","testing"],"languages":["Rust","C++"],"specializations":["Security audit"]}}
                {"id":"snake","name":"Snake","modelFamily":"b","description":"paints charts of data","capabilities":{"taskTypes":["code-review"],"languages":["Python"],"specializations":["Frontend"]}}
                {"id":"sleepy","name":"Sleepy","modelFamily":"b","status":"offline","capabilities":{"taskTypes":["code-review"],"languages":["Rust"]}}
                {"id":"packed","name":"Packed","modelFamily":"b","maxConcurrent":2,"capabilities":{"taskTypes":["packing"]}}
                {"id":"counted","name":"Counted","modelFamily":"b","maxConcurrent":1000}
                {"id":"idle","name":"Idle","modelFamily":"b"}
                """);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void twoHundredOutcomesAtOnceAddUpExactly() {
        Flux<Answer> all = Flux.range(0, 200)
                .flatMap(
                        i -> API.client().post("/v1/agents/counted/outcomes", """
                                {"id":"o%d","success":%b,"quality":0.12345,"latencyMs":%d,"tokens":7,"taskType":"t%d"}""".formatted(i, i % 4 != 0, i, i % 3)),
                        50);
        assertThat(Objects.requireNonNull(
                        all.map(Answer::status).distinct().collectList().block()))
                .containsExactly(201);
        // The same again, as after a lost answer: nothing is counted twice.
        JsonNode again = API.lines("/v1/agents/counted/outcomes", """
                {"id":"o1","success":true,"quality":1,"latencyMs":1}
                {"id":"o1","success":true,"quality":1,"latencyMs":1}""");
        assertThat(again.path(2).path("summary").toString()).contains("\"unchanged\":2");

        JsonNode statistics = API.get("/v1/agents/counted/statistics");

        JsonNode performance = statistics.path("performance");
        assertThat(performance.path("taskCount").asInt()).isEqualTo(200);
        assertThat(performance.path("successCount").asInt()).isEqualTo(150);
        assertThat(performance.path("successRate").asDouble()).isEqualTo(0.75);
        assertThat(performance.path("averageQuality").asDouble()).isCloseTo(0.12345, within(1e-12));
        assertThat(performance.path("averageLatencyMs").asDouble()).isEqualTo(99.5);
        assertThat(performance.path("tokensTotal").asInt()).isEqualTo(1_400);
        assertThat(statistics.path("byTaskType"))
                .extracting(type -> type.path("taskType").asString() + " "
                        + type.at("/performance/taskCount").asInt())
                .containsExactly("t0 67", "t1 67", "t2 66");
        List<JsonNode> listed = API.all("/v1/agents/counted/outcomes", 33);
        assertThat(listed).hasSize(200);
        assertThat(listed).extracting(outcome -> outcome.path("id").asString()).doesNotHaveDuplicates();
    }

    @Test
    void twoHundredChangesOfLoadAtOnceAddUpExactly() {
        List<Integer> statuses =
                Objects.requireNonNull(Flux.fromStream(IntStream.range(0, 200).boxed())
                        .flatMap(i -> API.client().post("/v1/agents/counted/load", "{\"active\":2,\"queued\":-1}"), 50)
                        .concatWith(API.client().post("/v1/agents/counted/load", "{\"active\":-100,\"queued\":3}"))
                        .map(Answer::status)
                        .distinct()
                        .collectList()
                        .block());

        assertThat(statuses).containsExactly(200);
        assertThat(API.get("/v1/agents/counted").path("load").toString())
                .isEqualTo("{\"active\":300,\"queued\":3,\"maxConcurrent\":1000,\"utilization\":0.3}");
    }

    @Test
    void nobodyTakesOnMoreThanItCan() {
        List<Integer> statuses = Objects.requireNonNull(Flux.range(0, 20)
                .flatMap(i -> API.client().post("/v1/agents/packed/load", "{\"active\":1}"), 20)
                .map(Answer::status)
                .collectList()
                .block());

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(2);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(18);
        assertThat(API.post("/v1/agents/packed/load", "{\"active\":1}")
                        .body()
                        .path("detail")
                        .asString())
                .isEqualTo("active: the agent works on 2 tasks and can work on 2 at once");
        assertThat(API.posted("/v1/agents/packed/load", "{\"active\":-9}")
                        .path("active")
                        .asInt())
                .isZero();
        assertThat(API.post("/v1/agents/nobody/load", "{\"active\":1}").status())
                .isEqualTo(404);
    }

    @Test
    void aMatchShowsItsArithmetic() {
        JsonNode items = API.posted("/v1/agents/match", """
                {"taskType":"Code-Review","languages":["rust","Go"],"text":"look for security holes"}""").path("items");

        assertThat(items).hasSize(1);
        JsonNode match = items.path(0);
        assertThat(match.at("/agent/id").asString()).isEqualTo("rusty");
        double weights = 0;
        double sum = 0;
        for (JsonNode term : match.path("terms")) {
            weights += term.path("weight").asDouble();
            sum += term.path("weight").asDouble() * term.path("value").asDouble();
        }
        assertThat(match.path("score").asDouble())
                .isCloseTo(sum / weights, within(1e-9))
                .isBetween(0d, 1d);
        assertThat(match.path("terms"))
                .extracting(term -> term.path("name").asString())
                .containsExactly("success", "quality", "availability", "coverage", "meaning");
        assertThat(match.at("/terms/3/value").asDouble()).isEqualTo(0.5);
        assertThat(match.path("reason").asString()).contains("coverage 0.50", "a new agent");
    }

    @Test
    void meaningDecidesBetweenEquals() {
        assertThat(first("{\"taskType\":\"code-review\",\"text\":\"finding leaks of memory\"}"))
                .isEqualTo("rusty");
        assertThat(first("{\"taskType\":\"code-review\",\"text\":\"plotting figures\"}"))
                .isEqualTo("snake");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"taskType\":\"code-review\"} | snake rusty",
                "{\"taskType\":\"code-review\",\"specializations\":[\"frontend\"]} | snake",
                "{\"taskType\":\"code-review\",\"minSuccessRate\":0.8} | snake rusty",
                "{\"taskType\":\"code-review\",\"minSuccessRate\":0.81} | ''",
                "{\"taskType\":\"dancing\"} | ''",
                "{\"languages\":[\"RUST\"],\"maxUtilization\":0} | rusty"
            })
    void allThatIsAskedForIsHeldTo(String wanted, String agents) {
        assertThat(API.posted("/v1/agents/match", wanted).path("items"))
                .extracting(match -> match.at("/agent/id").asString())
                .containsExactlyInAnyOrder(agents.isEmpty() ? new String[0] : agents.split(" ", -1));
    }

    @Test
    void outcomesOfTheTypeMakeTheOrderAndPagesHaveNoGap() {
        Api own = Api.of(SERVICE, SERVICE.newTenant("matched"), "writer");
        for (int i = 0; i < 7; i++) {
            own.posted("/v1/agents", """
                    {"id":"m%d","name":"m%d","modelFamily":"m","capabilities":{"taskTypes":["t"]}}""".formatted(i, i));
            own.posted("/v1/agents/m" + i + "/outcomes", """
                    {"success":%b,"quality":0.%d,"latencyMs":1,"taskType":"t"}""".formatted(i > 3, i));
            own.posted("/v1/agents/m" + i + "/outcomes", "{\"success\":true,\"quality\":1,\"latencyMs\":1}");
        }
        String page = "{\"taskType\":\"t\",\"limit\":3%s}";
        JsonNode first = own.posted("/v1/agents/match", page.formatted(""));
        JsonNode second = own.posted(
                "/v1/agents/match",
                page.formatted(",\"cursor\":\"" + first.path("next").asString() + "\""));

        assertThat(first.path("items"))
                .extracting(match -> match.at("/agent/id").asString())
                .containsExactly("m6", "m5", "m4");
        assertThat(second.path("items"))
                .extracting(match -> match.at("/agent/id").asString())
                .containsExactly("m3", "m2", "m1");
    }

    @Test
    void theTenantsTotals() {
        Api own = Api.of(SERVICE, SERVICE.newTenant("totals"), "writer");
        assertThat(own.get("/v1/agents/statistics").path("averageSuccessRate").asDouble())
                .isZero();
        own.lines("/v1/agents", """
                {"id":"a","name":"a","modelFamily":"m","maxConcurrent":4}
                {"id":"b","name":"b","modelFamily":"m"}
                {"id":"c","name":"c","modelFamily":"m"}""");
        own.posted("/v1/agents/a/load", "{\"active\":2}");
        own.posted("/v1/agents/a/outcomes", "{\"success\":false,\"quality\":0,\"latencyMs\":1}");
        own.delete("/v1/agents/c");

        JsonNode totals = own.get("/v1/agents/statistics");

        assertThat(totals.path("agents").asInt()).isEqualTo(2);
        assertThat(totals.path("retired").asInt()).isOne();
        assertThat(totals.path("active").asInt()).isOne();
        assertThat(totals.path("idle").asInt()).isOne();
        assertThat(totals.path("activeLastHour").asInt()).isEqualTo(2);
        assertThat(totals.path("averageUtilization").asDouble()).isEqualTo(0.25);
        assertThat(totals.path("averageSuccessRate").asDouble()).isEqualTo(0.4);
        assertThat(totals.path("tasks").asInt()).isOne();
    }

    @Test
    void anAgentCardComesBackAsItWent() {
        String card = """
                {"name":"GeoSpatial Route Planner","description":"plans routes over streets","version":"1.2.0",
                 "supportedInterfaces":[{"url":"https://example.org/a2a","protocolBinding":"JSONRPC","protocolVersion":"1.0"}],
                 "provider":{"organization":"Example","url":"https://example.org"},"capabilities":{"streaming":true},
                 "defaultInputModes":["application/json"],"defaultOutputModes":["application/json"],
                 "skills":[{"id":"route","name":"Traffic-aware routing","description":"the fastest way","tags":["maps","routing"]}]}""";
        assertThat(API.post("/v1/agents/cards", card).status()).isEqualTo(201);

        assertThat(API.get("/v1/agents/geospatial-route-planner")
                        .path("capabilities")
                        .toString())
                .isEqualTo(
                        "{\"taskTypes\":[\"maps\",\"routing\"],\"languages\":[],\"specializations\":[\"Traffic-aware routing\"]}");
        assertThat(API.get("/v1/agents/geospatial-route-planner/card"))
                .isEqualTo(tools.jackson.databind.json.JsonMapper.shared().readTree(card));
        assertThat(first("{\"text\":\"how to drive through the city\"}")).isEqualTo("geospatial-route-planner");

        assertThat(API.post("/v1/agents/cards", card.replace("over streets", "over rivers"))
                        .body()
                        .path("status")
                        .asString())
                .isEqualTo("updated");
        assertThat(API.get("/v1/agents/geospatial-route-planner")
                        .path("description")
                        .asString())
                .contains("rivers");
        assertThat(API.post("/v1/agents/cards", "{\"skills\":[{}]}").body().path("errors"))
                .extracting(error -> error.path("field").asString())
                .contains("name", "skills[0].name");
    }

    @Test
    void everyAgentHasACard() {
        JsonNode card = API.get("/v1/agents/rusty/card");

        assertThat(card.path("name").asString()).isEqualTo("Rusty");
        assertThat(card.at("/skills/0/name").asString()).isEqualTo("Security audit");
        assertThat(card.at("/skills/0/tags").toString()).isEqualTo("[\"code-review\",\"testing\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/agents/idle/outcomes | {\"success\":true,\"quality\":1.1,\"latencyMs\":1} | quality",
                "/v1/agents/idle/outcomes | {\"quality\":1,\"latencyMs\":1} | success",
                "/v1/agents/idle/outcomes | {\"success\":true,\"quality\":1,\"latencyMs\":-1} | latencyMs",
                "/v1/agents/idle/load | {} | active",
                "/v1/agents/idle/load | {\"active\":0.5} | active",
                "/v1/agents/match | {\"maxUtilization\":80} | maxUtilization",
                "/v1/agents/match | {\"text\":\"\"} | text",
                "/v1/agents/match | {\"cursor\":\"x\"} | cursor"
            })
    void badInputIsNamed(String path, String json, String field) {
        Answer answer = API.post(path, json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(API.get("/v1/agents/idle").at("/performance/taskCount").asInt())
                .isZero();
    }

    private static String first(String wanted) {
        return API.posted("/v1/agents/match", wanted).at("/items/0/agent/id").asString();
    }
}
