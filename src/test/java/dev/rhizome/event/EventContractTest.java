package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Events over HTTP: what is taken, what is answered, and what is said to bad input. */
class EventContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static EventTenant tenant = new EventTenant(SERVICE, "", SERVICE.json(""));

    @BeforeAll
    static void aTenantWithEvents() {
        tenant = EventTenant.create(SERVICE);
        tenant.append(1, 30);
        tenant.lines("""
                {"id":"r1","type":"routing_decision","at":"2026-02-27T10:00:00Z","agentId":"bob","taskId":"t1"}
                {"id":"r2","type":"routing_decision","at":"2026-04-02T10:00:00.123456Z","accuracy":{"successRate":0}}
                {"id":"old","type":"anomaly_detected","at":"1999-12-31T23:59:59Z"}
                """);
    }

    @Test
    void anEventComesBackAsItWasSentAndNothingUnknownIsZero() {
        JsonNode full = tenant.get("/v1/events/e7");
        JsonNode bare = tenant.get("/v1/events/r2");

        assertThat(full.path("at").asString()).isEqualTo("2026-03-01T00:07:00Z");
        assertThat(full.at("/latency/averageMs").asDouble()).isEqualTo(7.5);
        assertThat(full.at("/accuracy/qualityScore").isNull()).isTrue();
        assertThat(full.at("/context/b/2/a").asString()).isEqualTo("ä");
        assertThat(full.at("/metadata/number").bigIntegerValue()).isEqualTo("12345678901234567890");
        assertThat(full.path("sequence").asInt()).isEqualTo(7);
        assertThat(bare.path("at").asString()).isEqualTo("2026-04-02T10:00:00.123456Z");
        assertThat(bare.propertyNames())
                .containsExactlyInAnyOrder("id", "type", "at", "accuracy", "sequence", "receivedAt", "mac");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=2 | r2 e30",
                "type=routing_decision | r2 r1",
                "agentId=bob | r1",
                "taskId=t1 | e1 r1",
                "since=2026-03-01T00:29:00Z&until=2026-03-01T00:30:00Z | e29",
                "until=2000-01-01T00:00:00Z | old",
                "agentId=ada&type=routing_decision | ''",
            })
    void listsNewestFirst(String query, String ids) {
        assertThat(tenant.items("/v1/events?" + query))
                .extracting(event -> event.path("id").asString())
                .containsExactly(ids.isEmpty() ? new String[0] : ids.split(" ", -1));
    }

    @Test
    void pagesAcrossMonthsWithoutGapOrRepeat() {
        List<JsonNode> all = tenant.items("/v1/events?limit=1000");
        List<JsonNode> paged = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = tenant.get("/v1/events?limit=4" + next);
            page.path("items").forEach(paged::add);
            next = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!next.isEmpty());

        assertThat(paged).hasSize(33).isEqualTo(all);
        assertThat(all)
                .extracting(event -> Instant.parse(event.path("at").asString()))
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void theSameAgainIsUnchangedAndSomethingElseIsAConflictOfItsLine() {
        EventTenant own = EventTenant.create(SERVICE);
        String now = "{\"id\":\"n\",\"type\":\"agent_registration\",\"metadata\":{\"b\":1,\"a\":2.0}}";
        own.lines(now);

        List<JsonNode> answers = own.lines("""
                {"id":"n","metadata":{"a":2,"b":1.0},"type":"agent_registration"}
                {"id":"n","type":"agent_registration","metadata":{"b":1,"a":3}}
                {"id":"n","type":"agent_registration"}
                {"id":"n","type":"agent_registration","metadata":{"b":1,"a":2},"at":"2026-01-01T00:00:00Z"}
                {"id":"m","type":"agent_registration"}
                {"id":"m","type":"agent_registration"}
                {"id":"m","type":"agent_status_change"}
                """);

        assertThat(answers.getFirst().path("status").asString()).isEqualTo("unchanged");
        for (int line : new int[] {1, 2, 3, 6}) {
            assertThat(answers.get(line).at("/problem/status").asInt()).isEqualTo(409);
        }
        assertThat(answers.get(7).toString())
                .isEqualTo("{\"summary\":{\"lines\":7,\"created\":1,\"updated\":0,\"unchanged\":2,\"failed\":4}}");
        assertThat(answer(own.admin().post("/v1/events", now)).status()).isEqualTo(200);
        assertThat(answer(own.admin().post("/v1/events", now.replace("2.0", "9")))
                        .status())
                .isEqualTo(409);
        assertThat(own.verify().path("events").asInt()).isEqualTo(2);
    }

    @Test
    void oneObjectIsAnsweredByItselfWithAnIdThatIsMade() {
        EventTenant own = EventTenant.create(SERVICE);
        Answer made = answer(own.admin().post("/v1/events", "{\"type\":\"system_health\"}"));

        assertThat(made.status()).isEqualTo(201);
        JsonNode event = own.get("/v1/events/" + made.body().path("id").asString());
        assertThat(event.path("at").asString())
                .isEqualTo(event.path("receivedAt").asString());
        assertThat(Instant.parse(event.path("at").asString()))
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(1)),
                        Instant.now().plusSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | type",
                "{\"type\":\"Upper\"} | type",
                "{\"type\":\"t\",\"id\":\"\"} | id",
                "{\"type\":\"t\",\"id\":\"stats\"} | id",
                "{\"type\":\"t\",\"at\":\"tomorrow\"} | at",
                "{\"type\":\"t\",\"at\":\"2999-01-01T00:00:00Z\"} | at",
                "{\"type\":\"t\",\"agentId\":7} | agentId",
                "{\"type\":\"t\",\"latency\":{\"averageMs\":-1}} | latency.averageMs",
                "{\"type\":\"t\",\"latency\":{\"average\":1}} | latency.average",
                "{\"type\":\"t\",\"latency\":[1]} | latency",
                "{\"type\":\"t\",\"accuracy\":{\"successRate\":1.01}} | accuracy.successRate",
                "{\"type\":\"t\",\"resources\":{\"cpuPercent\":101}} | resources.cpuPercent",
                "{\"type\":\"t\",\"compliance\":{\"complianceScore\":\"1\"}} | compliance.complianceScore",
                "{\"type\":\"t\",\"cost\":{\"efficiencyScore\":2}} | cost.efficiencyScore",
                "{\"type\":\"t\",\"reliability\":{\"availabilityPercent\":100.5}} | reliability.availabilityPercent",
                "{\"type\":\"t\",\"metadata\":\"x\"} | metadata",
                "{\"type\":\"t\",\"sequence\":1} | sequence",
            })
    void badInputIsNamedAndStoresNothing(String json, String field) {
        Answer one = answer(tenant.admin().post("/v1/events", json));
        List<JsonNode> lines = tenant.lines(json);

        assertThat(one.status()).isEqualTo(400);
        assertThat(one.body().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(lines.getFirst().at("/problem/errors/0/field").asString()).isEqualTo(field);
        assertThat(tenant.get("/v1/events/health").path("sequence").asInt()).isEqualTo(33);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?type=NO",
                "?since=yesterday",
                "?limit=0",
                "?cursor=eAp5",
                "?who=me",
                "?agentId=",
                "/stats?type=t",
                "/stats?since=1",
                "/verify?from=0",
                "/verify?to=x",
                "/health?a=1"
            })
    void badQueriesAreNamed(String query) {
        Answer found = answer(tenant.admin().get("/v1/events" + query));

        assertThat(found.status()).isEqualTo(400);
        assertThat(found.body().at("/errors/0/field").asString())
                .isEqualTo(query.substring(query.indexOf('?') + 1, query.indexOf('=')));
    }

    @Test
    void statsAreOfTheEventsThemselves() {
        JsonNode stats = tenant.get("/v1/events/stats?since=2026-01-01T00:00:00Z");

        assertThat(stats.path("events").asInt()).isEqualTo(32);
        assertThat(stats.at("/types/0/type").asString()).isEqualTo("routing_decision");
        assertThat(stats.at("/types/0/events").asInt()).isEqualTo(2);
        assertThat(stats.at("/types/0/measured").asInt()).isEqualTo(1);
        assertThat(stats.at("/types/0/successRate").asDouble(-1)).isZero();
        assertThat(stats.at("/types/1/successRate").asDouble()).isCloseTo(0.9, within(1e-9));
        assertThat(stats.at("/types/1/firstAt").asString()).isEqualTo("2026-03-01T00:01:00Z");
        assertThat(stats.at("/types/1/lastAt").asString()).isEqualTo("2026-03-01T00:30:00Z");
        assertThat(tenant.get("/v1/events/stats?since=2026-01-01T00:00:00Z&agentId=bob")
                        .at("/types/0")
                        .has("successRate"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"reader,403,200,200", "writer,400,200,200", "auditor,403,403,200"})
    void rolesAreKeptApart(String role, int post, int list, int verify) {
        var client = tenant.as(role);

        assertThat(answer(client.post("/v1/events", "{}")).status()).isEqualTo(post);
        assertThat(answer(client.get("/v1/events")).status()).isEqualTo(list);
        assertThat(answer(client.get("/v1/events/verify")).status()).isEqualTo(verify);
    }
}
