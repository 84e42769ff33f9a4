package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Five hundred readers of a byte a second, of pages of two megabytes: what they cost others, in memory, connections and time. */
class SlowReadersIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int READERS = 500;
    private static final int TENANTS = 5;
    private static final int EVENTS = 70;
    private static final int ASKED = 100;
    private static final long MOST_MEMORY = 512L * 1024 * 1024;
    /** The heap that the service has, and the direct memory that it has. */
    private static final long MOST_AFTER_GC = (224L + 64) * 1024 * 1024;
    /** That they are answered at all; how fast is printed, and depends on what else the machine does. */
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    @Test
    void slowReadersHoldNoConnectionAndOthersAreAnswered() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(TestDatabase.create())) {
            List<String> keys = new ArrayList<>();
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                keys.add(service.newKey(service.newTenant("slow-" + tenant), "writer"));
                fill(service, keys.getLast());
            }
            JsonClient quiet = service.json(service.newKey(service.newTenant("quiet"), "writer"));
            long status = answer(quiet.post("/v1/entities", "{\"id\":\"one\",\"type\":\"T\",\"name\":\"one\"}")
                    .block(LIMIT));
            assertThat(status).isEqualTo(201);
            long unused = p99(quiet);
            long alone = p99(quiet);

            AtomicInteger reading = new AtomicInteger();
            AtomicInteger over = new AtomicInteger();
            try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, READERS)
                        .forEach(i -> readers.execute(
                                () -> readSlowly(service.port(), keys.get(i % TENANTS), reading, over)));
                until(() -> reading.get() == READERS);
                long beside = p99(quiet);
                JsonNode pool = Objects.requireNonNull(
                                quiet.get("/health/database").block(LIMIT))
                        .body();
                long resident = service.residentBytes();
                long live = service.liveBytes();
                over.set(1);

                System.out.printf(
                        "P99 alone %d ms, beside %d ms; %d MB resident, %d MB after a collection%n",
                        alone, beside, resident >> 20, live >> 20);
                assertThat(pool.at("/stats/activeConnections").asInt(-1)).isZero();
                assertThat(pool.at("/stats/pendingAcquires").asInt(-1)).isZero();
                assertThat(resident).isLessThan(MOST_MEMORY);
                assertThat(live).isLessThan(MOST_AFTER_GC);
                assertThat(beside).isLessThan(ANSWERED.toMillis());
            }
        }
    }

    private static void fill(ServiceProcess service, String key) throws Exception {
        String half = "x".repeat(15_000);
        String lines = IntStream.range(0, EVENTS)
                .mapToObj(i ->
                        "{\"id\":\"e%d\",\"type\":\"routing_decision\",\"context\":{\"a\":\"%s\"},\"metadata\":{\"a\":\"%s\"}}\n"
                                .formatted(i, half, half))
                .collect(Collectors.joining());
        try (Stream<String> answers = service.post("/v1/events", key, lines).body()) {
            assertThat(answers.filter(line -> line.contains("\"created\"")).count())
                    .isEqualTo(EVENTS + 1);
        }
    }

    /** A byte a second; who is refused or closed comes again. */
    private static void readSlowly(int port, String key, AtomicInteger reading, AtomicInteger over) {
        boolean isCounted = false;
        while (over.get() == 0) {
            try (RawConnection connection = RawConnection.to(port)
                    .send("GET /v1/events?limit=1000 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                            + "\r\n\r\n")) {
                while (over.get() == 0 && connection.read(1, LIMIT).length > 0) {
                    if (!isCounted) {
                        isCounted = true;
                        int unused = reading.incrementAndGet();
                    }
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Of requests one after the other, in milliseconds. */
    private static long p99(JsonClient client) {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < ASKED; i++) {
            long began = System.nanoTime();
            assertThat(answer(client.get("/v1/search?q=one").block(LIMIT))).isEqualTo(200);
            nanos.add(System.nanoTime() - began);
        }
        return TimeUnit.NANOSECONDS.toMillis(nanos.stream().sorted().toList().get(ASKED * 99 / 100));
    }

    private static int answer(@Nullable Answer answer) {
        return Objects.requireNonNull(answer).status();
    }

    private static void until(BooleanSupplier fact) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!fact.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
