package dev.rhizome.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is where, and for whom, when management has a port of its own. */
class ManagementPortContractTest {

    private static final RunningService SERVICE =
            RunningService.on(TestDatabase.create(), "--management.server.port=0");
    private static final String READER = SERVICE.newKey(SERVICE.newTenant("managed"), "reader");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @ParameterizedTest
    @CsvSource({
        "management, none, /actuator/health/liveness, 200",
        "management, none, /actuator/health/readiness, 200",
        "management, none, /actuator/prometheus, 401",
        "management, reader, /actuator/prometheus, 403",
        "management, reader, /%61ctuator/prometheus, 403",
        "management, operator, /actuator/prometheus, 200",
        "management, operator, /v1/tenants, 404",
        "management, reader, /v1/search?q=one, 404",
        "public, operator, /actuator/prometheus, 404",
        "public, reader, /actuator/prometheus, 403",
        "public, none, /actuator/prometheus, 401",
        "public, none, /health/database, 200",
        "public, none, /livez, 200",
        "public, none, /readyz, 200",
        "public, reader, /v1/search?q=one, 200",
    })
    void isAnswered(String where, String who, String path, int status) throws IOException, InterruptedException {
        int port = where.equals("public") ? SERVICE.port() : SERVICE.managementPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        if (!who.equals("none")) {
            String key = who.equals("reader") ? READER : RunningService.OPERATOR;
            request = request.header("Authorization", "Bearer " + key);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(status);
        }
    }
}
