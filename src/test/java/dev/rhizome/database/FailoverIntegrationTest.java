package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.PostgresCluster;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The primary is killed under load, and a standby takes its place. */
class FailoverIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration UNTIL_WRITTEN = Duration.ofSeconds(10);
    private static final int WRITERS = 4;
    private static final int READERS = 2;
    /** What a request may be told that could not be served. */
    private static final Set<Integer> NOT_NOW = Set.of(503, 504);

    private final PostgresCluster cluster = new PostgresCluster();
    private final TestDatabase database = TestDatabase.of(cluster);
    private final RunningService service =
            RunningService.on(database, "--DB_POOL_MAX=8", "--RHIZOME_MAX_REPLICA_LAG=2s");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong acknowledgedAt = new AtomicLong();
    private volatile boolean over;

    @AfterEach
    void close() {
        service.close();
        cluster.close();
    }

    @Test
    void noAcknowledgedWriteIsLostOrDoubledAndTheServiceWritesAgainSoon() throws Exception {
        String tenant = service.newTenant("failover");
        String key = service.newKey(tenant, "writer");
        List<Thread> clients = IntStream.range(0, WRITERS + READERS)
                .mapToObj(number -> client(key, number))
                .toList();
        await("load", () -> acknowledged.size() > 30);

        cluster.kill(0);
        int primary = cluster.promote(List.of(1, 2));
        Duration unwritten = untilWritten(System.nanoTime());
        over = true;
        for (Thread client : clients) {
            assertThat(client.join(LIMIT)).isTrue();
        }

        assertThat(wrong).isEmpty();
        assertThat(unwritten).isLessThan(UNTIL_WRITTEN);
        assertThat(refused).as("requests while there was no primary").hasPositiveValue();
        assertThat(stored(tenant)).containsExactlyInAnyOrderElementsOf(acknowledged.keySet());
        assertThat(database.asApplication(
                        UUID.fromString(tenant),
                        "select subject from audit_log where action = 'created' group by subject having count(*) > 1"))
                .isEmpty();

        cluster.rejoin(0, primary);
        await("reads at the primary of before", () -> {
            HttpResponse<String> unused = get(key, "/v1/entities/w0-0");
            return !"0".equals(cluster.sql(0, """
                    select count(*) from pg_stat_activity
                     where usename = 'rhizome_app' and query like '%app.current_tenant%'
                    """));
        });
    }

    /** From the promotion until a write is acknowledged; then the load goes on for a while. */
    private Duration untilWritten(long promoted) throws IOException, InterruptedException {
        await("a write at the new primary", () -> acknowledgedAt.get() > promoted);
        Duration unwritten = Duration.ofNanos(acknowledgedAt.get() - promoted);
        int before = acknowledged.size();
        await("load", () -> acknowledged.size() > before + 30);
        return unwritten;
    }

    private List<String> stored(String tenant) throws Exception {
        return database.asApplication(UUID.fromString(tenant), """
                select entity_id from entities union all select event_id from performance_events
                """);
    }

    /** The first ones write one thing after another, each until it is acknowledged; the others read what was acknowledged. */
    private Thread client(String key, int number) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int turn = 0; !over; turn++) {
                    if (number < WRITERS) {
                        write(key, "w" + number + "-" + turn, turn % 2 == 0);
                    } else {
                        read(key, "w0-0");
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                wrong.add(e.toString());
            }
        });
    }

    private void write(String key, String id, boolean isEntity) throws IOException, InterruptedException {
        String path = isEntity ? "/v1/entities" : "/v1/events";
        String body = isEntity
                ? "{\"id\":\"" + id + "\",\"type\":\"NOTE\",\"name\":\"note " + id + "\"}"
                : "{\"id\":\"" + id + "\",\"type\":\"t\"}";
        while (!isAnswered(post(key, path, body), Set.of(200, 201))) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        acknowledged.merge(id, 1, Integer::sum);
        acknowledgedAt.set(System.nanoTime());
    }

    private void read(String key, String id) throws IOException, InterruptedException {
        if (acknowledged.containsKey(id)) {
            boolean unused = isAnswered(get(key, "/v1/entities/" + id), Set.of(200));
        }
    }

    private boolean isAnswered(HttpResponse<String> answer, Set<Integer> good) {
        if (good.contains(answer.statusCode())) {
            return true;
        }
        refused.incrementAndGet();
        boolean saysWhen = answer.statusCode() != 503
                || answer.headers().firstValue("Retry-After").isPresent();
        if (!NOT_NOW.contains(answer.statusCode()) || !saysWhen) {
            wrong.add(answer.statusCode() + " " + answer.body());
        }
        return false;
    }

    private HttpResponse<String> post(String key, String path, String body) throws IOException, InterruptedException {
        return http.send(
                request(key, path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String key, String path) throws IOException, InterruptedException {
        return http.send(request(key, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + key);
    }

    /** What may fail, and is asked again. */
    @FunctionalInterface
    private interface Fact {

        boolean isTrue() throws IOException, InterruptedException;
    }

    private void await(String what, Fact fact) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!fact.isTrue()) {
            assertThat(wrong).isEmpty();
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
