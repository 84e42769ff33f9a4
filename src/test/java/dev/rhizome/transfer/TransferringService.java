package dev.rhizome.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A service whose tenants are exported and imported. */
record TransferringService(TestDatabase database, RunningService service) implements AutoCloseable {

    /** How long an answer is waited for. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    /** How many rows of entities a {@link #busyTenant} has: 300 sent, and those of its document and its provenance. */
    static final int ENTITIES = 307;

    /** How many vectors it has. */
    static final int VECTORS = 306;

    private static final List<String> WORDS =
            List.of("river", "clock", "harbour", "engine", "garden", "copper", "letter", "winter", "mirror", "bridge");

    /** One that counts a tenant for each search: what it remembers for a moment would be seen in the first scores. */
    static TransferringService start(String... settings) {
        TestDatabase database = TestDatabase.create();
        String[] all = Stream.concat(
                        Stream.of(
                                "--DB_POOL_MAX=4",
                                "--rhizome.indexing.late-interval=100ms",
                                "--rhizome.indexing.profile-age=0s"),
                        Stream.of(settings))
                .toArray(String[]::new);
        return new TransferringService(database, RunningService.on(database, all));
    }

    /** The operator's answer to {@code request}, with {@code headers} as names and values in turn. */
    Reply ask(Request request, String... headers) {
        return service.raw(RunningService.OPERATOR).ask(request, headers);
    }

    JsonClient client(String tenant, String role) {
        return service.json(service.newKey(tenant, role));
    }

    String export(String tenant) {
        Reply answer = ask(Request.of("GET", "/v1/tenants/" + tenant + "/export"));
        assertThat(answer.status()).as(answer::toString).isEqualTo(200);
        return answer.text();
    }

    Reply load(String slug, String lines) {
        return ask(Request.lines("/v1/tenants/import?slug=" + slug, lines));
    }

    void delete(String tenant) {
        assertThat(ask(Request.of("DELETE", "/v1/tenants/" + tenant)).status()).isEqualTo(204);
    }

    /** A tenant with some of everything that clients can send: 300 entities, a document, five of provenance and of events. */
    String busyTenant(String slug) {
        String tenant = service.newTenant(slug);
        JsonClient client = client(tenant, "writer");
        String lines = IntStream.range(0, 300)
                .mapToObj(i -> "{\"id\":\"n%d\",\"type\":\"T\",\"name\":\"%s %d\",\"text\":\"about %s and %s\"}"
                        .formatted(i, word(i), i, word(i * 7), word(i * 13)))
                .collect(Collectors.joining("\n"));
        assertThat(Objects.requireNonNull(
                                client.postLines("/v1/entities", lines).block(LIMIT))
                        .status())
                .isEqualTo(200);
        post(
                client,
                "/v1/documents",
                "{\"id\":\"d\",\"title\":\"Rivers\",\"text\":\"A river runs. It bends at the town.\"}");
        IntStream.range(0, 5).forEach(i -> appendTo(client, "e" + i));
        until("select count(*) from rhizome.late_vectors where tenant_id = '" + tenant + "'", "0");
        return tenant;
    }

    static String word(int i) {
        return WORDS.get(i % WORDS.size());
    }

    /** Appends an entry to the tenant's provenance and one to its events. */
    static void appendTo(JsonClient client, String id) {
        post(client, "/v1/provenance", "{\"type\":\"gate\",\"id\":\"%s\",\"description\":\"fine\"}".formatted(id));
        post(client, "/v1/events", "{\"id\":\"%s\",\"type\":\"task_end\",\"agentId\":\"a\"}".formatted(id));
    }

    static void post(JsonClient client, String path, String json) {
        JsonClient.Answer answer =
                Objects.requireNonNull(client.post(path, json).block(LIMIT));
        assertThat(answer.status()).as(path + ": " + answer.body()).isIn(200, 201);
    }

    static JsonNode get(JsonClient client, String path) {
        JsonClient.Answer answer = Objects.requireNonNull(client.get(path).block(LIMIT));
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Waits until the one value that {@code sql} reads is {@code expected}. */
    void until(String sql, String expected) {
        long end = System.nanoTime() + LIMIT.toNanos();
        String found = one(sql);
        while (!found.equals(expected)) {
            assertThat(System.nanoTime()).as(sql + ": " + found).isLessThan(end);
            Mono.delay(Duration.ofMillis(50)).block();
            found = one(sql);
        }
    }

    private String one(String sql) {
        try {
            return database.readAsAdministrator(sql).getFirst();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
