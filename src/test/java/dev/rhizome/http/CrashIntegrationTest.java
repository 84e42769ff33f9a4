package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an import leaves behind when the service is killed in the middle of it. */
class CrashIntegrationTest {

    private static final int LINES = 1_000;
    private static final int BEFORE_THE_KILL = 150;
    private static final String ENTITIES =
            IntStream.range(0, LINES).mapToObj(i -> """
                    {"id":"e%d","type":"NOTE","name":"note %d","text":"what the agent saw at step %d"}""".formatted(i, i, i)).collect(Collectors.joining("\n"));

    @Test
    void noAcknowledgedLineIsLostAndTheImportCanBeRepeated() throws Exception {
        TestDatabase database = TestDatabase.create();
        UUID tenant;
        String key;
        List<String> acknowledged;
        try (ServiceProcess service = ServiceProcess.start(database)) {
            tenant = service.newTenant("crash");
            key = service.newKey(tenant, "writer");
            acknowledged = importUntilKilled(service, key);
        }

        assertThat(acknowledged).hasSizeBetween(BEFORE_THE_KILL, LINES - 1);
        assertThat(stored(database, tenant)).containsAll(acknowledged);

        List<JsonNode> again;
        try (ServiceProcess service = ServiceProcess.start(database);
                Stream<String> lines =
                        service.post("/v1/entities", key, ENTITIES).body()) {
            again = lines.map(JsonMapper.shared()::readTree).toList();
        }
        assertThat(again).hasSize(LINES + 1);
        assertThat(again.stream()
                        .filter(line -> line.path("status").asString().equals("unchanged"))
                        .map(line -> line.path("id").asString()))
                .containsAll(acknowledged);
        assertThat(again.getLast().path("summary").path("failed").asInt()).isZero();
        assertThat(stored(database, tenant)).hasSize(LINES).doesNotHaveDuplicates();
    }

    /** The ids of the lines that were answered before the answer broke off. */
    private static List<String> importUntilKilled(ServiceProcess service, String key)
            throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        HttpResponse<Stream<String>> response = service.post("/v1/entities", key, ENTITIES);
        try (Stream<String> lines = response.body()) {
            lines.map(JsonMapper.shared()::readTree).forEach(line -> {
                assertThat(line.path("status").asString()).isEqualTo("created");
                ids.add(line.path("id").asString());
                if (ids.size() == BEFORE_THE_KILL) {
                    service.kill();
                }
            });
        } catch (UncheckedIOException broken) {
            return ids;
        }
        throw new AssertionError("the answer was complete in spite of the kill");
    }

    private static List<String> stored(TestDatabase database, UUID tenant) throws SQLException {
        return database.asApplication(
                tenant, "select entity_id from entities e join hybrid_search_index i on i.document_id = e.entity_id");
    }
}
