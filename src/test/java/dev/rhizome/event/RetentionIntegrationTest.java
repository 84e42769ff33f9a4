package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.LIMIT;
import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What retention removes from a chain, and what is left. */
class RetentionIntegrationTest {

    private static final EventJobs JOBS = EventJobs.start();
    private static final RunningService SERVICE = JOBS.service();
    private static final TestDatabase DATABASE = JOBS.database();

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void whatIsOldIsDeletedFromTheBeginningAndTheChainHoldsBehindItsAnchor() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 25);
        tenant.lines(
                "{\"id\":\"new\",\"type\":\"t\"}\n{\"id\":\"late\",\"type\":\"t\",\"at\":\"2026-01-01T00:00:00Z\"}");
        JOBS.retain(tenant, "delete", 30);
        JOBS.run();

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
        JOBS.retain(tenant, "archive", 30);
        IntegrityKey key = SERVICE.bean(IntegrityKey.class);
        DirectoryArchive archive = SERVICE.bean(DirectoryArchive.class);

        JsonNode retained =
                answer(tenant.admin().post("/v1/events/retention", "")).body();

        assertThat(retained.path("removed").asInt()).isEqualTo(25);
        assertThat(retained.path("files").size()).isEqualTo(3);
        String previous = ChainPosition.BEGINNING.link();
        long next = 1;
        for (JsonNode file : retained.path("files")) {
            ArchiveFile.Part part = ArchiveFile.verify(archive.resolve(file.asString()), key, List.of());
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
            assertThatThrownBy(() -> ArchiveFile.verify(copy, key, List.of())).isInstanceOf(ArchiveFile.Invalid.class);
        }
    }

    @Test
    void whatIsRetainedStays() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 5);
        JOBS.run();
        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
        JOBS.retain(tenant, "retain", 1);
        JOBS.run();

        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
        assertThat(tenant.verify().has("anchor")).isFalse();
    }

    @Test
    void nothingIsRemovedFromAChainThatDoesNotHold() {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 5);
        tenant.tamper("update performance_events set agent_id = 'eve' where MINE and sequence = 3");
        JOBS.retain(tenant, "delete", 30);
        JOBS.run();

        assertThat(answer(tenant.admin().post("/v1/events/retention", "")).status())
                .isEqualTo(409);
        assertThat(tenant.verify().at("/firstBad/sequence").asInt()).isEqualTo(3);
        assertThat(tenant.items("/v1/events")).hasSize(5);
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
                .hasMessageContaining("no truncation point is recorded");
    }

    @Test
    void nothingIsLeftOfATenantThatIsRemoved() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 25);
        JOBS.retain(tenant, "delete", 30);
        JOBS.run();
        Mono<?> gone = SERVICE.json(RunningService.OPERATOR).delete("/v1/tenants/" + tenant.id());
        Awaited.create(gone).expectNextCount(1).expectComplete().verify(LIMIT);

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
