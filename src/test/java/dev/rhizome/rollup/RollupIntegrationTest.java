package dev.rhizome.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.event.EventTenant;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Roll-ups of events, and the anomalies in them. */
class RollupIntegrationTest {

    private static final EventJobs JOBS = EventJobs.start();
    private static final RunningService SERVICE = JOBS.service();
    private static final TestDatabase DATABASE = JOBS.database();
    private static final Instant HOUR = Instant.parse("2026-05-10T00:00:00Z");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void rollUpsAreWhatTheEventsSayAndDoingItAgainChangesNothing() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.lines(randomLines(400, new Random(7)));
        JOBS.run();
        List<String> first = rollups(tenant);
        DATABASE.asApplication(UUID.fromString(tenant.id()), "update event_progress set processed_to = 0");
        JOBS.run();

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
        JOBS.run();
        tenant.lines("{\"type\":\"task_execution_complete\",\"agentId\":\"ada\",\"at\":\"2026-03-01T00:30:00Z\"}");
        assertThat(tenant.items("/v1/events/rollups").getFirst().path("events").asInt())
                .isEqualTo(5);
        JOBS.run();

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
        JOBS.run();
        JOBS.run();

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
        JOBS.run();

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
}
