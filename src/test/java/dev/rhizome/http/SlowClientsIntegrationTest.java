package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Ten connections that ask for the largest pages and do not read, and sixty that send half a body and stop. Those that are
 * cut come again at once.
 *
 * <p>It goes on for as many seconds as the system property {@code rhizome.test.attack-seconds} says, 8 by default.
 */
class SlowClientsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration ATTACK = Duration.ofSeconds(Integer.getInteger("rhizome.test.attack-seconds", 8));
    private static final long MOST_MEMORY = 512L * 1024 * 1024;
    private static final int NOT_READING = 10;
    private static final int HALF_BODIES = 60;
    private static final int EVENTS = 1000;
    private static final long SLOWEST_MILLIS = 3000;

    private record Attack(int port, String key, long end) {

        private boolean goesOn() {
            return System.nanoTime() - end < 0;
        }

        /** Asks for the largest page and does not read it, until it is over or the server has had enough. */
        @SuppressWarnings("try") // the connection is held, not used
        void withoutReading() {
            while (goesOn()) {
                try (RawConnection connection = RawConnection.to(port).send(head("GET /v1/events?limit=1000", 0))) {
                    pause(Math.min(6000, Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()))));
                }
            }
        }

        /** Sends half of a body of a megabyte and stops, until the server closes the connection. */
        void halfABody() {
            String half = "{\"query\":\"" + "x".repeat(500_000);
            while (goesOn()) {
                try (RawConnection connection = RawConnection.to(port)) {
                    connection.send(head("POST /v1/search", 1_000_000) + half).readToEnd(LIMIT);
                } catch (java.io.UncheckedIOException closed) {
                    pause(20);
                }
            }
        }

        private String head(String line, int length) {
            return line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
        }
    }

    @Test
    void othersAreAnsweredMemoryIsBoundedAndAllIsGivenBack() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(
                TestDatabase.create(),
                "--rhizome.http.connection.body-timeout=5s",
                "--rhizome.http.connection.write-timeout=5s")) {
            String attacker = service.newKey(service.newTenant("attacker"), "admin");
            JsonClient attacked = service.json(attacker);
            JsonClient other = service.json(service.newKey(service.newTenant("other"), "admin"));
            fill(service, attacker);
            answered(other.post("/v1/entities", "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}"), 201);

            long most;
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Attack attack = new Attack(service.port(), attacker, System.nanoTime() + ATTACK.toNanos());
                IntStream.range(0, NOT_READING).forEach(i -> clients.execute(attack::withoutReading));
                IntStream.range(0, HALF_BODIES).forEach(i -> clients.execute(attack::halfABody));
                most = answersMeanwhile(service, attack, attacked, other);
            }

            assertThat(most).isLessThan(MOST_MEMORY);
            assertEverythingIsGivenBack(service, attacked);
            assertThat(service.log()).doesNotContain(" ERROR ");
        }
    }

    private static void fill(ServiceProcess service, String key) throws Exception {
        String half = "x".repeat(16_000);
        String lines = IntStream.rangeClosed(1, EVENTS)
                .mapToObj(i ->
                        "{\"id\":\"e%d\",\"type\":\"routing_decision\",\"context\":{\"a\":\"%s\"},\"metadata\":{\"a\":\"%s\"}}\n"
                                .formatted(i, half, half))
                .collect(Collectors.joining());
        try (Stream<String> answers = service.post("/v1/events", key, lines).body()) {
            assertThat(answers.filter(line -> line.contains("\"created\"")).count())
                    .isEqualTo(EVENTS + 1);
        }
    }

    /** The most memory that the service had while others were answered. */
    private static long answersMeanwhile(ServiceProcess service, Attack attack, JsonClient attacked, JsonClient other)
            throws Exception {
        long most = 0;
        while (attack.goesOn()) {
            answered(other.get("/v1/entities/one"), 200);
            answered(other.get("/v1/events?limit=1000"), 200);
            answered(other.get("/v1/search?q=one"), 200);
            answered(attacked.get("/v1/events/e1"), 200);
            most = Math.max(most, service.residentBytes());
            pause(100);
        }
        return most;
    }

    private static void assertEverythingIsGivenBack(ServiceProcess service, JsonClient attacked) {
        JsonClient operator = service.json(RunningService.OPERATOR);
        answered(attacked.get("/v1/events?limit=1000"), 200);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (bytesInFlight(operator) > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            pause(100);
        }
    }

    private static double bytesInFlight(JsonClient operator) {
        String metrics =
                Objects.requireNonNull(operator.text("/actuator/prometheus").block(LIMIT));
        return metrics.lines()
                .filter(line -> line.startsWith("rhizome_http_in_flight_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static void answered(Mono<Answer> request, int status) {
        long began = System.nanoTime();
        Answer answer = Objects.requireNonNull(request.block(LIMIT));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(SLOWEST_MILLIS);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
