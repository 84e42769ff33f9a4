package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.binding.RecordBinder;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.indexing.IndexArrays;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.provenance.ChainWriter.Addition;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.SteppedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Entries of provenance are chained and signed by their order, whatever the clock says. */
class ChainClockIntegrationTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CHECKPOINT_EVERY = 2;

    private final SteppedClock clock = new SteppedClock();
    private final String tenant = SERVICE.newTenant("chain-clock");
    private final TenantId id = new TenantId(UUID.fromString(tenant));
    private final ChainWriter writer = new ChainWriter(
            SERVICE.bean(TenantTransactions.class), SERVICE.bean(Keyring.class), clock, CHECKPOINT_EVERY);

    @Test
    void aClockThatIsSetBackAndForthLeavesTheChainAndItsSignaturesValid() {
        int entries = 0;
        for (Duration step :
                List.of(Duration.ZERO, Duration.ofHours(-3), Duration.ofDays(-400), Duration.ofDays(800))) {
            clock.step(step);
            append("a" + entries++);
            append("b" + entries++);
        }

        JsonNode verdict = Api.of(SERVICE, tenant, "reader").get("/v1/provenance/verify");
        assertThat(verdict.path("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("entries").asInt()).isEqualTo(entries);
    }

    private void append(String name) {
        byte[] json = "{\"type\":\"gate\",\"id\":\"%s\"}".formatted(name).getBytes(StandardCharsets.UTF_8);
        EntryInput entry =
                SERVICE.bean(RecordBinder.class).json(json, EntryBody.class).entry();
        IndexArrays arrays = Objects.requireNonNull(SERVICE.bean(Indexer.class)
                .write(List.of(entry.document()), Mono::just)
                .contextWrite(TenantContext.of(id))
                .block(LIMIT));
        Addition addition = new Addition(List.of(entry), arrays, new Actor("test", "writer", null));
        writer.append(List.of(addition)).contextWrite(TenantContext.of(id)).block(LIMIT);
    }
}
