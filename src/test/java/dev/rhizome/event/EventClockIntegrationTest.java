package dev.rhizome.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.SteppedClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Events are chained by their order, whatever the clock says. */
class EventClockIntegrationTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SteppedClock clock = new SteppedClock();
    private final EventTenant tenant = EventTenant.create(SERVICE);
    private final EventWriter writer = new EventWriter(
            SERVICE.bean(TenantTransactions.class),
            new EventPartitions(SERVICE.bean(UntenantedQueries.class)),
            SERVICE.bean(IntegrityKey.class),
            clock);

    @Test
    void aClockThatIsSetBackAndForthLeavesTheChainValidAndWholeAndNothingTwice() {
        for (Duration step : List.of(
                Duration.ZERO,
                Duration.ofHours(-3),
                Duration.ofDays(-400),
                Duration.ofDays(400),
                Duration.ofMinutes(50))) {
            clock.step(step);
            assertThat(write("at" + step)).isEqualTo(Outcome.CREATED);
            assertThat(write("at" + step)).isEqualTo(Outcome.UNCHANGED);
        }

        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        assertThat(tenant.verify().path("events").asInt()).isEqualTo(5);
    }

    private Outcome write(String id) {
        EventInput event = new EventInput(id, false, "routing_decision", null, null, null, Map.of());
        BatchWriter.Result result = Objects.requireNonNull(writer.write(List.of(event))
                        .contextWrite(TenantContext.of(new TenantId(UUID.fromString(tenant.id()))))
                        .block(LIMIT))
                .getFirst();
        return Objects.requireNonNull(result.outcome());
    }
}
