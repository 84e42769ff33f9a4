package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The key of events is exchanged for another, and what was sealed before stays valid. */
class EventKeyRotationContractTest {

    private static final String EARLIER = "the-earlier-key-of-events-is-long-enough";
    private static final String LATER = "the-later-key-of-events-is-long-enough-too";

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatWasSealedWithTheEarlierKeyStaysValidWhereItIsTrusted() throws IOException {
        EventJobs before = EventJobs.start("--rhizome.events.integrity-key=" + EARLIER, archive());
        EventTenant tenant = EventTenant.create(before.service());
        tenant.append(1, 14);
        JsonNode head = tenant.get("/v1/events/head");
        before.retain(tenant, "archive", 30);
        before.run(); // two files
        tenant.append(15, 5);
        before.service().close();
        Path file = Files.writeString(directory.resolve("earlier.key"), EARLIER + "\n");

        EventTenant later = rotated(before.database(), tenant, "--rhizome.events.trusted-keys=" + file);
        later.append(20, 6);
        JsonNode newHead = later.get("/v1/events/head");
        isValid(later.verify(), 11);
        isValid(posted(later.admin(), head), 11);
        isValid(posted(later.admin(), newHead), 11);
        later.service().close();

        EventTenant strict = rotated(before.database(), tenant);
        assertThat(strict.verify().at("/firstBad/sequence").asInt()).isEqualTo(14); // the truncation point's
        assertThat(answer(strict.admin().post("/v1/events/verify", head.toString()))
                        .status())
                .isEqualTo(400);
        strict.service().close();
        archivesOfBothKeysAreValidTogether(file);
    }

    private void archivesOfBothKeysAreValidTogether(Path earlier) throws IOException {
        Path later = Files.writeString(directory.resolve("later.key"), LATER);
        String archives = directory.resolve("archive").toString();

        assertThat(verified(archives, "--key", later.toString(), "--key", earlier.toString()))
                .isZero();
        assertThat(verified(archives, "--key", later.toString())).isEqualTo(1);
    }

    private static int verified(String... arguments) {
        String[] all =
                Stream.concat(Stream.of("verify-archive"), Stream.of(arguments)).toArray(String[]::new);
        return RhizomeCommand.run(EventKeyRotationContractTest.class, all);
    }

    private String archive() {
        return "--rhizome.events.archive=" + directory.resolve("archive");
    }

    private EventTenant rotated(TestDatabase database, EventTenant tenant, String... settings) {
        String[] all = Stream.concat(
                        Stream.of(
                                "--rhizome.events.integrity-key=" + LATER,
                                "--rhizome.events.upkeep-interval=1000d",
                                archive()),
                        Stream.of(settings))
                .toArray(String[]::new);
        RunningService service = RunningService.on(database, all);
        return new EventTenant(service, tenant.id(), service.json(service.newKey(tenant.id(), "admin")));
    }

    private static JsonNode posted(JsonClient client, JsonNode head) {
        return answer(client.post("/v1/events/verify", head.toString())).body();
    }

    private static void isValid(JsonNode verdict, int events) {
        assertThat(verdict.path("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("events").asInt()).isEqualTo(events);
    }

    @Test
    void aTrustedKeyThatIsNoneFailsTheStart() {
        TestDatabase database = TestDatabase.create();

        for (String wrong :
                new String[] {"too-short", "/nowhere/earlier.key", "./nowhere-but-long-enough-to-be-a-secret"}) {
            assertThatThrownBy(() -> RunningService.on(database, "--rhizome.events.trusted-keys=" + wrong)
                            .close())
                    .hasStackTraceContaining("RHIZOME_EVENTS_TRUSTED_KEYS");
        }
    }
}
