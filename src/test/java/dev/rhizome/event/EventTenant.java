package dev.rhizome.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * A tenant whose events are under test.
 *
 * @param service that it is a tenant of
 * @param id of the tenant
 * @param admin a client with an admin's key
 */
public record EventTenant(RunningService service, String id, JsonClient admin) {

    /** Longest that a test waits. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    /** When the first of {@link #append} happened: a day in a month of its own. */
    public static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A new tenant of {@code service}. */
    public static EventTenant create(RunningService service) {
        String tenant = service.newTenant("events-" + NUMBER.incrementAndGet());
        return new EventTenant(service, tenant, service.json(service.newKey(tenant, "admin")));
    }

    /** A client with a key of {@code role}. */
    public JsonClient as(String role) {
        return service.json(service.newKey(id, role));
    }

    /** Appends {@code events} events, one a minute, with every field. */
    public void append(int first, int events) {
        String lines = IntStream.range(first, first + events)
                .mapToObj(EventTenant::full)
                .collect(Collectors.joining("\n"));
        assertThat(lines(lines).getLast().at("/summary/created").asInt()).isEqualTo(events);
    }

    private static String full(int number) {
        return """
                {"id":"e%1$d","type":"task_execution_complete","at":"%2$s","agentId":"ada","taskId":"t%1$d",\
                "latency":{"averageMs":%1$d.50,"p95Ms":1e2},"accuracy":{"successRate":0.9,"qualityScore":null},\
                "resources":{"cpuPercent":12},"compliance":{"complianceScore":1},"cost":{"costPerTask":0.001},\
                "reliability":{"errorRatePercent":0.0},"context":{"b":[1,2.0,{"z":null,"a":"ä"}],"a":true},\
                "metadata":{"number":12345678901234567890}}
                """.formatted(number, BEGIN.plus(Duration.ofMinutes(number))).strip();
    }

    /** The answers to {@code lines}. */
    @CanIgnoreReturnValue
    public List<JsonNode> lines(String lines) {
        return list(answer(admin.postLines("/v1/events", lines)).body());
    }

    /** The body of the answer to a GET. */
    public JsonNode get(String path) {
        Answer answer = answer(admin.get(path));
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.body();
    }

    /** The items of a list. */
    public List<JsonNode> items(String path) {
        return list(get(path).path("items"));
    }

    /** The elements of {@code array}. */
    public static List<JsonNode> list(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(items::add);
        return items;
    }

    /** The answer, when it is there. */
    public static Answer answer(Mono<Answer> answer) {
        return Objects.requireNonNull(answer.block(LIMIT));
    }

    /** What verification finds, of all of the chain. */
    public JsonNode verify() {
        return get("/v1/events/verify");
    }

    /** Changes rows behind the service's back. */
    public void tamper(String... statements) {
        List<String> all = new ArrayList<>(List.of(
                "alter table rhizome.performance_events disable trigger append_only",
                "alter table rhizome.event_truncations disable trigger append_only",
                "set search_path = rhizome"));
        for (String statement : statements) {
            all.add(statement.replace("MINE", "tenant_id = '" + id + "'"));
        }
        all.add("alter table rhizome.performance_events enable trigger append_only");
        all.add("alter table rhizome.event_truncations enable trigger append_only");
        TestDatabase database = service.database();
        database.asAdministrator(all.toArray(String[]::new));
    }
}
