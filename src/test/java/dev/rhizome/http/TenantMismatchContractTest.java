package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rhizome.database.TenantMismatches;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RewritingProxy;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Answers say which tenant the database saw. Where that is another one, because somebody between the service and the server puts
 * one tenant's id in the place of another's, no row of it leaves, and the alarm is raised.
 */
class TenantMismatchContractTest {

    private static final String HEADER = "X-Tenant-ID";
    private static final String BACKENDS =
            "select string_agg(pid::text, ' ') from pg_stat_activity where datname = current_database() and usename = 'rhizome_app'";
    private static final String READ = "/v1/entities/shared";
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RewritingProxy PROXY = proxy();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--DB_HOST=localhost",
            "--DB_PORT=" + PROXY.port(),
            // Nothing else is to be rewritten meanwhile.
            "--rhizome.vectors.interval=1h");

    private static String acme = "";
    private static String rival = "";
    private static RawClient client = SERVICE.raw("");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private static RewritingProxy proxy() {
        Map<String, String> variables = DATABASE.variables(1);
        return new RewritingProxy(
                variables.getOrDefault("DB_HOST", ""), Integer.parseInt(variables.getOrDefault("DB_PORT", "")));
    }

    @BeforeAll
    static void twoTenantsThatBothHaveIt() {
        acme = SERVICE.newTenant("acme");
        rival = SERVICE.newTenant("rival");
        client = SERVICE.raw(SERVICE.newKey(acme, "admin"));
        for (Map.Entry<String, RawClient> each : Map.of(
                        "acmes", client, "zanzibar", SERVICE.raw(SERVICE.newKey(rival, "admin")))
                .entrySet()) {
            String body = "{\"id\":\"shared\",\"type\":\"T\",\"name\":\"" + each.getKey() + "\"}";
            assertThat(each.getValue()
                            .ask(Request.json("POST", "/v1/entities", body))
                            .status())
                    .isEqualTo(201);
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
        assertThat(client.ask(Request.of("GET", READ)).text()).contains("acmes"); // the key is remembered for a while
    }

    @AfterEach
    void passOn() {
        PROXY.passOn();
        logger().detachAppender(log);
    }

    @AfterAll
    static void stop() throws IOException {
        SERVICE.close();
        PROXY.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                READ,
                "/v1/search?q=acmes&legs=text",
                "/v1/entities/shared/neighbours",
                "/v1/agents",
                "/v1/entities/nowhere",
                "/v1/graph/path?from=shared&to=nowhere"
            })
    void answersSayWhichTenantTheDatabaseSaw(String path) {
        Reply reply = client.ask(Request.of("GET", path));

        assertThat(reply.headers().get(HEADER)).containsExactly(acme);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-ndjson", "text/event-stream"})
    void streamsSayItAtTheirStart(String type) {
        Reply reply = client.ask(Request.of("GET", "/v1/search?q=acmes&legs=text"), "Accept", type);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers().get(HEADER)).containsExactly(acme);
    }

    @Test
    void writesSayIt() {
        String line = "{\"id\":\"written\",\"type\":\"T\",\"name\":\"mine\"}";

        assertThat(client.ask(Request.json("POST", "/v1/entities", line))
                        .headers()
                        .get(HEADER))
                .containsExactly(acme);
        assertThat(client.ask(Request.lines("/v1/entities", line)).headers().get(HEADER))
                .containsExactly(acme);
    }

    /** A key is looked up as the tenant that it names, which is not yet proven; and some answers need no database. */
    @Test
    void answersWithoutDataSayNone() {
        assertThat(SERVICE.raw("rz_" + "A".repeat(86))
                        .ask(Request.of("GET", READ))
                        .headers())
                .satisfies(headers -> assertThat(headers.get(HEADER)).isNull());
        assertThat(client.ask(Request.of("GET", "/v1/search?q=x&limit=none")).headers())
                .satisfies(headers -> assertThat(headers.get(HEADER)).isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "text/event-stream"})
    void noRowOfTheTenantThatTheDatabaseSawLeaves(String type) throws SQLException, InterruptedException {
        for (String path : List.of("/v1/search?q=zanzibar&legs=text", "/v1/search?q=zanzibar")) {
            long before = SERVICE.bean(TenantMismatches.class).count();
            String backends = backends();
            PROXY.replace(acme, rival);

            Reply reply = client.ask(Request.of("GET", path), "Accept", type);

            PROXY.passOn();
            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.text()).contains("urn:rhizome:problem:internal-server-error");
            assertNothingIsTold(reply);
            assertThat(SERVICE.bean(TenantMismatches.class).count()).isGreaterThan(before);
            assertIsReplaced(backends);
            assertThat(client.ask(Request.of("GET", READ)).text()).contains("acmes");
        }
    }

    @Test
    void theAlarmIsALineInTheLogAndAMetric() {
        PROXY.replace(acme, rival);

        assertThat(client.ask(Request.of("GET", READ)).status()).isEqualTo(500);

        PROXY.passOn();
        // What is told in front of the work and what is told behind it are compared each.
        assertThat(log.list).hasSizeBetween(1, 2).allSatisfy(line -> {
            assertThat(line.getLevel().levelStr).isEqualTo("ERROR");
            assertThat(String.valueOf(line.getKeyValuePairs()))
                    .contains("event=\"tenant-mismatch\"", "expected=\"" + acme + "\"", "seen=\"" + rival + "\"");
        });
        String meters = SERVICE.raw(RunningService.OPERATOR)
                .ask(Request.of("GET", "/actuator/prometheus"))
                .text();
        assertThat(meters).containsPattern("rhizome_tenant_mismatch_total [1-9]");
    }

    /** What the server says at the beginning is right, and at the end it says something else. */
    @Test
    void aTenantThatChangesInTheMiddleIsSeenToo() {
        PROXY.replace("show app.current_tenant;commit", "show application_name  ;commit");

        Reply reply = client.ask(Request.of("GET", READ));

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.text()).doesNotContain("acmes");
        assertThat(log.list).hasSize(1);
    }

    @Test
    void nothingIsWrittenToTheTenantThatTheDatabaseSaw() throws SQLException {
        String sql = "select count(*) || md5(string_agg(e::text, '' order by entity_id)) from entities e";
        List<String> before = DATABASE.asApplication(UUID.fromString(rival), sql);
        PROXY.replace(acme, rival);

        Reply one =
                client.ask(Request.json("POST", "/v1/entities", "{\"id\":\"shared\",\"type\":\"T\",\"name\":\"x\"}"));
        Reply lines = client.ask(Request.lines("/v1/entities", "{\"id\":\"new\",\"type\":\"T\",\"name\":\"x\"}"));
        Reply deleted = client.ask(Request.of("DELETE", READ));

        PROXY.passOn();
        assertThat(List.of(one.status(), deleted.status())).containsOnly(500);
        assertThat(lines.text()).contains("\"status\":500").doesNotContain("\"created\":1");
        assertThat(DATABASE.asApplication(UUID.fromString(rival), sql)).isEqualTo(before);
    }

    private static void assertNothingIsTold(Reply reply) {
        assertThat(reply.text()).doesNotContain("zanzibar", rival, acme);
        assertThat(reply.headers().get(HEADER)).isNull();
    }

    /** The server may learn a little after the client that the connection is closed. */
    private static void assertIsReplaced(String backends) throws SQLException, InterruptedException {
        Instant end = Instant.now().plusSeconds(5);
        while (backends().equals(backends)) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(20);
        }
    }

    private static String backends() throws SQLException {
        return DATABASE.readAsAdministrator(BACKENDS).getFirst();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(TenantMismatches.class);
    }
}
