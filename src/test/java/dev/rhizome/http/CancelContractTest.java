package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a client that goes away leaves running: nothing. */
class CancelContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE); // on a pool of one
    private static final Duration LIMIT = Duration.ofSeconds(5); // below the lock timeout, which would end it as well

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void aClientThatGoesAwayStopsItsStatementAndFreesTheConnection() throws Exception {
        String key = SERVICE.newKey(SERVICE.newTenant("cancel"), "reader");
        search(key); // the key and the tenant's size are known from here on

        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.search_terms in access exclusive mode")) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port())) {
                send(client, key);
                awaitWaiting(1);
            }
            awaitWaiting(0);
            assertThat(lock.isHeld()).isTrue();
        }

        search(key);
    }

    private static void send(Socket client, String key) throws IOException {
        String request =
                "GET /v1/search?q=clock&legs=text HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(key);
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    private static void search(String key) {
        SERVICE.client(key)
                .get()
                .uri("/v1/search?q=clock&legs=text")
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static void awaitWaiting(int expected) throws SQLException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (waiting() != expected) {
            assertThat(System.nanoTime()).as("statements that wait for a lock").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static int waiting() throws SQLException {
        return Integer.parseInt(DATABASE.asApplication(null, """
                select count(*) from pg_stat_activity
                 where datname = current_database() and usename = current_user and wait_event_type = 'Lock'
                """).getFirst());
    }
}
