package dev.rhizome.ledger;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A service on a database with the rows of November 2026, and the keys that they were made with. */
final class StoredChains implements AutoCloseable {

    static final Path FILES = Path.of("src/test/resources/ledger/2026-11");
    static final String TENANT = text("tenant.txt");
    static final String INTEGRITY_KEY = text("integrity.key");

    /** Tables of then that have other names now, and the columns of each that have. */
    private static final Map<String, String> TABLES = Map.of(
            "event_heads", "event_chains",
            "event_anchors", "event_truncations",
            "event_upkeep", "event_progress",
            "provenance_heads", "provenance_checkpoints");

    private static final Map<String, Map<String, String>> COLUMNS = Map.of(
            "event_chains", Map.of("seal", "checkpoint_mac"),
            "event_truncations", Map.of("seal", "truncation_mac"),
            "event_progress", Map.of("rolled_up_to", "processed_to"),
            "provenance_chains", Map.of("sealed_sequence", "checkpoint_sequence", "sealed_at", "checkpoint_at"));

    private final TestDatabase database = TestDatabase.create();
    private final RunningService service;
    private final JsonClient admin;

    StoredChains(String... files) throws IOException, SQLException {
        database.asAdministrator("insert into rhizome.tenants (tenant_id, slug, name) values ('%s', 'stored', 'stored')"
                .formatted(TENANT));
        for (String month : List.of("2025-01-01", "2025-02-01", "2025-03-01", "2026-11-01")) {
            List<String> ignored = database.asApplication(
                    UUID.fromString(TENANT), "select add_event_partition('%s')".formatted(month));
        }
        for (String file : files) {
            insert(file);
        }
        service = RunningService.on(
                database,
                "--rhizome.provenance.head-interval=1h",
                "--rhizome.provenance.signing-key=" + FILES.resolve("signing.pem"),
                "--rhizome.provenance.trusted-keys[0]=" + FILES.resolve("earlier.pub.pem"),
                "--rhizome.events.upkeep-interval=1000d",
                "--rhizome.events.retention-batch=10",
                "--rhizome.events.integrity-key=" + INTEGRITY_KEY);
        admin = service.json(service.newKey(TENANT, "admin"));
    }

    private void insert(String file) throws IOException {
        List<String> statements = new ArrayList<>(List.of("set session_replication_role = replica"));
        for (String line : Files.readAllLines(FILES.resolve(file))) {
            String[] parts = line.split("\t", 2);
            String table = TABLES.getOrDefault(parts[0], parts[0]);
            String row =
                    renamed(parts[1], COLUMNS.getOrDefault(table, Map.of())).replace("'", "''");
            statements.add("insert into rhizome.%1$s select * from jsonb_populate_record(null::rhizome.%1$s, '%2$s')"
                    .formatted(table, row));
        }
        database.asAdministrator(statements.toArray(String[]::new));
    }

    /** A row of then, as JSON, with the names that its columns have now. */
    private static String renamed(String row, Map<String, String> columns) {
        String now = row;
        for (Map.Entry<String, String> column : columns.entrySet()) {
            now = now.replace("\"" + column.getKey() + "\":", "\"" + column.getValue() + "\":");
        }
        return now;
    }

    static String text(String file) {
        try {
            return Files.readString(FILES.resolve(file)).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    JsonNode get(String path) {
        return body(Objects.requireNonNull(admin.get(path).block()));
    }

    JsonNode post(String path, String json) {
        return body(Objects.requireNonNull(admin.post(path, json).block()));
    }

    private static JsonNode body(JsonClient.Answer answer) {
        if (answer.status() >= 300) {
            throw new AssertionError(answer.toString());
        }
        return answer.body();
    }

    TestDatabase database() {
        return database;
    }

    RunningService service() {
        return service;
    }

    @Override
    public void close() {
        service.close();
    }
}
