package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.Connections;
import dev.rhizome.database.PoolStatistics;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.Residue;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A thousand clients of several tenants that go away in the middle of their queries, in waves: what they leave is nothing. */
class DroppedClientsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Within which all is over, in one wave at least; 500 ms where the machine does nothing beside. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final int CLIENTS = 1_000;
    private static final int WAVES = 5;
    private static final int TENANTS = 10;
    private static final int CONNECTIONS = 8;

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--DB_POOL_MAX=" + CONNECTIONS,
            "--rhizome.shares.alone=" + CONNECTIONS,
            "--rhizome.shares.contended=" + CONNECTIONS);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void aThousandClientsThatGoAwayLeaveNothingBehind() throws Exception {
        List<String> keys = IntStream.range(0, TENANTS)
                .mapToObj(i -> SERVICE.newKey(SERVICE.newTenant("dropped-" + i), "reader"))
                .toList();
        keys.forEach(DroppedClientsIntegrationTest::search); // keys and sizes are known from here on
        List<Duration> waves = new ArrayList<>();

        waves.add(wave(keys)); // without the detector, which takes its time
        waves.add(wave(keys));
        try (Residue residue = Residue.watch()) {
            while (waves.size() < WAVES) {
                waves.add(wave(keys));
                keys.forEach(DroppedClientsIntegrationTest::search);
            }
            assertThat(residue.dropped()).isEmpty();
            assertThat(residue.leaks()).isEmpty();
        }

        assertThat(Collections.min(waves)).as("of " + waves).isLessThan(SOON);
    }

    /** How long it takes until all is over after the last client of a wave has gone. The lock is held all the time. */
    private static Duration wave(List<String> keys) throws IOException, SQLException, InterruptedException {
        List<Socket> clients = new ArrayList<>();
        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.search_terms in access exclusive mode")) {
            for (int client = 0; client < CLIENTS / WAVES; client++) {
                clients.add(ask(keys.get(client % keys.size())));
            }
            Duration unused = until("the connections are busy", () -> busy() >= CONNECTIONS / 2);
            for (Socket client : clients) {
                client.close();
            }
            Duration took = until("all is over", () -> busy() == 0 && isAtRest());
            assertThat(lock.isHeld()).isTrue();
            return took;
        }
    }

    private static boolean isAtRest() {
        PoolStatistics now = SERVICE.bean(Connections.class).statistics();
        return now.activeConnections() == 0 && now.pendingAcquires() == 0;
    }

    private static Socket ask(String key) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port());
        String request =
                "GET /v1/search?q=clock&legs=text HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(key);
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
        return client;
    }

    private static void search(String key) {
        JsonClient.Answer answer = Objects.requireNonNull(
                SERVICE.json(key).get("/v1/search?q=clock&legs=text").block(LIMIT));
        assertThat(answer.status()).isEqualTo(200);
    }

    private static Duration until(String what, Fact fact) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        while (!fact.isTrue()) {
            assertThat(System.nanoTime() - began).as(what).isLessThan(LIMIT.toNanos());
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @FunctionalInterface
    interface Fact {
        boolean isTrue() throws SQLException;
    }

    /** Connections of the service that run a statement or have a transaction open. */
    private static int busy() throws SQLException {
        return Integer.parseInt(DATABASE.readAsAdministrator("""
                select count(*) from pg_stat_activity
                 where datname = current_database() and usename = 'rhizome_app' and state <> 'idle'
                """).getFirst());
    }
}
