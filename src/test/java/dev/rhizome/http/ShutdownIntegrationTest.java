package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.EventStream;
import dev.rhizome.testing.RawConnection;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.ServiceProcess.Place;
import dev.rhizome.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What SIGTERM does to a service that is in use. */
class ShutdownIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String QUESTION = "/v1/search?q=note&stages=true&limit=3&legs=vector,text";
    /** Keeps its answer back until the test lets it go, so that a search goes on as long as the test wants. */
    private final AtomicReference<Sinks.One<String>> gate = new AtomicReference<>(Sinks.one());

    private final EmbeddingServer embeddings =
            new EmbeddingServer((asked, number, response) -> response.header("Content-Type", "application/json")
                    .sendString(gate.get().asMono()));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void stop() {
        embeddings.close();
        http.close();
    }

    private ServiceProcess service(Place place, String... settings) throws IOException, InterruptedException {
        return ServiceProcess.start(
                database,
                place,
                Stream.concat(
                                Stream.of(
                                        "--rhizome.embedding.url=" + embeddings.url(),
                                        "--rhizome.embedding.model=gated",
                                        "--rhizome.embedding.dimension=8",
                                        "--rhizome.embedding.timeout=60s",
                                        "--rhizome.search.embedding-timeout=60s"),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    @Test
    void streamsAndUploadsAreToldWhereToGoOnAndGoOnThere() throws Exception {
        Place place = Place.anywhere();
        Upload upload = new Upload();
        UUID uploading;
        String writer;
        String reader;
        Broken broken;
        try (ServiceProcess service =
                service(place, "--rhizome.shutdown.drain=2s", "--rhizome.shutdown.streams=500ms")) {
            uploading = service.newTenant("uploading");
            writer = service.newKey(uploading, "writer");
            reader = service.newKey(service.newTenant("searching"), "writer");
            assertThat(post(service, reader, Upload.lines(1, 4))).hasSize(4);
            CompletableFuture<EventStream> search = search(service, reader);
            CompletableFuture<List<JsonNode>> uploaded = upload.start(service, writer);
            upload.awaitAnswers();
            broken = terminate(service, reader, search, uploaded);
        }
        int next = stoppedAt(broken.answers());
        assertThat(stored(uploading)).hasSize(next - 1);
        gate.get()
                .tryEmitValue("{\"data\":[{\"index\":0,\"embedding\":" + Upload.VECTOR + "}]}")
                .orThrow();

        try (ServiceProcess again = service(place)) {
            String id = lastId(broken.search());
            EventStream rest =
                    EventStream.received(get(again, QUESTION, reader, id).body());
            EventStream whole =
                    EventStream.received(get(again, QUESTION, reader, null).body());
            List<String> given = new ArrayList<>(broken.search().lasting());
            given.removeLast();
            given.addAll(rest.lasting());
            assertThat(given).isEqualTo(whole.lasting());
            List<JsonNode> others = post(again, writer, Upload.lines(next, upload.sent() + 1));
            assertThat(others.getLast().path("summary").path("created").asInt()).isEqualTo(upload.sent() - next + 1);
            assertThat(stored(uploading)).hasSize(upload.sent());
        }
    }

    /** What a search and an upload were given until the service ended. */
    private record Broken(EventStream search, List<JsonNode> answers) {}

    private Broken terminate(
            ServiceProcess service,
            String key,
            CompletableFuture<EventStream> search,
            CompletableFuture<List<JsonNode>> upload)
            throws Exception {
        long asked = System.nanoTime();
        service.terminate();

        awaitRefusal(service);
        HttpResponse<String> late = get(service, "/v1/entities/n1", key, null);
        assertThat(late.statusCode()).isEqualTo(200);
        assertThat(late.headers().firstValue("connection")).contains("close");
        Broken broken = new Broken(
                search.get(LIMIT.toSeconds(), TimeUnit.SECONDS), upload.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertThat(service.awaitEnd(LIMIT)).isEqualTo(143);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(8));
        assertThat(service.log())
                .containsSubsequence(
                        "event=\"shutdown-began\"",
                        "event=\"shutdown-drained\"",
                        "Graceful shutdown complete",
                        "event=\"shutdown-jobs\"",
                        "event=\"shutdown-database\" inUse=\"0\"");
        return broken;
    }

    /** The number in the line in front of the summary; the lines before it were all stored, in their order. */
    private static int stoppedAt(List<JsonNode> answers) {
        JsonNode last = answers.get(answers.size() - 2);
        assertThat(last.path("problem").path("type").asString()).isEqualTo("urn:rhizome:problem:stopping");
        int next = last.path("line").asInt();
        assertThat(answers.getLast().path("summary").path("created").asInt()).isEqualTo(next - 1);
        assertThat(answers.subList(0, answers.size() - 2))
                .hasSize(next - 1)
                .allMatch(line -> line.path("status").asString().equals("created"));
        return next;
    }

    private static String lastId(EventStream begun) {
        EventStream.Event bye = begun.events().getLast();
        assertThat(bye.name()).isEqualTo("bye");
        assertThat(begun.body()).contains("\n\nretry:1000\nevent:bye\n");
        assertThat(begun.events()).hasSizeGreaterThan(1);
        assertThat(bye.id())
                .isEqualTo(begun.events().get(begun.events().size() - 2).id());
        assertThat(JsonMapper.shared().readTree(bye.data()).path("lastEventId").asString())
                .isEqualTo(bye.id());
        return Objects.requireNonNull(bye.id());
    }

    /** Lines that are sent one by one, until the service has answered all that it will. */
    private static final class Upload {

        private static final String VECTOR = "[1,0,0,0,0,0,0,0]";
        private static final int ANSWERS = 50;

        private final AtomicInteger sent = new AtomicInteger();
        private final CountDownLatch answered = new CountDownLatch(1);

        /** Lines from {@code first} to the one in front of {@code end}. */
        private static String lines(int first, int end) {
            return IntStream.range(first, end).mapToObj(Upload::line).collect(Collectors.joining());
        }

        private static String line(int number) {
            return "{\"id\":\"n%d\",\"type\":\"NOTE\",\"name\":\"note %d\",\"embedding\":%s}\n"
                    .formatted(number, number, VECTOR);
        }

        private CompletableFuture<List<JsonNode>> start(ServiceProcess service, String key) {
            RawConnection connection = RawConnection.to(service.port());
            connection.send("POST /v1/entities HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                    + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            CompletableFuture<List<JsonNode>> answers = CompletableFuture.supplyAsync(() -> read(connection));
            Thread.ofVirtual().start(() -> write(connection, answers));
            return answers;
        }

        private void write(RawConnection connection, CompletableFuture<?> answers) {
            try {
                while (!answers.isDone()) {
                    String line = line(sent.get() + 1);
                    connection.send(Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
                    sent.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(2);
                }
            } catch (UncheckedIOException | InterruptedException over) {
                return; // the service has closed the connection
            }
        }

        /** Each chunk of the answer is whole lines, beside which its size stands. */
        private List<JsonNode> read(RawConnection connection) {
            List<JsonNode> lines = new ArrayList<>();
            try (connection;
                    BufferedReader answer = connection.reader(LIMIT)) {
                for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                    if (line.startsWith("{")) {
                        lines.add(JsonMapper.shared().readTree(line));
                    }
                    if (lines.size() == ANSWERS) {
                        answered.countDown();
                    }
                }
            } catch (IOException reset) {
                return lines;
            }
            return lines;
        }

        private void awaitAnswers() throws InterruptedException {
            assertThat(answered.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        private int sent() {
            return sent.get();
        }
    }

    @Test
    void aSecondSignalAndTheLimitEndTheProcess() throws Exception {
        try (ServiceProcess twice = service(Place.anywhere(), "--rhizome.shutdown.drain=60s")) {
            twice.terminate();
            awaitRefusal(twice);
            twice.terminate();
            assertThat(twice.awaitEnd(Duration.ofSeconds(5))).isEqualTo(143);
            assertThat(twice.log()).doesNotContain("shutdown-drained");
        }
        try (ServiceProcess slow =
                service(Place.anywhere(), "--rhizome.shutdown.drain=60s", "--rhizome.shutdown.limit=1s")) {
            slow.terminate();
            assertThat(slow.awaitEnd(Duration.ofSeconds(10))).isEqualTo(143);
            assertThat(slow.log()).contains("the shutdown took longer than rhizome.shutdown.limit");
        }
    }

    private static void awaitRefusal(ServiceProcess service) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (service.isReady()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private List<String> stored(UUID tenant) throws SQLException {
        return database.asApplication(tenant, "select entity_id from entities");
    }

    private static List<JsonNode> post(ServiceProcess service, String key, String lines) throws Exception {
        try (Stream<String> answers = service.post("/v1/entities", key, lines).body()) {
            return answers.map(JsonMapper.shared()::readTree).toList();
        }
    }

    /** A search that has begun: what the words find is there, and the vector is being made. */
    private CompletableFuture<EventStream> search(ServiceProcess service, String key) {
        CompletableFuture<EventStream> answer = http.sendAsync(
                        request(service, QUESTION, key, null), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> EventStream.received(response.body()));
        embeddings.arrived().block(LIMIT);
        return answer;
    }

    private HttpResponse<String> get(ServiceProcess service, String path, String key, @Nullable String lastEventId)
            throws IOException, InterruptedException {
        return http.send(request(service, path, key, lastEventId), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(ServiceProcess service, String path, String key, @Nullable String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                .header("Authorization", "Bearer " + key)
                .header("Accept", path.equals(QUESTION) ? "text/event-stream" : "application/json");
        return (lastEventId == null ? request : request.header("Last-Event-ID", lastEventId)).build();
    }
}
