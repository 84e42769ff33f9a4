package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Tenant;
import dev.rhizome.testing.RunningService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The benchmarks as they are run, on next to nothing, against the real service. */
class BenchContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final URI URL = URI.create("http://localhost:" + SERVICE.port());

    @TempDir
    private Path directory = Path.of("");

    private Path collection = Path.of("");

    @BeforeEach
    void aCollection() throws IOException {
        collection = Files.createDirectory(directory.resolve("tiny"));
        Files.writeString(collection.resolve("documents.tsv"), """
                id\ttitle\tabstract
                clock\tClocks\tA timepiece shows the time of day.
                watch\tWatches\tA small timepiece worn on the wrist.
                river\tRivers\tA large natural stream of water.
                boat\tBoats\tA small vessel for travel on water.
                bread\tBread\tFood made of dough of flour, and baked.
                """);
        Files.writeString(collection.resolve("queries.tsv"), """
                id\tquery
                time\tshows the time of day
                water\tsomething to travel on water with
                """);
        Files.writeString(collection.resolve("judgements.tsv"), """
                query\tdocument\tgrade
                time\tclock\t2
                time\twatch\t1
                water\tboat\t1
                """);
        Files.writeString(collection.resolve("citations.tsv"), "a\tb\nclock\twatch\nboat\triver\n");
    }

    @AfterEach
    void noTenantIsLeft() {
        try (RhizomeClient client = RhizomeClient.of(URL).withKey(RunningService.OPERATOR)) {
            assertThat(Blocking.get(client.tenants().list().map(Tenant::slug).collectList()))
                    .noneMatch(slug -> slug.startsWith("bench-"));
        }
    }

    @Test
    void relevanceMeasuresEachWayToAsk() {
        JsonNode report = report("relevance", collection.toString());

        JsonNode figures = report.path("figures");
        assertThat(report.path("settings").path("edges").asInt()).isEqualTo(2);
        assertThat(report.path("machine").path("cores").asInt()).isPositive();
        assertThat(figures.path("means").propertyNames()).containsExactly("vector", "text", "hybrid", "graph");
        assertThat(figures.at("/means/vector/recall@100").asDouble()).isEqualTo(1);
        // The text leg finds no watch, which has none of the words: 2 / (2 + 1 / log2(3)), precision 1 of 2.
        assertThat(figures.at("/perQuery/time/text/nDCG@10").asDouble()).isCloseTo(0.7601876, within(1e-6));
        assertThat(figures.at("/perQuery/time/text/MAP").asDouble()).isEqualTo(0.5);
        assertThat(figures.path("differences").size()).isEqualTo(9);
    }

    @Test
    void relevanceTakesSettingsAndNoise() {
        JsonNode report =
                report("relevance", collection.toString(), "--set", "hops=2", "--noise", "hubs", "--noise-edges", "3");

        assertThat(report.at("/settings/set/hops").asString()).isEqualTo("2");
        assertThat(report.at("/settings/noise").asString()).isEqualTo("hubs");
        assertThat(report.at("/settings/edges").asInt()).isEqualTo(3);
    }

    @Test
    void whatTheServiceRefusesIsAnErrorAndLeavesNoTenant() {
        assertThat(run("relevance", collection.toString(), "--set", "hops=many"))
                .isEqualTo(1);
        assertThat(run("relevance", collection.toString(), "--set", "limit=3")).isEqualTo(1);
        assertThat(run("relevance", directory.resolve("nowhere").toString())).isEqualTo(1);
        assertThat(run("relevance")).isEqualTo(2);
    }

    @Test
    void tenantsFindTheTruthBesideOneAnother() {
        JsonNode report = report("tenants", "--rows", "200", "--queries", "5", "--warm-up", "1");

        assertThat(report.path("figures").path("beforeTheLarge").propertyNames())
                .containsExactly("0.01 %", "0.1 %", "1 %");
        for (String when : List.of("tenantByTenant", "inTurns", "byManyClients")) {
            JsonNode figures = report.path("figures").path(when);
            assertThat(figures.propertyNames()).containsExactly("0.01 %", "0.1 %", "1 %", "10 %", "the rest");
            assertThat(figures.path("the rest").path("rows").asInt()).isEqualTo(176);
            for (JsonNode each : figures) {
                assertThat(each.path("recall").asDouble()).isEqualTo(1);
                assertThat(each.path("returned").asInt())
                        .isEqualTo(each.path("asked").asInt());
                assertThat(each.at("/plans/0").asString()).isEqualTo("exact");
            }
        }
    }

    @Test
    void walksReachMoreTheFartherTheyGo() {
        for (String shape : List.of("UNIFORM", "POWER_LAW")) {
            JsonNode report = report(
                    "walks",
                    "--entities",
                    "300",
                    "--degree",
                    "2",
                    "--shape",
                    shape,
                    "--queries",
                    "4",
                    "--warm-up",
                    "1",
                    "--clients",
                    "1,2");

            List<JsonNode> figures = report.at("/figures/walks").valueStream().toList();
            assertThat(figures).extracting(each -> each.path("hops").asInt()).containsExactly(1, 2, 3, 1, 2, 3);
            assertThat(figures).allMatch(each -> each.at("/latencies/requests").asInt() == 4);
            assertThat(figures.get(0).path("reached").asDouble()).isPositive();
            assertThat(figures.get(2).path("reached").asDouble())
                    .isGreaterThan(figures.get(0).path("reached").asDouble());
        }
    }

    @Test
    void walksRefuseWhatTheyCannotDo() {
        assertThat(run("walks", "--degree", "0")).isEqualTo(1);
        assertThat(run("walks", "--clients", "0")).isEqualTo(1);
        assertThat(run("walks", "--queries", "0")).isEqualTo(1);
        assertThat(run("walks", "--shape", "ROUND")).isEqualTo(2);
    }

    @Test
    void searchMeasuresEveryKindForEveryNumberOfClients() {
        JsonNode report = report("search", "--limit", "30", "--queries", "3", "--clients", "1,2", "--warm-up", "1");

        assertThat(report.path("figures").valueStream())
                .hasSize(18)
                .allMatch(each -> each.at("/latencies/requests").asInt() == 3)
                .filteredOn(each -> each.path("what").asString().equals("vector"))
                .allMatch(each -> each.path("results").asDouble() == 10);
    }

    @Test
    void ingestCountsWhatItWrote() {
        JsonNode figures = report("ingest", "--entities", "40", "--embed").path("figures");

        assertThat(figures.at("/entities with vectors/count").asInt()).isEqualTo(40);
        assertThat(figures.at("/entities to be embedded/count").asInt()).isEqualTo(2);
        assertThat(figures.at("/relationships/count").asInt()).isEqualTo(80);
        assertThat(figures.at("/relationships/perSecond").asDouble()).isPositive();
    }

    @Test
    void eventsAreAllTakenAndFound() {
        JsonNode figures = report(
                        "events", "--events", "60", "--clients", "2", "--queries", "3", "--warm-up", "1", "--no-wait")
                .path("figures");

        assertThat(figures.path("ingest").valueStream())
                .extracting(part -> part.path("events").asInt())
                .containsExactly(30, 30);
        assertThat(figures.path("lastHour").valueStream())
                .extracting(found -> found.at("/latencies/requests").asInt())
                .containsExactly(3, 3);
    }

    @Test
    void provenanceCountsWhatItChainedAndVerified() {
        JsonNode figures = report("provenance", "--appends", "12", "--clients", "3", "--lines", "20", "--warm-up", "1")
                .path("figures");

        assertThat(figures.at("/one by one/requests").asInt()).isEqualTo(12);
        assertThat(figures.at("/in lines/count").asInt()).isEqualTo(20);
        assertThat(figures.at("/verified/entries").asInt()).isEqualTo(33);
        assertThat(figures.at("/verified/perSecond").asDouble()).isPositive();
    }

    @Test
    void loadReadsStreamsAndKeepsToRates() {
        JsonNode figures = report("load", "--rows", "60", "--clients", "3", "--seconds", "1")
                .path("figures");

        assertThat(figures.path("streams").valueStream()).hasSize(1).allSatisfy(each -> {
            assertThat(each.path("failed").asInt(-1)).isZero();
            assertThat(each.at("/latencies/requests").asInt()).isPositive();
        });
        assertThat(figures.path("openLoop").valueStream()).hasSize(4).allSatisfy(each -> {
            assertThat(each.path("failed").asInt(-1)).isZero();
            assertThat(each.path("answered").asDouble()).isPositive();
        });
    }

    @Test
    void neighboursAreMeasuredBesideEachNoise() {
        JsonNode figures = report("neighbours", "--things", "30", "--clients", "2", "--seconds", "1")
                .path("figures");

        assertThat(figures.valueStream()).hasSize(6).allSatisfy(each -> {
            assertThat(each.at("/latencies/requests").asInt()).isPositive();
            assertThat(each.path("failed").asInt(-1)).isZero();
        });
        assertThat(figures.get(5).path("answers").asInt()).isPositive();
        assertThat(figures.get(0).path("answers").asInt(-1)).isZero();
        assertThat(figures.get(2).path("answers").asInt()).isPositive();
    }

    @Test
    void aCrowdSharesAndItIsToldHowEvenly() {
        JsonNode figures = report("crowd", "--tenants", "4", "--things", "3", "--seconds", "2")
                .path("figures");

        assertThat(figures.path("refused").asInt(-1)).isZero();
        assertThat(figures.path("fewest").asInt()).isPositive();
        assertThat(figures.path("most").asInt())
                .isGreaterThanOrEqualTo(figures.path("fewest").asInt());
        assertThat(figures.path("jain").asDouble()).isBetween(0.25, 1.0);
    }

    private JsonNode report(String... arguments) {
        Path json = directory.resolve("figures.json");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--json", json.toString()));
        assertThat(run(all.toArray(String[]::new))).isZero();
        return JsonMapper.shared().readTree(json);
    }

    private static int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", URL.toString(), "--key", RunningService.OPERATOR));
        return BenchProgram.run(all.toArray(String[]::new));
    }
}
