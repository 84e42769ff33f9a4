package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.LIMIT;
import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** What the background jobs make of events: roll-ups, anomalies, retention; and the months that events are in. */
class EventUpkeepIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    /** Small parts, so that each test sees several, and jobs that run when a test says so. */
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--DB_POOL_MAX=4",
            "--rhizome.events.upkeep-interval=1000d",
            "--rhizome.events.roll-up-batch=70",
            "--rhizome.events.retention-interval=0ms",
            "--rhizome.events.retention-batch=10");

    private static final Instant HOUR = Instant.parse("2026-05-10T00:00:00Z");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static void doTheJobs() {
        StepVerifier.create(SERVICE.bean(EventUpkeep.class).goOn())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void rollUpsAreWhatTheEventsSayAndDoingItAgainChangesNothing() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.lines(randomLines(400, new Random(7)));
        doTheJobs();
        List<String> first = rollups(tenant);
        DATABASE.asApplication(UUID.fromString(tenant.id()), "update event_upkeep set rolled_up_to = 0");
        doTheJobs();

        assertThat(first).hasSizeGreaterThan(10).isEqualTo(rollups(tenant));
        isAsComputedHere(tenant);
    }

    /** By another way: one event after the other, percentiles by sorting. */
    private static void isAsComputedHere(EventTenant tenant) {
        Map<String, List<JsonNode>> groups = tenant.items("/v1/events?limit=1000").stream()
                .collect(Collectors.groupingBy(
                        event -> event.path("at").asString().substring(0, 13) + " "
                                + event.path("agentId").asString("") + " "
                                + event.path("type").asString()));
        List<JsonNode> rollups = tenant.items("/v1/events/rollups?limit=1000");

        assertThat(rollups).hasSize(groups.size());
        for (JsonNode rollup : rollups) {
            List<JsonNode> events = groups.getOrDefault(
                    rollup.path("hour").asString().substring(0, 13) + " "
                            + rollup.path("agentId").asString("") + " "
                            + rollup.path("type").asString(),
                    List.of());
            assertThat(rollup.path("events").asInt()).isEqualTo(events.size());
            List<Double> latencies = figures(events, "/latency/averageMs");
            assertThat(rollup.path("latencies").asInt()).isEqualTo(latencies.size());
            isMean(rollup, "latencyMeanMs", latencies);
            isMean(rollup, "successRate", figures(events, "/accuracy/successRate"));
            isMean(rollup, "errorRatePercent", figures(events, "/reliability/errorRatePercent"));
            if (!latencies.isEmpty()) {
                assertThat(rollup.path("latencyP50Ms").asDouble()).isCloseTo(percentile(latencies, 0.5), within(1e-9));
                assertThat(rollup.path("latencyP95Ms").asDouble()).isCloseTo(percentile(latencies, 0.95), within(1e-9));
                assertThat(rollup.path("latencyP99Ms").asDouble()).isCloseTo(percentile(latencies, 0.99), within(1e-9));
                assertThat(rollup.path("latencyMaxMs").asDouble()).isEqualTo(latencies.getLast());
            }
        }
    }

    private static List<Double> figures(List<JsonNode> events, String path) {
        return events.stream()
                .map(event -> event.at(path))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .sorted()
                .toList();
    }

    private static void isMean(JsonNode rollup, String field, List<Double> figures) {
        assertThat(rollup.has(field)).isEqualTo(!figures.isEmpty());
        if (!figures.isEmpty()) {
            assertThat(rollup.path(field).asDouble())
                    .isCloseTo(figures.stream().mapToDouble(f -> f).average().orElseThrow(), within(1e-9));
        }
    }

    private static double percentile(List<Double> sorted, double part) {
        double place = part * (sorted.size() - 1);
        int below = (int) place;
        double more = below + 1 < sorted.size() ? sorted.get(below + 1) - sorted.get(below) : 0;
        return sorted.get(below) + (place - below) * more;
    }

    private static List<String> rollups(EventTenant tenant) throws SQLException {
        return DATABASE.asApplication(
                UUID.fromString(tenant.id()), "select r::text from performance_rollups r order by r::text");
    }

    private static String randomLines(int events, Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            List<String> fields = new ArrayList<>(List.of("\"type\":\"t" + random.nextInt(2) + "\""));
            fields.add("\"at\":\"" + HOUR.plusSeconds(random.nextInt(6 * 3600)) + "\"");
            if (random.nextInt(4) > 0) {
                fields.add("\"agentId\":\"a" + random.nextInt(2) + "\"");
            }
            if (random.nextInt(3) > 0) {
                fields.add("\"latency\":{\"averageMs\":" + random.nextInt(1000) + "}");
            }
            if (random.nextInt(3) > 0) {
                fields.add("\"accuracy\":{\"successRate\":" + random.nextInt(5) / 4.0 + "}");
            }
            if (random.nextInt(9) > 7) {
                fields.add("\"reliability\":{\"errorRatePercent\":" + random.nextInt(100) + "}");
            }
            lines.add("{" + String.join(",", fields) + "}");
        }
        return String.join("\n", lines);
    }

    @Test
    void aLateEventIsCountedInItsHour() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 5);
        doTheJobs();
        tenant.lines("{\"type\":\"task_execution_complete\",\"agentId\":\"ada\",\"at\":\"2026-03-01T00:30:00Z\"}");
        assertThat(tenant.items("/v1/events/rollups").getFirst().path("events").asInt())
                .isEqualTo(5);
        doTheJobs();

        JsonNode rollup = tenant.items("/v1/events/rollups?agentId=ada").getFirst();
        assertThat(rollup.path("events").asInt()).isEqualTo(6);
        assertThat(rollup.path("latencies").asInt()).isEqualTo(5);
        assertThat(tenant.get("/v1/events/health").path("rolledUpTo").asInt()).isEqualTo(6);
    }

    @Test
    void anHourUnlikeTheHoursBeforeIsFoundOnceWithItsEvidence() {
        EventTenant tenant = EventTenant.create(SERVICE);
        for (int hour = 0; hour < 30; hour++) {
            tenant.lines(hour(hour, hour == 29 ? 900 : 100 + hour % 3, hour == 29 ? 0.1 : 0.95));
        }
        doTheJobs();
        doTheJobs();

        List<JsonNode> found =
                EventTenant.list(tenant.get("/v1/events/anomalies").path("items"));
        assertThat(found)
                .extracting(anomaly -> anomaly.path("type").asString())
                .containsExactlyInAnyOrder("latency_spike", "accuracy_drop");
        JsonNode spike = tenant.items("/v1/events/anomalies?type=latency_spike").getFirst();
        assertThat(spike.path("severity").asString()).isEqualTo("critical");
        assertThat(spike.path("agentId").asString()).isEqualTo("ada");
        assertThat(spike.at("/evidence/value").asDouble()).isGreaterThan(900);
        assertThat(spike.at("/evidence/median").asDouble()).isBetween(100.0, 130.0);
        assertThat(spike.at("/evidence/baselineHours").asInt()).isEqualTo(29);
        assertThat(spike.path("relatedEventIds").size()).isEqualTo(10);
        assertThat(spike.at("/relatedEventIds/0").asString()).isEqualTo("h29-19");
    }

    @Test
    void aShortPastIsNotJudgedAgainst() {
        EventTenant tenant = EventTenant.create(SERVICE);
        for (int hour = 0; hour < 20; hour++) {
            tenant.lines(hour(hour, hour == 19 ? 900 : 100, 1));
        }
        doTheJobs();

        assertThat(tenant.items("/v1/events/anomalies")).isEmpty();
    }

    private static String hour(int hour, int millis, double success) {
        return IntStream.range(0, 20)
                .mapToObj(i ->
                        """
                        {"id":"h%d-%d","type":"t","agentId":"ada","at":"%s","latency":{"averageMs":%d},\
                        "accuracy":{"successRate":%s}}""".formatted(hour, i, HOUR.plus(Duration.ofHours(hour)).plusSeconds(i), millis + i, success))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void whatIsOldIsDeletedFromTheBeginningAndTheChainHoldsBehindItsAnchor() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 25);
        tenant.lines(
                "{\"id\":\"new\",\"type\":\"t\"}\n{\"id\":\"late\",\"type\":\"t\",\"at\":\"2026-01-01T00:00:00Z\"}");
        retain(tenant, "delete", 30);
        doTheJobs();

        JsonNode found = tenant.verify();
        assertThat(found.path("valid").asBoolean()).isTrue();
        assertThat(found.path("events").asInt()).isEqualTo(2);
        assertThat(found.path("from").asInt()).isEqualTo(26);
        assertThat(found.at("/anchor/sequence").asInt()).isEqualTo(25);
        assertThat(found.at("/anchor/policy").asString()).isEqualTo("delete");
        assertThat(tenant.items("/v1/events"))
                .extracting(event -> event.path("id").asString())
                .containsExactly("new", "late");
        assertThat(DATABASE.asApplication(
                        UUID.fromString(tenant.id()),
                        "select actor || ' ' || subject from audit_log where action = 'pruned' order by occurred_at"))
                .containsExactly("retention 1-10", "retention 11-20", "retention 21-25");
        assertThat(tenant.items("/v1/events/rollups?until=2026-04-01T00:00:00Z").stream()
                        .filter(rollup -> rollup.path("type").asString().startsWith("task"))
                        .mapToInt(rollup -> rollup.path("events").asInt())
                        .sum())
                .isEqualTo(25);
        tenant.append(100, 3);
        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
        tenant.tamper("delete from performance_events where MINE and sequence = 26");
        assertThat(tenant.verify().at("/firstBad/sequence").asInt()).isEqualTo(26);
    }

    @Test
    void whatIsArchivedCanBeVerifiedByItself() throws IOException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 25);
        retain(tenant, "archive", 30);
        IntegrityKey key = SERVICE.bean(IntegrityKey.class);
        EventArchive archive = SERVICE.bean(EventArchive.class);

        JsonNode retained =
                answer(tenant.admin().post("/v1/events/retention", "")).body();

        assertThat(retained.path("removed").asInt()).isEqualTo(25);
        assertThat(retained.path("files").size()).isEqualTo(3);
        String previous = EventChain.BEGINNING;
        long next = 1;
        for (JsonNode file : retained.path("files")) {
            EventArchive.Part part = EventArchive.verify(archive.resolve(file.asString()), key);
            assertThat(part.from()).isEqualTo(next);
            assertThat(part.previousMac()).isEqualTo(previous);
            next = part.to() + 1;
            previous = part.mac();
        }
        assertThat(next).isEqualTo(26);
        assertThat(tenant.verify().at("/anchor/mac").asString()).isEqualTo(previous);
        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        isFoundOut(archive.resolve(retained.at("/files/1").asString()), key);
        assertThat(answer(tenant.admin().post("/v1/events/retention", ""))
                        .body()
                        .path("removed")
                        .asInt())
                .isZero();
    }

    private static void isFoundOut(Path file, IntegrityKey key) throws IOException {
        String lines =
                new String(new GZIPInputStream(Files.newInputStream(file)).readAllBytes(), StandardCharsets.UTF_8);
        for (String changed : List.of(
                lines.replace("\"e13\"", "\"e99\""),
                lines.replaceFirst("(?m)^.*\"e15\".*\n", ""),
                lines.replaceFirst("(?m)^.*\"e20\".*\n", ""),
                lines + "{}\n")) {
            Path copy = Files.createTempFile("changed", ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(copy))) {
                out.write(changed.getBytes(StandardCharsets.UTF_8));
            }
            assertThatThrownBy(() -> EventArchive.verify(copy, key)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsRetainedStays() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 5);
        doTheJobs();
        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
        retain(tenant, "retain", 1);
        doTheJobs();

        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
        assertThat(tenant.verify().has("anchor")).isFalse();
    }

    @Test
    void nothingIsRemovedFromAChainThatDoesNotHold() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 5);
        tenant.tamper("update performance_events set agent_id = 'eve' where MINE and sequence = 3");
        retain(tenant, "delete", 30);
        doTheJobs();

        assertThat(answer(tenant.admin().post("/v1/events/retention", "")).status())
                .isEqualTo(409);
        assertThat(tenant.verify().at("/firstBad/sequence").asInt()).isEqualTo(3);
        assertThat(tenant.items("/v1/events")).hasSize(5);
    }

    private static void retain(EventTenant tenant, String policy, int days) {
        SERVICE.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + tenant.id())
                .bodyValue(Map.of("retention", Map.of("events", Map.of("days", days, "policy", policy))))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"events\":{\"days\":0,\"policy\":\"delete\"}}",
                "{\"events\":{\"days\":\"90\",\"policy\":\"delete\"}}",
                "{\"events\":{\"policy\":\"delete\"}}",
                "{\"events\":{\"days\":90,\"policy\":\"burn\"}}",
                "{\"events\":{\"days\":90}}",
                "{\"evnets\":{\"days\":90,\"policy\":\"delete\"}}",
                "{\"events\":90}",
            })
    void aRetentionThatMeansNothingIsRefused(String retention) {
        EventTenant tenant = EventTenant.create(SERVICE);

        SERVICE.client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + tenant.id())
                .header("Content-Type", "application/json")
                .bodyValue("{\"retention\":" + retention + "}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].field")
                .value(field -> assertThat(field.toString()).startsWith("retention"));
    }

    @Test
    void eventsCannotBePrunedPastAnAnchor() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 3);

        assertThatThrownBy(() -> DATABASE.asApplication(UUID.fromString(tenant.id()), "select prune_events(2, 10)"))
                .hasMessageContaining("no anchor is recorded");
    }

    @Test
    void monthsAreMadeWhenTheyAreNeededByAnyNumberAtOnce() throws SQLException {
        List<String> lines = List.of(
                "{\"type\":\"t\",\"at\":\"2025-06-15T00:00:00Z\"}",
                "{\"type\":\"t\",\"at\":\"2025-07-31T23:59:59.999999Z\"}",
                "{\"type\":\"t\",\"at\":\"2025-08-01T00:00:00Z\"}");
        List<EventTenant> tenants =
                IntStream.range(0, 6).mapToObj(i -> EventTenant.create(SERVICE)).toList();

        Flux.fromIterable(tenants)
                .flatMap(tenant -> tenant.admin().postLines("/v1/events", String.join("\n", lines)), 6)
                .map(answer -> answer.body().path(3).at("/summary/created").asInt())
                .as(StepVerifier::create)
                .expectNext(3, 3, 3, 3, 3, 3)
                .expectComplete()
                .verify(LIMIT);

        assertThat(DATABASE.asApplication(
                        UUID.fromString(tenants.getFirst().id()),
                        "select tableoid::regclass::text from performance_events order by occurred_at"))
                .containsExactly(
                        "performance_events_2025_06", "performance_events_2025_07", "performance_events_2025_08");
        assertThat(DATABASE.asApplication(null, "select add_event_partition('2025-06-30')"))
                .containsExactly("f");
        assertThat(DATABASE.asApplication(null, "select add_event_partition('1990-06-30')"))
                .containsExactly("f");
        assertThatThrownBy(() ->
                        DATABASE.asApplication(null, "select add_event_partition((now() + interval '4 months')::date)"))
                .hasMessageContaining("at most two months from now");
        assertThatThrownBy(() -> DATABASE.asApplication(
                        UUID.fromString(tenants.getFirst().id()), "select 1 from performance_events_2025_06"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void aMonthIsAddedWhileOthersReadAndWrite() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 3);
        String open = "set app.current_tenant = '" + tenant.id() + "'; select count(*) from rhizome.performance_events;"
                + " lock table rhizome.performance_events in row exclusive mode";
        try (TestDatabase.Held held = DATABASE.hold(open)) {
            assertThat(held.isHeld()).isTrue();
            assertThat(tenant.lines("{\"type\":\"t\",\"at\":\"2025-10-15T00:00:00Z\"}")
                            .getLast()
                            .at("/summary/created")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void onlyTheMonthsThatAreAskedForAreRead() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 3);
        tenant.lines(
                "{\"type\":\"t\",\"at\":\"2025-09-15T00:00:00Z\"}\n{\"type\":\"t\",\"at\":\"2026-01-15T00:00:00Z\"}");

        assertThat(plan(tenant, "'ada'", "null"))
                .containsPattern("Index Scan Backward using performance_events_2026_03_tenant_id_agent_id\\w*")
                .contains("agent_id = 'ada'")
                .doesNotContain("2025_09", "2026_01", "before_2025", "Sort");
        assertThat(plan(tenant, "null", "'routing_decision'"))
                .containsPattern("Index Scan Backward using performance_events_2026_03_tenant_id_type\\w*")
                .doesNotContain("2025_09", "2026_01", "before_2025", "Sort");
    }

    /** Of a list of an hour, by indexes even where the table is too small for them to pay. */
    private static String plan(EventTenant tenant, String agent, String type) throws SQLException {
        String sql = EventRepository.LIST
                .replace("$1", "'2026-03-01 01:00+00'::timestamptz")
                .replace("$2", "0")
                .replace("$3", "'2026-03-01 00:00+00'::timestamptz")
                .replace("$4", agent)
                .replace("$5", "null")
                .replace("$6", type)
                .replace("$7", "51");
        return String.join(
                "\n",
                DATABASE.asApplication(
                        UUID.fromString(tenant.id()),
                        "set enable_seqscan = off; set enable_bitmapscan = off; explain " + sql));
    }

    @Test
    void nothingIsLeftOfATenantThatIsRemoved() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 25);
        tenant.lines(hour(1, 100, 1));
        retain(tenant, "delete", 30);
        doTheJobs();
        Mono<?> gone = SERVICE.json(RunningService.OPERATOR).delete("/v1/tenants/" + tenant.id());
        StepVerifier.create(gone).expectNextCount(1).expectComplete().verify(LIMIT);

        for (String table : DATABASE.asApplication(null, """
                select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p')
                   and not relispartition and relname ~ '^(event|performance|benchmark|agent_performance)_'
                """)) {
            assertThat(DATABASE.asApplication(UUID.fromString(tenant.id()), "select 1 from " + table))
                    .as(table)
                    .isEmpty();
        }
    }
}
