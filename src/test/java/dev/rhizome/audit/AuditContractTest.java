package dev.rhizome.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is recorded of who changed what, and who may read it. */
class AuditContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static String tenant = "";
    private static String writerKey = "";
    private static JsonClient auditor = SERVICE.json("");

    @BeforeAll
    static void aTenantInWhichThingsHappened() {
        tenant = SERVICE.newTenant("audited");
        writerKey = SERVICE.newKey(tenant, "writer");
        auditor = SERVICE.json(SERVICE.newKey(tenant, "auditor"));
        JsonClient writer = SERVICE.json(writerKey);
        String lines = "{\"id\":\"a\",\"type\":\"T\",\"name\":\"a\"}\n{\"id\":\"b\",\"type\":\"T\",\"name\":\"b\"}";
        post(writer, "/v1/entities", lines);
        post(writer, "/v1/entities", lines + "\n{\"id\":\"a\",\"type\":\"T\",\"name\":\"another a\"}");
        post(writer, "/v1/relationships", "{\"source\":\"a\",\"target\":\"b\",\"type\":\"KNOWS\"}");
        assertThat(Objects.requireNonNull(writer.delete("/v1/relationships?source=a&target=b&type=KNOWS")
                                .block())
                        .status())
                .isEqualTo(204);
        assertThat(Objects.requireNonNull(writer.delete("/v1/entities/b").block())
                        .status())
                .isEqualTo(204);
        assertThat(Objects.requireNonNull(writer.delete("/v1/entities/b").block())
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "kind=entity&subject=a, updated created",
        "kind=entity&subject=b, deleted created",
        "kind=relationship, deleted created",
        "kind=tenant, created",
        "kind=key, issued issued",
        "action=updated, updated",
        "action=nothing, ''",
        "until=2020-01-01T00:00:00Z, ''",
        "kind=entity&since=2020-01-01T00:00:00-01:00, deleted updated created created",
    })
    void tellsWhatWasDoneNewestFirstAndNothingThatChangedNothing(String filter, String actions) {
        assertThat(items("/v1/audit?" + filter))
                .extracting(entry -> entry.path("action").asString())
                .containsExactly(actions.isEmpty() ? new String[0] : actions.split(" ", -1));
    }

    @Test
    void namesTheKeyAndTheRequest() {
        JsonNode entry = items("/v1/audit?kind=entity&subject=b").getFirst();
        String key = items("/v1/audit?kind=key&action=issued")
                .getLast()
                .path("subject")
                .asString();

        assertThat(entry.path("actor").asString()).isEqualTo(key);
        assertThat(entry.path("role").asString()).isEqualTo("writer");
        assertThat(entry.path("requestId").asString()).isNotEmpty();
        assertThat(items("/v1/audit?kind=tenant").getFirst().path("actor").asString())
                .isEqualTo("operator");
    }

    @Test
    void pagesInOrder() {
        List<JsonNode> all = items("/v1/audit?limit=1000");
        List<JsonNode> paged = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = body("/v1/audit?limit=2" + next);
            page.path("items").forEach(paged::add);
            next = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!next.isEmpty());

        assertThat(paged).isEqualTo(all).hasSizeGreaterThan(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reader", "writer", "admin"})
    void nobodyElseReadsIt(String role) {
        JsonClient.Answer answer =
                SERVICE.json(SERVICE.newKey(tenant, role)).get("/v1/audit").block();

        assertThat(Objects.requireNonNull(answer).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"since=yesterday", "cursor=AAAA", "cursor=eAp5", "limit=0", "who=me"})
    void badInputIsNamed(String query) {
        JsonClient.Answer answer =
                Objects.requireNonNull(auditor.get("/v1/audit?" + query).block());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("errors").path(0).path("field").asString())
                .isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void outlivesTheTenant() {
        String gone = SERVICE.newTenant("audited-and-gone");
        JsonClient operator = SERVICE.json(RunningService.OPERATOR);

        assertThat(Objects.requireNonNull(operator.delete("/v1/tenants/" + gone).block())
                        .status())
                .isEqualTo(204);

        assertThat(SERVICE.rows(gone, "select action from rhizome.audit_log order by occurred_at"))
                .containsExactly("created", "deleted", "counted", "removed");
    }

    private static void post(JsonClient client, String path, String lines) {
        assertThat(Objects.requireNonNull(client.postLines(path, lines).block())
                        .body()
                        .toString())
                .contains("\"failed\":0");
    }

    private static List<JsonNode> items(String path) {
        List<JsonNode> items = new ArrayList<>();
        body(path).path("items").forEach(items::add);
        return items;
    }

    private static JsonNode body(String path) {
        JsonClient.Answer answer = Objects.requireNonNull(auditor.get(path).block());
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }
}
