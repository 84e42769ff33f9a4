package dev.rhizome.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.event.ArchiveFile;
import dev.rhizome.event.DirectoryArchive;
import dev.rhizome.event.IntegrityKey;
import dev.rhizome.provenance.ChainFile;
import dev.rhizome.testing.RunningService;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Chains, exports and archives that the service wrote in November 2026 are valid for ever, and are continued as they began. */
class StoredChainsContractTest {

    private static final Path NO_HOME = Path.of("/nowhere");
    private static final String[] ARCHIVES = {
        "events-000000000001-000000000010.ndjson.gz", "events-000000000011-000000000015.ndjson.gz"
    };

    @Test
    void anExportIsValidByItsKeysAndAHeadThatWasKept() throws IOException {
        ChainFile.Report report = verify(StoredChains.text("provenance-export.ndjson"));

        assertThat(report.verdict().finding()).isNull();
        assertThat(report.verdict().valid()).isTrue();
        assertThat(report.verdict().entries()).isEqualTo(13);
        assertThat(report.verdict().erased()).isEqualTo(6);
        assertThat(report.verdict().checkpoints()).isEqualTo(5);
    }

    @Test
    void anExportThatWasChangedIsNot() throws IOException {
        String export = StoredChains.text("provenance-export.ndjson");

        assertThat(verify(export.replace("kept to the rules", "broke the rules"))
                        .verdict()
                        .finding())
                .isNotNull()
                .satisfies(bad -> assertThat(bad.sequence()).isEqualTo(3));
    }

    private static ChainFile.Report verify(String export) throws IOException {
        List<PublicKey> keys = List.of(
                KeyPem.publicKey(StoredChains.text("signing.pub.pem")),
                KeyPem.publicKey(StoredChains.text("earlier.pub.pem")));
        return ChainFile.verify(
                new BufferedReader(new java.io.StringReader(export)),
                keys,
                List.of(ChainFile.head(StoredChains.text("provenance-head.json"))));
    }

    @ParameterizedTest
    @CsvSource({"0,1,10", "1,11,15"})
    void anArchiveIsValidByItsKeyAndByNoOther(int archive, long from, long to) {
        Path file = StoredChains.FILES.resolve(ARCHIVES[archive]);

        ArchiveFile.Part part = ArchiveFile.verify(
                file, IntegrityKey.resolve(StoredChains.INTEGRITY_KEY, List.of(), NO_HOME), List.of());

        assertThat(part.from()).isEqualTo(from);
        assertThat(part.to()).isEqualTo(to);
        assertThatThrownBy(() -> ArchiveFile.verify(
                        file, IntegrityKey.resolve(StoredChains.INTEGRITY_KEY + "x", List.of(), NO_HOME), List.of()))
                .isInstanceOf(ArchiveFile.Invalid.class);
    }

    @Test
    void storedRowsAreValidAndAreContinued() throws IOException, SQLException {
        try (StoredChains stored = new StoredChains("provenance-rows.txt", "event-rows-after-retention.txt")) {
            entriesAreAsTheyWere(stored, 13);
            isValid(stored.get("/v1/events/verify"), 1);
            assertThat(exported(stored)).isEqualTo(linesOf(StoredChains.text("provenance-export.ndjson")));

            JsonNode added =
                    stored.post("/v1/provenance", "{\"type\":\"gate\",\"id\":\"new\",\"description\":\"now\"}");
            assertThat(added.path("sequence").asInt()).isEqualTo(14);
            assertThat(stored.post("/v1/events", "{\"id\":\"new\",\"type\":\"t\"}")
                            .path("status")
                            .asString())
                    .isEqualTo("created");

            entriesAreAsTheyWere(stored, 14);
            isValid(stored.get("/v1/events/verify"), 2);
            assertThat(stored.get("/v1/events/verify").at("/anchor/sequence").asInt())
                    .isEqualTo(15);
        }
    }

    private static void entriesAreAsTheyWere(StoredChains stored, int entries) {
        isValid(stored.get("/v1/provenance/verify"), entries);
        isValid(stored.post("/v1/provenance/verify", StoredChains.text("provenance-head.json")), entries);
    }

    private static void isValid(JsonNode verdict, int entries) {
        assertThat(verdict.path("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("entries").asInt(verdict.path("events").asInt()))
                .isEqualTo(entries);
    }

    /** Without the first line, which names the keys that this service trusts. */
    private static List<String> exported(StoredChains stored) {
        byte[] export = stored.service()
                .client(stored.service().newKey(StoredChains.TENANT, "reader"))
                .get()
                .uri("/v1/provenance/export")
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        return linesOf(new String(export == null ? new byte[0] : export, StandardCharsets.UTF_8));
    }

    private static List<String> linesOf(String export) {
        return export.lines().skip(1).toList();
    }

    @Test
    void retentionWritesTheSameFiles() throws IOException, SQLException {
        try (StoredChains stored = new StoredChains("event-rows.txt")) {
            isValid(stored.get("/v1/events/verify"), 16);
            archiveBefore(stored, Instant.parse("2026-01-01T00:00:00Z"));

            JsonNode retained = stored.post("/v1/events/retention", "");

            DirectoryArchive archive = stored.service().bean(DirectoryArchive.class);
            for (int i = 0; i < ARCHIVES.length; i++) {
                assertThat(unzipped(
                                archive.resolve(retained.path("files").path(i).asString())))
                        .isEqualTo(unzipped(StoredChains.FILES.resolve(ARCHIVES[i])));
            }
            isValid(stored.get("/v1/events/verify"), 1);
        }
    }

    private static void archiveBefore(StoredChains stored, Instant time) {
        long days = Duration.between(time, Instant.now()).toDays();
        stored.service()
                .client(RunningService.OPERATOR)
                .patch()
                .uri("/v1/tenants/" + StoredChains.TENANT)
                .bodyValue(Map.of("retention", Map.of("events", Map.of("days", days, "policy", "archive"))))
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static String unzipped(Path file) throws IOException {
        try (GZIPInputStream unzipped = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(unzipped.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
