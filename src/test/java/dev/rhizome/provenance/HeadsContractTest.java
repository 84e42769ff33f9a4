package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.job.JobRunner;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** When heads are signed. */
class HeadsContractTest {

    private static final RunningService SERVICE = RunningService.on(
            TestDatabase.create(),
            "--rhizome.provenance.head-every=3",
            "--rhizome.provenance.head-after=0s",
            "--rhizome.provenance.head-interval=1h");
    private static String tenant = "";
    private static JsonClient writer = SERVICE.json("");

    @BeforeAll
    static void aTenant() {
        tenant = SERVICE.newTenant("sealed");
        writer = SERVICE.json(SERVICE.newKey(tenant, "writer"));
    }

    @AfterAll
    static void close() {
        SERVICE.close();
    }

    @Test
    void headsAreSignedEverySoManyEntriesAfterAWhileAndWhenAskedFor() {
        add(3);
        assertThat(sealed()).isEqualTo("3");

        add(1);
        assertThat(sealed()).isEqualTo("3");
        SERVICE.bean(JobRunner.class)
                .runPending(SERVICE.bean(CheckpointSigner.class))
                .block();
        assertThat(sealed()).isEqualTo("4");

        add(1);
        JsonNode head = get("/v1/provenance/head").body();
        assertThat(head.path("sequence").asLong()).isEqualTo(5);
        assertThat(get("/v1/provenance/head").body()).isEqualTo(head);
        assertThat(get("/v1/provenance/heads?limit=2").body().path("items"))
                .extracting(each -> each.path("sequence").asLong())
                .containsExactly(5L, 4L);
        thenTheHeadIsOneToVerifyAgainst(head);
    }

    private static void thenTheHeadIsOneToVerifyAgainst(JsonNode head) {
        add(1);
        Answer verdict = Objects.requireNonNull(
                writer.post("/v1/provenance/verify", head.toString()).block());
        Answer forged = Objects.requireNonNull(
                writer.post("/v1/provenance/verify", head.toString().replace("\"sequence\":5", "\"sequence\":6"))
                        .block());

        assertThat(verdict.body().path("valid").asBoolean()).isTrue();
        assertThat(verdict.body().path("heads").asLong()).isEqualTo(4);
        assertThat(forged.status()).isEqualTo(400);
        assertThat(forged.body().at("/errors/0/field").asString()).isEqualTo("signature");
        assertThat(Objects.requireNonNull(
                                writer.post("/v1/provenance/verify", "{}").block())
                        .status())
                .isEqualTo(400);
    }

    private static void add(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(Objects.requireNonNull(writer.post("/v1/provenance", "{\"type\":\"budget\"}")
                                    .block())
                            .status())
                    .isEqualTo(201);
        }
    }

    private static String sealed() {
        return SERVICE.rows(tenant, "select checkpoint_sequence from provenance_chains")
                .getFirst();
    }

    private static Answer get(String path) {
        return Objects.requireNonNull(writer.get(path).block());
    }
}
