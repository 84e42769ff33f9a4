package dev.rhizome.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Whatever is done to a chain behind the service's back is found, with the first place where it is. */
class ChainIntegrationTest {

    private static final RunningService SERVICE = RunningService.get();
    /** Another process on the same database, which has many connections, and another key. */
    private static final RunningService OTHER = RunningService.on(
            SERVICE.database(),
            "--DB_POOL_MAX=10",
            "--rhizome.events.integrity-key=another-key-that-is-long-enough-to-be-one");

    private static final int EVENTS = 12;

    private static final Map<String, String> CHANGED = Map.of(
            "text", "coalesce(%s, '') || 'x'",
            "timestamp with time zone", "%s + interval '1 microsecond'",
            "bigint", "%s + 1000",
            "jsonb", "coalesce(%s, '{}') || '{\"x\": 1}'",
            "bytea", "set_byte(%1$s, 31, get_byte(%1$s, 31) # 1)",
            "uuid", "gen_random_uuid()");

    private EventTenant tenant = new EventTenant(SERVICE, "", SERVICE.json(""));

    @AfterAll
    static void stop() {
        OTHER.close();
    }

    @BeforeEach
    void aChain() {
        tenant = EventTenant.create(SERVICE);
        tenant.append(1, EVENTS);
    }

    static Stream<String> columns() throws SQLException {
        return SERVICE.database().asApplication(null, """
                        select attname || '|' || format_type(atttypid, null) from pg_attribute
                         where attrelid = 'rhizome.performance_events'::regclass and attnum > 0 and not attisdropped
                        """).stream();
    }

