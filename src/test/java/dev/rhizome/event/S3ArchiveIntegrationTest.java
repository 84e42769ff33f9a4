package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.rollup.EventJobs;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Archives in a store that speaks S3 and checks signatures: events go when the store has them, and not before. */
class S3ArchiveIntegrationTest {

    private static final String KEY = "the-key-of-these-archives-is-long-enough";

    private static Path objects = Path.of("");
    private static @Nullable S3Proxy store;
    private static @Nullable EventJobs running;

    @BeforeAll
    static void aStore() throws Exception {
        objects = Files.createTempDirectory("s3");
        Files.createDirectory(objects.resolve("archives"));
        S3Proxy started = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "id", "secret")
                .blobStore(new FilesystemNio2BlobStore(objects.toString()))
                .build();
        started.start();
        store = started;
        running = EventJobs.start(
                "--rhizome.events.integrity-key=" + KEY,
                "--rhizome.events.archive=s3://archives/of/events/",
                "--rhizome.events.s3.endpoint=" + endpoint(),
                "--rhizome.events.s3.access-key=id",
                "--rhizome.events.s3.secret-key=secret",
                "--rhizome.events.s3.timeout=5s");
    }

    @AfterAll
    static void stop() throws Exception {
        jobs().service().close();
        Objects.requireNonNull(store).stop();
    }

    private static EventJobs jobs() {
        return Objects.requireNonNull(running);
    }

    private static String endpoint() {
        return "http://127.0.0.1:" + Objects.requireNonNull(store).getPort();
    }

    @Test
    void whatRetentionRemovesIsInTheStoreAndNowhereElseAndVerifies() {
        EventTenant tenant = EventTenant.create(jobs().service());
        tenant.append(1, 25);
        jobs().retain(tenant, "archive", 30);
        jobs().run();
        assertThat(answer(tenant.admin().post("/v1/events/retention", "")).status())
                .isEqualTo(200);

        assertThat(tenant.items("/v1/events")).isEmpty();
        List<JsonNode> removed = tenant.items("/v1/events/truncations");
        assertThat(removed).hasSize(3);
        IntegrityKey key = IntegrityKey.resolve(KEY, List.of(), objects);
        for (JsonNode part : removed) {
            Path object = objects.resolve("archives/of/events")
                    .resolve(part.path("file").asString());
            ArchiveFile.Part held = ArchiveFile.verify(object, key, List.of());
            assertThat(held.to()).isEqualTo(part.path("sequence").asLong());
            assertThat(held.mac()).isEqualTo(part.path("mac").asString());
        }
        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
    }

    /** The store is away, does not know the bucket, or does not know us. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://archives | http://127.0.0.1:1 | secret",
                "s3://no-such-bucket | STORE | secret",
                "s3://archives | STORE | not-the-secret"
            })
    void whatTheStoreDoesNotTakeStays(String settings) {
        String[] parts = settings.split(" \\| ", -1);
        EventProperties.S3 s3 = new EventProperties.S3(
                parts[1].replace("STORE", endpoint()), "us-east-1", "id", parts[2], Duration.ofSeconds(3));
        EventTenant tenant = EventTenant.create(jobs().service());
        tenant.append(1, 5);
        jobs().run(); // roll-ups count them
        jobs().retain(tenant, "archive", 30);

        try (S3Archive archive = S3Archive.at(parts[0], s3)) {
            Mono<?> retained =
                    retention(archive).apply().contextWrite(TenantContext.of(TenantId.parse("tenant", tenant.id())));
            assertThatThrownBy(() -> retained.block(Duration.ofSeconds(20)))
                    .hasStackTraceContaining("software.amazon.awssdk");
        }

        assertThat(tenant.items("/v1/events")).hasSize(5);
        assertThat(tenant.items("/v1/events/truncations")).isEmpty();
        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
    }

    private static EventRetention retention(EventArchive archive) {
        RunningService service = jobs().service();
        return new EventRetention(
                service.bean(TenantTransactions.class),
                service.bean(ChainIdentity.class),
                service.bean(IntegrityKey.class),
                archive,
                Clock.systemUTC(),
                10);
    }

    @Test
    void aPlaceThatIsNoneFailsTheStart() {
        EventProperties.S3 s3 = new EventProperties.S3("", "us-east-1", "id", "secret", Duration.ofSeconds(3));

        assertThatThrownBy(() -> S3Archive.at("s3:///nowhere", s3)).hasMessageContaining("rhizome.events.archive");
        assertThatThrownBy(() -> S3Archive.at(
                        "s3://archives",
                        new EventProperties.S3("nowhere", "us-east-1", "id", "secret", Duration.ofSeconds(3))))
                .hasMessageContaining("rhizome.events.s3.endpoint");
    }
}
