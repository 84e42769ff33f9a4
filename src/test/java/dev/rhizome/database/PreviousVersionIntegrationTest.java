package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.PreviousVersion;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.ServiceProcess.Place;
import dev.rhizome.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The previous version of the program works on the schema of this one, beside it: ADR 30. */
class PreviousVersionIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NOT_A_STATEMENT = "42601";
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static PreviousVersion previous = new PreviousVersion("", Path.of(""));

    @BeforeAll
    static void build() throws Exception {
        previous = PreviousVersion.build();
    }

    @AfterAll
    static void stop() {
        HTTP.close();
    }

    @Test
    void bothVersionsWorkOnOneSchemaAtTheSameTime() throws Exception {
        Place place = Place.anywhere();
        try (ServiceProcess current = ServiceProcess.start(DATABASE, place);
                ServiceProcess old = ServiceProcess.start(previous, DATABASE, Place.beside(place.home()))) {
            UUID tenant = old.newTenant("both");
            String writer = old.newKey(tenant, "writer");

            List<JsonNode> answers = new ArrayList<>();
            for (ServiceProcess version : List.of(old, current, old)) {
                answers.addAll(work(version, writer, answers.size()));
            }

            assertThat(answers).hasSize(3 * 8);
            assertThat(found(old, writer)).isEqualTo(found(current, writer)).hasSize(6);
            for (ServiceProcess version : List.of(old, current)) {
                assertThat(get(version, writer, "/v1/events/verify")
                                .path("valid")
                                .asBoolean())
                        .isTrue();
                assertThat(get(version, writer, "/v1/provenance/verify")
                                .path("valid")
                                .asBoolean())
                        .isTrue();
            }
        }
    }

    /** A bit of everything that writes and reads; {@code number} is new each time. */
    private static List<JsonNode> work(ServiceProcess version, String key, int number) throws Exception {
        String one = "e" + number;
        String other = "o" + number;
        return List.of(
                post(version, key, "/v1/entities", entity(one)),
                post(version, key, "/v1/entities", entity(other)),
                post(version, key, "/v1/relationships", """
                        {"source":"%s","target":"%s","type":"KNOWS"}""".formatted(one, other)),
                post(version, key, "/v1/agents", """
                        {"id":"a%d","name":"Ada %d","modelFamily":"m","capabilities":{"taskTypes":["review"]}}""".formatted(number, number)),
                post(version, key, "/v1/agents/a" + number + "/outcomes", """
                        {"success":true,"quality":0.9,"latencyMs":12,"taskType":"review"}"""),
                post(version, key, "/v1/events", """
                        {"type":"task_execution_complete","agentId":"a%d"}""".formatted(number)),
                post(version, key, "/v1/provenance", """
                        {"type":"verdict","id":"v%d","description":"keeps to its budget"}""".formatted(number)),
                get(version, key, "/v1/graph/traverse?hops=2&from=" + one));
    }

    private static String entity(String id) {
        return "{\"id\":\"%s\",\"type\":\"NOTE\",\"name\":\"note %s\",\"metadata\":{\"a\":1}}".formatted(id, id);
    }

    private static List<String> found(ServiceProcess version, String key) throws Exception {
        return get(version, key, "/v1/search?q=note&types=NOTE&limit=50")
                .path("hits")
                .valueStream()
                .map(hit -> hit.path("id").asString())
                .sorted()
                .toList();
    }

    private static JsonNode get(ServiceProcess version, String key, String path)
            throws IOException, InterruptedException {
        return send(request(version, key, path).build());
    }

    private static JsonNode post(ServiceProcess version, String key, String path, String json)
            throws IOException, InterruptedException {
        return send(request(version, key, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static HttpRequest.Builder request(ServiceProcess version, String key, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + version.port() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + key)
                .header("Accept", "application/json");
    }

    private static JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", request, answer.body()).isBetween(200, 299);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void everyStatementOfThePreviousVersionIsPlannedOnThisSchema() throws Exception {
        List<String> broken = new ArrayList<>();
        int planned = 0;
        try (URLClassLoader loader = loader()) {
            for (Statements statements : Statements.of(previous.classes(), loader)) {
                if (statements.className().startsWith("dev.rhizome.preflight.")) {
                    continue; // they ask the catalogue only, and get types with their values
                }
                for (String text : statements.texts()) {
                    String state = planned(text);
                    planned += state.isEmpty() ? 1 : 0;
                    if (!state.isEmpty() && !state.startsWith(NOT_A_STATEMENT)) {
                        broken.add(statements + ": " + state + "\n" + text);
                    }
                }
            }
        }

        assertThat(broken).isEmpty();
        assertThat(planned).isGreaterThan(100);
    }

    private static URLClassLoader loader() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : Stream.concat(
                        Stream.of(previous.classes() + "/"),
                        Stream.of(PreviousVersion.libraries().split(File.pathSeparator, -1)))
                .toList()) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Empty where {@code text} is a statement that can be planned; else why not. */
    private static String planned(String text) {
        String sql = text.replaceAll("%(\\d+\\$)?d", "384");
        if (!sql.matches("(?is)\\s*(select|insert|update|delete|with)\\s.*\\s.*")
                || sql.matches("(?s).*(%(\\d+\\$)?s|[\u0001\u0002]).*")) {
            return NOT_A_STATEMENT;
        }
        try {
            List<String> plan = DATABASE.readAsAdministrator("explain (generic_plan) " + sql);
            return plan.isEmpty() ? NOT_A_STATEMENT : "";
        } catch (SQLException e) {
            return e.getSQLState() + " " + e.getMessage();
        }
    }
}
