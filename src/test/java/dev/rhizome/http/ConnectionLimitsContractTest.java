package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Connections that do nothing, or too little, are closed within the times that the settings say; others are not. */
class ConnectionLimitsContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int PAGE_BYTES = 2 * 1024 * 1024;
    private static final RunningService SERVICE = RunningService.on(
            TestDatabase.create(),
            "--rhizome.http.connection.header-timeout=1s",
            "--rhizome.http.connection.body-timeout=1s",
            "--rhizome.http.connection.idle-timeout=1s",
            "--rhizome.http.connection.write-timeout=3s",
            "--rhizome.http.heartbeat=300ms",
            "--rhizome.http.body-time=3s",
            "--rhizome.http.page-bytes=2MB",
            "--rhizome.http.in-flight.tenant=5MB",
            "--rhizome.http.in-flight.total=20MB",
            "--rhizome.http.in-flight.longest-wait=200ms");

    private static Api admin;
    private static String key;

    @BeforeAll
    static void eventsOfThirtyTwoKilobytes() {
        String tenant = SERVICE.newTenant("limits");
        key = SERVICE.newKey(tenant, "admin");
        admin = Api.of(SERVICE, tenant, "admin");
        String half = "x".repeat(15_000);
        admin.lines(
                "/v1/events",
                IntStream.rangeClosed(1, 300)
                        .mapToObj(i ->
                                "{\"id\":\"e%d\",\"type\":\"routing_decision\",\"context\":{\"a\":\"%s\"},\"metadata\":{\"a\":\"%s\"}}\n"
                                        .formatted(i, half, half))
                        .collect(Collectors.joining()));
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void anIdleConnectionIsClosed() {
        try (RawConnection connection = connection()) {
            assertThat(connection.readToEnd(LIMIT)).isEmpty();
        }
    }

    @Test
    void halfAHeaderIsClosed() {
        try (RawConnection connection = connection().send("GET /v1/events HTTP/1.1\r\nHost: loc")) {
            assertThat(connection.readToEnd(LIMIT)).isEmpty();
        }
    }

    @Test
    void aHeaderThatTricklesIsClosed() {
        try (RawConnection connection = connection()) {
            long end = System.nanoTime() + LIMIT.toNanos();
            String sent = "GET /v1/events HTTP/1.1\r\nX-Slow: ";
            while (!isClosed(connection, sent) && System.nanoTime() < end) {
                sent = "x";
            }
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private static boolean isClosed(RawConnection connection, String sent) {
        try {
            connection.send(sent);
            TimeUnit.MILLISECONDS.sleep(200);
            return false;
        } catch (java.io.UncheckedIOException closed) {
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void halfABodyIs408AndClosed() {
        try (RawConnection connection =
                connection().send(head("POST /v1/search", "application/json", 100) + "{\"query\"")) {
            assertThat(connection.readToEnd(LIMIT))
                    .startsWith("HTTP/1.1 408")
                    .contains("urn:rhizome:problem:request-timeout");
        }
    }

    @Test
    void halfABodyOfLinesIsAnsweredLineByLineAndClosed() {
        String line = "{\"id\":\"kept\",\"type\":\"T\",\"name\":\"kept\"}\n";
        try (RawConnection connection =
                connection().send(head("POST /v1/entities", "application/x-ndjson", 1000) + line + "{\"id\":\"ha")) {
            assertThat(connection.readToEnd(LIMIT))
                    .contains("{\"line\":1,\"id\":\"kept\",\"status\":\"created\"}")
                    .contains("{\"line\":2,\"problem\":{", "\"status\":408")
                    .contains("{\"summary\":{\"lines\":2,\"created\":1,\"updated\":0,\"unchanged\":0,\"failed\":1}}");
        }
    }

    @Test
    void aReaderThatDoesNotReadIsCutAndItsShareGivenBack() {
        try (RawConnection first = connection().send(head("GET /v1/events?limit=1000", "application/json", 0));
                RawConnection second = connection().send(head("GET /v1/events?limit=1000", "application/json", 0))) {
            await(() -> inFlight() > PAGE_BYTES);
            await(() -> inFlight() == 0);
            assertThat(first.readToEnd(LIMIT).length()).isLessThan(PAGE_BYTES);
            assertThat(second.readToEnd(LIMIT).length()).isLessThan(PAGE_BYTES);
        }
    }

    @Test
    void aReaderOfAFewBytesASecondIsCut() {
        try (RawConnection connection = connection().send(head("GET /v1/events?limit=1000", "application/json", 0))) {
            long end = System.nanoTime() + LIMIT.toNanos();
            while (connection.read(1, LIMIT).length > 0 && inFlight() > 0) {
                assertThat(System.nanoTime()).isLessThan(end);
                sleep(100);
            }
            await(() -> inFlight() == 0);
        }
    }

    @Test
    void aReaderThatIsSlowAndSteadyGetsAll() {
        try (RawConnection connection = connection().send(head("GET /v1/events?limit=1000", "application/json", 0))) {
            int all = 0;
            byte[] piece = connection.read(64 * 1024, LIMIT);
            while (piece.length > 0) {
                all += piece.length;
                sleep(50);
                piece = connection.read(64 * 1024, LIMIT);
            }
            assertThat(all).isBetween(PAGE_BYTES - 64 * 1024, PAGE_BYTES + 64 * 1024);
        }
    }

    @Test
    @SuppressWarnings("try") // the connections are held, not used
    void aTenantThatHoldsItsShareIsToldToComeAgainAndOthersAreNot() {
        await(() -> inFlight() == 0);
        String request = head("GET /v1/events?limit=1000", "application/json", 0);
        try (RawConnection first = connection().send(request);
                RawConnection second = connection().send(request)) {
            await(() -> inFlight() > PAGE_BYTES * 3 / 2);

            try (RawConnection third = connection().send(request)) {
                assertThat(third.readToEnd(LIMIT)).startsWith("HTTP/1.1 429").containsIgnoringCase("Retry-After: ");
            }
            assertThat(Api.of(SERVICE, SERVICE.newTenant("other"), "reader")
                            .get("/v1/events")
                            .path("items"))
                    .isEmpty();
        }
    }

    @Test
    void aPageIsCutAtItsBytesAndGoesOnBehindThem() {
        await(() -> inFlight() == 0);
        JsonNode first = admin.get("/v1/events?limit=1000");

        assertThat(first.path("items").size()).isBetween(50, 80);
        assertThat(first.path("next").isNull()).isFalse();
        assertThat(admin.all("/v1/events", 1000))
                .extracting(event -> event.path("id").asString())
                .doesNotHaveDuplicates()
                .hasSize(300);
    }

    /** Each stays open and says nothing of its own, waiting for lines that are long in coming; the beats keep it alive. */
    @Test
    void aStreamThatGoesOnIsNotSilent() {
        String line = "{\"id\":\"beat\",\"type\":\"T\",\"name\":\"beat\"}\n";
        try (RawConnection connection =
                connection().send(head("POST /v1/entities", "application/x-ndjson", 1000) + line)) {
            assertThat(connection.readToEnd(LIMIT)).contains("\"line\":1").containsPattern("\n1\r\n \r\n");
        }
    }

    private static String head(String line, String type, int length) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static RawConnection connection() {
        return RawConnection.to(SERVICE.port());
    }

    private static long inFlight() {
        return SERVICE.bean(BytesInFlight.class).total();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            sleep(20);
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
