package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many searches in one request: each line is answered, by its number, as a search of its own would be. */
class BatchSearchContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final String BATCH = "/v1/search/batch";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int THINGS = 30;

    private static String tenant = "";
    private static Api writer = Api.ofOperator(SERVICE);

    @BeforeAll
    static void things() {
        tenant = SERVICE.newTenant("many-questions");
        writer = Api.of(SERVICE, tenant, "writer");
        String lines = IntStream.range(0, THINGS)
                .mapToObj("{\"id\":\"e%1$d\",\"type\":\"T\",\"name\":\"thing number word%1$d\"}"::formatted)
                .collect(Collectors.joining("\n"));
        assertThat(writer.lines("/v1/entities", lines).toString()).contains("\"created\":" + THINGS);
    }

    private static String question(int number) {
        return "{\"query\":\"word" + number + "\",\"legs\":[\"text\"],\"limit\":3}";
    }

    private static Map<Long, JsonNode> byLine(JsonNode answers) {
        return answers.valueStream()
                .filter(answer -> answer.has("line"))
                .collect(Collectors.toMap(answer -> answer.path("line").asLong(), answer -> answer));
    }

    private static List<String> ids(JsonNode answer) {
        return answer.path("hits")
                .valueStream()
                .map(hit -> hit.path("id").asString())
                .toList();
    }

    @Test
    void everyLineIsAnsweredAsASearchOfItsOwn() {
        String lines = IntStream.range(0, THINGS)
                .mapToObj(BatchSearchContractTest::question)
                .collect(Collectors.joining("\n"));

        JsonNode answers = writer.lines(BATCH, lines);

        Map<Long, JsonNode> byLine = byLine(answers);
        assertThat(byLine).hasSize(THINGS);
        for (int number = 0; number < THINGS; number++) {
            JsonNode alone = writer.posted("/v1/search", question(number));
            JsonNode answer = byLine.getOrDefault(number + 1L, alone.path("nothing"));
            assertThat(ids(answer)).isNotEmpty().isEqualTo(ids(alone));
            assertThat(answer.at("/done/complete").asBoolean()).isTrue();
        }
        assertThat(answers.get(answers.size() - 1).toString())
                .isEqualTo("{\"summary\":{\"lines\":30,\"answered\":30,\"failed\":0}}");
    }

    @Test
    void aBadLineCostsOneLine() {
        JsonNode answers = writer.lines(BATCH, question(1) + "\nno json\n{\"limit\":5}\n\n" + question(2));

        Map<Long, JsonNode> byLine = byLine(answers);
        assertThat(byLine.keySet()).containsExactlyInAnyOrder(1L, 2L, 3L, 5L);
        assertThat(ids(byLine.getOrDefault(1L, answers))).containsExactly("e1");
        assertThat(byLine.getOrDefault(2L, answers).at("/problem/status").asInt())
                .isEqualTo(400);
        assertThat(byLine.getOrDefault(3L, answers)
                        .at("/problem/errors/0/field")
                        .asString())
                .isEqualTo("query");
        assertThat(ids(byLine.getOrDefault(5L, answers))).containsExactly("e2");
        assertThat(answers.get(answers.size() - 1).toString())
                .isEqualTo("{\"summary\":{\"lines\":4,\"answered\":2,\"failed\":2}}");
    }

    @Test
    void answersComeWhileQuestionsAreStillBeingSent() {
        String key = SERVICE.newKey(tenant, "reader");
        try (RawConnection connection = RawConnection.to(SERVICE.port())
                .send("POST " + BATCH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                        + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        + chunk(question(7) + "\n"))) {
            assertThat(connection.readUntil("\"line\":1", LIMIT)).contains("200 OK");

            String rest = connection.send(chunk(question(8)) + "0\r\n\r\n").readToEnd(LIMIT);

            assertThat(rest).contains("\"line\":2", "\"e8\"", "\"summary\"");
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void anotherTenantFindsNothingOfIt() {
        Api other = Api.of(SERVICE, SERVICE.newTenant("no-answers"), "reader");

        Map<Long, JsonNode> byLine = byLine(other.lines(BATCH, question(1)));

        assertThat(ids(byLine.getOrDefault(1L, writer.get("/v1/usage")))).isEmpty();
    }
}
