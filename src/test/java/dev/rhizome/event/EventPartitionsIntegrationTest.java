package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.LIMIT;
import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The months that events are in. */
class EventPartitionsIntegrationTest {

    private static final EventJobs JOBS = EventJobs.start();
    private static final RunningService SERVICE = JOBS.service();
    private static final TestDatabase DATABASE = JOBS.database();

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void monthsAreMadeWhenTheyAreNeededByAnyNumberAtOnce() throws SQLException {
        List<String> lines = List.of(
                "{\"type\":\"t\",\"at\":\"2025-06-15T00:00:00Z\"}",
                "{\"type\":\"t\",\"at\":\"2025-07-31T23:59:59.999999Z\"}",
                "{\"type\":\"t\",\"at\":\"2025-08-01T00:00:00Z\"}");
        List<EventTenant> tenants =
                IntStream.range(0, 6).mapToObj(i -> EventTenant.create(SERVICE)).toList();

        Flux.fromIterable(tenants)
                .flatMap(tenant -> tenant.admin().postLines("/v1/events", String.join("\n", lines)), 6)
                .map(answer -> answer.body().path(3).at("/summary/created").asInt())
                .as(Awaited::create)
                .expectNext(3, 3, 3, 3, 3, 3)
                .expectComplete()
                .verify(LIMIT);

        assertThat(DATABASE.asApplication(
                        UUID.fromString(tenants.getFirst().id()),
                        "select tableoid::regclass::text from performance_events order by occurred_at"))
                .containsExactly(
                        "performance_events_2025_06", "performance_events_2025_07", "performance_events_2025_08");
        assertThat(DATABASE.asApplication(null, "select add_event_partition('2025-06-30')"))
                .containsExactly("f");
        assertThat(DATABASE.asApplication(null, "select add_event_partition('1990-06-30')"))
                .containsExactly("f");
        assertThatThrownBy(() ->
                        DATABASE.asApplication(null, "select add_event_partition((now() + interval '4 months')::date)"))
                .hasMessageContaining("at most two months from now");
        assertThatThrownBy(() -> DATABASE.asApplication(
                        UUID.fromString(tenants.getFirst().id()), "select 1 from performance_events_2025_06"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void aMonthIsAddedWhileOthersReadAndWrite() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 3);
        String open = "set app.current_tenant = '" + tenant.id() + "'; select count(*) from rhizome.performance_events;"
                + " lock table rhizome.performance_events in row exclusive mode";
        try (TestDatabase.Held held = DATABASE.hold(open)) {
            assertThat(held.isHeld()).isTrue();
            assertThat(tenant.lines("{\"type\":\"t\",\"at\":\"2025-10-15T00:00:00Z\"}")
                            .getLast()
                            .at("/summary/created")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void onlyTheMonthsThatAreAskedForAreRead() throws SQLException {
        EventTenant tenant = EventTenant.create(SERVICE);
        tenant.append(1, 3);
        tenant.lines(
                "{\"type\":\"t\",\"at\":\"2025-09-15T00:00:00Z\"}\n{\"type\":\"t\",\"at\":\"2026-01-15T00:00:00Z\"}");

        assertThat(plan(tenant, "'ada'", "null"))
                .containsPattern("Index Scan Backward using performance_events_2026_03_tenant_id_agent_id\\w*")
                .contains("agent_id = 'ada'")
                .doesNotContain("2025_09", "2026_01", "before_2025", "Sort");
        assertThat(plan(tenant, "null", "'routing_decision'"))
                .containsPattern("Index Scan Backward using performance_events_2026_03_tenant_id_type\\w*")
                .doesNotContain("2025_09", "2026_01", "before_2025", "Sort");
    }

    /** Of a list of an hour, by indexes even where the table is too small for them to pay. */
    private static String plan(EventTenant tenant, String agent, String type) throws SQLException {
        String sql = EventRepository.LIST
                .replace("$1", "'" + tenant.id() + "'::uuid")
                .replace("$2", "'2026-03-01 01:00+00'::timestamptz")
                .replace("$3", "0")
                .replace("$4", "'2026-03-01 00:00+00'::timestamptz")
                .replace("$5", agent)
                .replace("$6", "null")
                .replace("$7", type)
                .replace("$8", "51");
        return String.join(
                "\n",
                DATABASE.asApplication(
                        UUID.fromString(tenant.id()),
                        "set enable_seqscan = off; set enable_bitmapscan = off; explain " + sql));
    }
}
