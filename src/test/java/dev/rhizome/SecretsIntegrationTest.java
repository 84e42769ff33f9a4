package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That no secret shows where somebody might look: in the log, in metrics, in errors, in the list of processes, in the database. */
class SecretsIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String STREAM_SECRET = "stream-secret-that-nobody-may-see-01";
    private static final String INTEGRITY_KEY = "integrity-key-that-nobody-may-see-01";

    @Test
    void noSecretShowsAnywhere() throws Exception {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("operator's key", RunningService.OPERATOR);
        secrets.put("stream secret", STREAM_SECRET);
        secrets.put("integrity key", INTEGRITY_KEY);
        secrets.put(
                "database password",
                Objects.requireNonNull(DATABASE.variables(1).get("DB_PASSWORD")));
        try (ServiceProcess service = talkative()) {
            UUID tenant = service.newTenant("secrets");
            String key = service.newKey(tenant, "writer");
            secrets.put("API key", key);
            String answers = exercise(service, key);

            String log = service.log();
            assertThat(log).contains("DEBUG").hasSizeGreaterThan(10_000);
            String commandLines = commandLine(service.pid());
            assertThat(commandLines).contains("java");
            String activity = String.join("\n", DATABASE.readAsAdministrator("select query from pg_stat_activity"));
            secrets.forEach((name, secret) -> {
                assertThat(log).as(name + " in the log").doesNotContain(secret);
                assertThat(answers).as(name + " in answers").doesNotContain(secret);
                assertThat(commandLines).as(name + " in the process list").doesNotContain(secret);
                assertThat(activity).as(name + " in the list of statements").doesNotContain(secret);
            });
        }
    }

    /** A service that logs everything that anything of ours or of a library would log on the way. */
    private static ServiceProcess talkative() throws IOException, InterruptedException {
        return ServiceProcess.start(
                DATABASE,
                ServiceProcess.Place.anywhere()
                        .with(Map.of(
                                "RHIZOME_STREAM_SECRET", STREAM_SECRET, "RHIZOME_EVENTS_INTEGRITY_KEY", INTEGRITY_KEY)),
                "--logging.level.dev.rhizome=debug",
                "--logging.level.org.springframework.web=debug",
                "--logging.level.org.springframework.http=debug",
                "--logging.level.org.springframework.boot.context=debug",
                "--logging.level.org.springframework.core.env=debug",
                "--logging.level.reactor=debug",
                "--logging.level.io=debug",
                "--logging.level.org.flywaydb=debug",
                "--spring.output.ansi.enabled=never");
    }

    /** What goes well, what does not, and what breaks; all that comes back. */
    private static String exercise(ServiceProcess service, String key) throws IOException, InterruptedException {
        JsonClient client = service.json(key);
        StringBuilder answers = new StringBuilder();
        for (String path : new String[] {
            "/v1/search?q=one", "/v1/entities/none", "/v1/search?q=%00", "/v1/tenants", "/nowhere", "/v1/audit"
        }) {
            answers.append(Objects.requireNonNull(client.get(path).block()).body());
        }
        answers.append(
                Objects.requireNonNull(client.post("/v1/entities", "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}")
                                .block())
                        .body());
        DATABASE.asOwner("alter table rhizome.search_terms rename to search_terms_away");
        answers.append(
                Objects.requireNonNull(client.get("/v1/search?q=two&legs=text").block())
                        .body());
        DATABASE.asOwner("alter table rhizome.search_terms_away rename to search_terms");
        answers.append(get(service, "/actuator/prometheus", RunningService.OPERATOR));
        answers.append(get(service, "/health/database", "rz_" + key.substring(3, 40)));
        answers.append(get(service, "/v1/search?q=one", key.substring(0, key.length() - 2)));
        return answers.toString();
    }

    private static String get(ServiceProcess service, String path, String token)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                    .header("Authorization", "Bearer " + token)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String commandLine(long pid) throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8);
    }
}
