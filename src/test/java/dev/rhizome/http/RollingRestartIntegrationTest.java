package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.ReadyProxy;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.ServiceProcess.Place;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two processes behind a load balancer are restarted one after the other while they are in use. */
class RollingRestartIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int LINES = 5;

    private final TestDatabase database = TestDatabase.create();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> entities = new ConcurrentLinkedQueue<>();
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final Queue<String> verdicts = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** What a client sends for the {@code number}th time. All of it is posted, which no client sends twice by itself. */
    @FunctionalInterface
    private interface Work {

        void send(int number) throws IOException, InterruptedException;
    }

    @Test
    void noRequestAndNoWriteIsLost() throws Exception {
        Place one = Place.anywhere();
        Place other = Place.beside(one.home());
        ServiceProcess first = ServiceProcess.start(database, one);
        ServiceProcess second = ServiceProcess.start(database, other);
        UUID tenant = first.newTenant("rolling");
        String key = first.newKey(tenant, "writer");
        int before;
        try (ReadyProxy proxy = new ReadyProxy(List.of(one.port(), other.port()))) {
            proxy.awaitReady(one.port());
            proxy.awaitReady(other.port());
            List<Thread> clients = clients(proxy.port(), key);
            awaitWrites(10);
            first = restarted(first, one, proxy);
            before = entities.size();
            awaitWrites(before + 10);
            second = restarted(second, other, proxy);
            awaitWrites(entities.size() + 10);
            over = true;
            for (Thread client : clients) {
                assertThat(client.join(LIMIT)).isTrue();
            }
        } finally {
            over = true;
            first.close();
            second.close();
        }

        assertThat(failures).isEmpty();
        assertThat(database.asApplication(tenant, "select entity_id from entities"))
                .containsAll(entities);
        assertThat(database.asApplication(tenant, "select agent_id from performance_events"))
                .containsExactlyInAnyOrderElementsOf(events);
        assertThat(database.asApplication(tenant, "select entity_id from caws_provenance_graph"))
                .containsExactlyInAnyOrderElementsOf(verdicts);
    }

    private ServiceProcess restarted(ServiceProcess service, Place place, ReadyProxy proxy) throws Exception {
        service.terminate();
        assertThat(service.awaitEnd(LIMIT)).isEqualTo(143);
        ServiceProcess again = ServiceProcess.start(database, place);
        proxy.awaitReady(place.port());
        return again;
    }

    private void awaitWrites(int least) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (entities.size() < least || events.size() < least / 10 || verdicts.size() < least / 10) {
            assertThat(System.nanoTime()).as(failures.toString()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private List<Thread> clients(int port, String key) {
        List<Thread> clients = new ArrayList<>();
        clients.add(client(number -> entity(port, key, "one", number)));
        clients.add(client(number -> entity(port, key, "two", number)));
        clients.add(client(number -> lines(port, key, number)));
        clients.add(client(number -> {
            if (isGood(post(port, key, "/v1/events", "{\"type\":\"t\",\"agentId\":\"a" + number + "\"}"))) {
                events.add("a" + number);
            }
        }));
        clients.add(client(number -> {
            String verdict =
                    "{\"type\":\"verdict\",\"id\":\"v" + number + "\",\"description\":\"keeps to its budget\"}";
            if (isGood(post(port, key, "/v1/provenance", verdict))) {
                verdicts.add("v" + number);
            }
        }));
        clients.add(client(number -> {
            boolean unused = isGood(post(port, key, "/v1/search", "{\"query\":\"note " + number + "\",\"limit\":3}"));
        }));
        return clients;
    }

    private Thread client(Work work) {
        return Thread.ofVirtual().start(() -> {
            for (int number = 0; !over; number++) {
                try {
                    work.send(number);
                    TimeUnit.MILLISECONDS.sleep(150);
                } catch (IOException | InterruptedException e) {
                    failures.add(e.toString());
                }
            }
        });
    }

    private void entity(int port, String key, String client, int number) throws IOException, InterruptedException {
        String id = client + "-" + number;
        if (isGood(post(port, key, "/v1/entities", json(id)))) {
            entities.add(id);
        }
    }

    private void lines(int port, String key, int number) throws IOException, InterruptedException {
        List<String> ids = IntStream.range(0, LINES)
                .mapToObj(line -> "line-" + number + "-" + line)
                .toList();
        String lines = ids.stream().map(RollingRestartIntegrationTest::json).collect(Collectors.joining("\n"));
        HttpResponse<String> answer = post(port, key, "/v1/entities", lines);
        if (isGood(answer) && answer.body().contains("{\"summary\":{\"lines\":5,\"created\":5,")) {
            entities.addAll(ids);
        } else {
            failures.add(answer.body());
        }
    }

    private static String json(String id) {
        return "{\"id\":\"" + id + "\",\"type\":\"NOTE\",\"name\":\"note " + id + "\"}";
    }

    private boolean isGood(HttpResponse<String> answer) {
        boolean good = answer.statusCode() / 100 == 2;
        if (!good) {
            failures.add(answer.statusCode() + " " + answer.body());
        }
        return good;
    }

    private HttpResponse<String> post(int port, String key, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", body.contains("\n") ? "application/x-ndjson" : "application/json")
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