    @Test
    void everyColumnIsUnderTest() throws SQLException {
        assertThat(columns())
                .hasSize(17)
                .allMatch(column -> CHANGED.containsKey(column.substring(column.indexOf('|') + 1)));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void aChangeOfAnyColumnIsFound(String column) {
        String name = column.substring(0, column.indexOf('|'));
        String change = String.valueOf(CHANGED.get(column.substring(column.indexOf('|') + 1)));

        tenant.tamper("update performance_events set " + name + " = " + change.formatted(name)
                + " where MINE and event_id = 'e7'");

        JsonNode found = tenant.verify();
        assertThat(found.path("valid").asBoolean(true)).isFalse();
        assertThat(found.at("/firstBad/sequence").asInt()).isEqualTo(7);
        assertThat(found.at("/firstBad/reason").asString())
                .isEqualTo(List.of("tenant_id", "sequence").contains(name) ? "missing" : "changed");
    }

    @ParameterizedTest
    @CsvSource({"context", "metadata", "latency", "agent_id", "task_id"})
    void whatIsTakenAwayIsFound(String column) {
        tenant.tamper("update performance_events set " + column + " = null where MINE and event_id = 'e3'");

        assertThat(tenant.verify().at("/firstBad/sequence").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete from performance_events where MINE and sequence = 5 | 5 | missing",
                "delete from performance_events where MINE and sequence = 1 | 1 | missing",
                "delete from performance_events where MINE and sequence = 12 | 12 | missing",
                "delete from performance_events where MINE and sequence > 3 | 4 | missing",
                "delete from performance_events where MINE | 1 | missing",
                "update performance_events set sequence = 13 - sequence where MINE and sequence in (6, 7) | 6 | changed",
                "update event_chains set sequence = 11 where MINE | 11 | head",
                "update event_chains set mac = sha256('') where MINE | 12 | head",
                "delete from event_chains where MINE | 1 | outside",
            })
    void whatIsMissingOrInAnotherPlaceIsFound(String tampering, int place, String reason) {
        tenant.tamper(tampering);

        JsonNode found = tenant.verify();
        assertThat(found.at("/firstBad/sequence").asInt()).isEqualTo(place);
        assertThat(found.at("/firstBad/reason").asString()).isEqualTo(reason);
        assertThat(found.path("valid").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"13,outside", "5,duplicate", "12,duplicate"})
    void whatIsPutInIsFound(int sequence, String reason) {
        tenant.tamper("""
                insert into performance_events
                       (tenant_id, sequence, event_id, type, occurred_at, received_at, mac)
                select tenant_id, %d, 'forged', type, occurred_at, received_at, mac
                  from performance_events where MINE and event_id = 'e12'
                """.formatted(sequence));

        assertThat(tenant.verify().at("/firstBad/sequence").asInt()).isEqualTo(sequence);
        assertThat(tenant.verify().at("/firstBad/reason").asString())
                .matches(found -> found.equals(reason) || (sequence < 13 && found.equals("changed")));
    }

    /** The rows that follow fit the mac of their own time, so the tail and a head of a row in the middle are taken. */
    @Test
    void aHeadCannotBeMadeOfARowInTheMiddle() {
        tenant.tamper(
                "delete from performance_events where MINE and sequence > 8",
                "update event_chains h set sequence = e.sequence, mac = e.mac from performance_events e"
                        + " where h.tenant_id = '" + tenant.id()
                        + "' and e.tenant_id = h.tenant_id and e.sequence = 8");

        assertThat(tenant.verify().at("/firstBad/reason").asString()).isEqualTo("head");
    }

    @Test
    void aPrefixCannotBeTakenAwayWithAForgedAnchor() {
        tenant.tamper("""
                insert into event_truncations (tenant_id, sequence, mac, events, policy, newest_at, pruned_at, truncation_mac)
                select tenant_id, sequence, mac, sequence, 'delete', occurred_at, now(), mac
                  from performance_events where MINE and sequence = 4
                """, "delete from performance_events where MINE and sequence <= 4");

        assertThat(tenant.verify().at("/firstBad/reason").asString()).isEqualTo("anchor");
    }

    @Test
    void aChainMadeWithAnotherKeyDoesNotHold() {
        JsonClient there = OTHER.json(OTHER.newKey(tenant.id(), "admin"));

        JsonNode found = EventTenant.answer(there.get("/v1/events/verify")).body();

        assertThat(found.path("valid").asBoolean(true)).isFalse();
        assertThat(EventTenant.answer(there.post("/v1/events", "{\"type\":\"t\"}"))
                        .status())
                .isEqualTo(409);
        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        assertThat(tenant.verify().path("events").asInt()).isEqualTo(EVENTS);
    }

    @Test
    void anUntouchedChainHoldsAndSaysWhereItEnds() {
        JsonNode found = tenant.verify();

        assertThat(found.path("valid").asBoolean()).isTrue();
        assertThat(found.path("events").asInt()).isEqualTo(EVENTS);
        assertThat(found.at("/head/mac").asString())
                .isEqualTo(tenant.get("/v1/events/e12").path("mac").asString())
                .isEqualTo(tenant.get("/v1/events/health").path("mac").asString());
    }

    @ParameterizedTest
    @CsvSource({"1,12,12", "5,7,3", "12,12,1", "12,,1", ",3,3", "13,,0", "5,100,8"})
    void aRangeIsVerifiedByItself(String from, String to, int events) {
        String query = (from == null ? "" : "from=" + from + "&") + (to == null ? "" : "to=" + to);
        JsonNode found = tenant.get("/v1/events/verify?" + query);

        assertThat(found.path("valid").asBoolean()).isTrue();
        assertThat(found.path("events").asInt()).isEqualTo(events);
    }

    @Test
    void aLongChainIsVerifiedInPagesAndStreamed() {
        tenant.append(EVENTS + 1, 2_600);

        JsonNode lines = EventTenant.answer(tenant.as("auditor").getLines("/v1/events/verify"))
                .body();

        assertThat(lines).hasSizeGreaterThan(3);
        assertThat(lines.path(0).path("event").asString()).isEqualTo("progress");
        JsonNode done = lines.path(lines.size() - 1);
        assertThat(done.path("event").asString()).isEqualTo("done");
        assertThat(done.path("valid").asBoolean()).isTrue();
        assertThat(done.path("events").asInt()).isEqualTo(EVENTS + 2_600);
    }

    @Test
    void fiftyIngestsAtOnceGiveOneChain() throws SQLException {
        EventTenant crowded = EventTenant.create(OTHER);
        List<JsonNode> summaries = Flux.range(0, 50)
                .flatMap(client -> crowded.admin().postLines("/v1/events", lines(client)), 50)
                .map(answer -> answer.body().path(40).path("summary"))
                .collectList()
                .block(EventTenant.LIMIT);

        assertThat(summaries)
                .hasSize(50)
                .allMatch(summary -> summary.path("created").asInt() == 40);
        JsonNode found = crowded.verify();
        assertThat(found.path("valid").asBoolean()).isTrue();
        assertThat(found.path("events").asInt()).isEqualTo(2_000);
        assertThat(
                        SERVICE.rows(
                                crowded.id(),
                                "select count(distinct sequence) || ' ' || count(*) || ' ' || max(sequence) from performance_events"))
                .containsExactly("2000 2000 2000");
    }

    private static String lines(int client) {
        return String.join(
                "\n",
                IntStream.range(0, 40)
                        .mapToObj(i -> "{\"id\":\"c%d-%d\",\"type\":\"routing_decision\"}".formatted(client, i))
                        .toList());
    }
}
