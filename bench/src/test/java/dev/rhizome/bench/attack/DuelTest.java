package dev.rhizome.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rhizome.bench.attack.Verdict.Count;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A duel finds what a service that leaks would let out, of each kind. */
class DuelTest {

    private static final String SECRET = "zqsecret";
    private static final String VICTIM = "01a21d26-cc94-7d31-8cc1-f1ff8fcb1be5";
    private static final String NOBODY = "01a21d26-cc94-7d31-8cc1-f1ff8fcb1be6";
    private static final String KEY = "rz_" + "A".repeat(86);
    private static final int ROUNDS = 60;

    private static final ApiDescription API = new ApiDescription("""
            paths:
              /v1/entities/{id}:
                delete:
                  parameters:
                    - {in: path, name: id, schema: {$ref: '#/components/schemas/Id'}}
            components:
              schemas:
                Id: {type: string}
            """);

    private final Verdict verdict = new Verdict();
    private HttpServer server = server();

    /**
     * What the service answers.
     *
     * @param status of HTTP
     * @param body of it
     * @param tenant that it says it saw, empty for none
     */
    private record Reply(int status, String body, String tenant) {}

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aServiceThatTellsNothingIsClean() {
        duel(path -> new Reply(404, "{\"detail\":\"no " + path + "\",\"at\":\"2026-11-27T13:00:00.1Z\"}", ""));

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.of(Count.REQUESTS)).isEqualTo(2 * ROUNDS);
        assertThat(verdict.of(Count.FORGED)).isPositive();
    }

    @Test
    void aRowIsFound() {
        duel(path -> new Reply(404, "{\"name\":\"of " + SECRET + "\"}", ""));

        assertThat(verdict.of(Count.ROWS)).isPositive();
    }

    @Test
    void anIdThatNobodySentIsFound() {
        duel(path -> new Reply(404, "{\"tenant\":\"" + VICTIM + "\"}", ""));

        assertThat(verdict.of(Count.IDS)).isPositive();
    }

    @Test
    void aStatusThatSaysThatItExistsIsFound() {
        duel(path -> new Reply(path.contains("0123456789abcdefk") ? 403 : 404, "{}", ""));

        assertThat(verdict.of(Count.DIFFERENCES)).isPositive();
    }

    @Test
    void aCountOfTheVictimsRowsIsFound() {
        duel(path -> new Reply(404, path.contains("0123456789abcdefk") ? "{\"items\":3}" : "{\"items\":0}", ""));

        assertThat(verdict.of(Count.DIFFERENCES)).isPositive();
    }

    @Test
    void anotherTenantInTheHeaderIsFound() {
        duel(path -> new Reply(404, "{}", VICTIM));

        assertThat(verdict.of(Count.OTHER_TENANT)).isPositive();
    }

    @Test
    void aForgedKeyThatIsTakenIsFound() {
        duel(path -> new Reply(200, "{}", ""));

        assertThat(verdict.of(Count.FORGED_TAKEN)).isPositive();
    }

    @Test
    void anErrorOfTheServiceIsFound() {
        duel(path -> new Reply(500, "{}", ""));

        assertThat(verdict.of(Count.ERRORS)).isPositive();
    }

    private void duel(Function<String, Reply> service) {
        server.createContext(
                "/", exchange -> answer(exchange, service.apply(String.valueOf(exchange.getRequestURI()))));
        try (Wire wire =
                new Wire(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))) {
            Duel duel =
                    new Duel(wire, API, verdict, SECRET, attacker("one", VICTIM, "k"), attacker("two", NOBODY, "m"));
            for (int round = 0; round < ROUNDS; round++) {
                boolean unused = duel.round(round);
            }
        }
    }

    private static Credentials attacker(String tenant, String victim, String end) {
        Names names = new Names(
                tenant,
                victim,
                "0123456789abcdef" + end,
                List.of(victim.replace("01a21d26", "11a21d26")),
                List.of("Y3Vyc29y" + end),
                List.of("AAAAAAAAAAAAAAAA" + end));
        return new Credentials(names, Map.of("admin", KEY, "writer", KEY, "reader", KEY, "auditor", KEY), null);
    }

    private static void answer(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        if (!reply.tenant().isEmpty()) {
            exchange.getResponseHeaders().set("X-Tenant-ID", reply.tenant());
        }
        // This server may still write to a connection that the client has taken back for its next request.
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
