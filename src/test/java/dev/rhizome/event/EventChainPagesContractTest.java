package dev.rhizome.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainSource.Page;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.RunningService;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A chain of large events is read in pages that are bounded by bytes, and loses none of them. */
class EventChainPagesContractTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RunningService SERVICE = RunningService.get();
    private static final int EVENTS = 200;

    @Test
    void pagesOfLargeEventsAreShortAndTheWholeChainIsVerified() {
        String tenant = SERVICE.newTenant("large-events");
        Api api = Api.of(SERVICE, tenant, "admin");
        String half = "x".repeat(15_000);
        api.lines(
                "/v1/events",
                IntStream.rangeClosed(1, EVENTS)
                        .mapToObj(i ->
                                "{\"id\":\"e%d\",\"type\":\"routing_decision\",\"context\":{\"a\":\"%s\"},\"metadata\":{\"a\":\"%s\"}}\n"
                                        .formatted(i, half, half))
                        .collect(Collectors.joining()));

        TenantId id = new TenantId(UUID.fromString(tenant));
        new EventChain(
                        SERVICE.bean(TenantTransactions.class),
                        SERVICE.bean(IntegrityKey.class).ledgerOf(id))
                .page(0, EVENTS)
                .contextWrite(TenantContext.of(id))
                .as(Awaited::create)
                .assertNext(EventChainPagesContractTest::isCutShort)
                .expectComplete()
                .verify(LIMIT);

        assertThat(api.get("/v1/events/verify").path("valid").asBoolean()).isTrue();
    }

    private static void isCutShort(Page<Event> page) {
        assertThat(page.entries()).hasSizeBetween(100, 160);
        assertThat(page.upTo()).isEqualTo(page.entries().getLast().sequence());
    }
}
