package dev.rhizome.event;

import static dev.rhizome.event.EventTenant.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A chain of events that once was and is gone, or is another one now, is found by a head that was kept elsewhere. */
class EventHeadsContractTest {

    private static final EventJobs JOBS = EventJobs.start();
    private static final RunningService SERVICE = JOBS.service();

    private EventTenant tenant = new EventTenant(SERVICE, "", SERVICE.json(""));

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @BeforeEach
    void aTenant() {
        tenant = EventTenant.create(SERVICE);
    }

    @Test
    void aHeadSaysWhereTheChainIsAndIsTheSameUntilItGrows() {
        assertThat(answer(tenant.admin().get("/v1/events/head")).status()).isEqualTo(404);
        tenant.append(1, 3);

        JsonNode head = head();

        assertThat(head.path("tenant").asString()).isEqualTo(tenant.id());
        assertThat(head.path("sequence").asInt()).isEqualTo(3);
        assertThat(head.path("hash").asString())
                .isEqualTo(tenant.get("/v1/events/e3").path("mac").asString());
        assertThat(head()).isEqualTo(head);
        tenant.append(4, 2);
        isValid(against(head), true);
        assertThat(head().path("sequence").asInt()).isEqualTo(5);
    }

    @Test
    void anAuditorMayAskForAllThatHeHasToVerify() {
        tenant.append(1, 3);
        JsonNode head = answer(tenant.as("auditor").get("/v1/events/head")).body();

        isValid(answer(tenant.as("auditor").post("/v1/events/verify", head.toString())), true);
        JsonNode lines =
                answer(tenant.as("auditor").getLines("/v1/provenance/export")).body();
        assertThat(lines.path(0).path("event").asString()).isEqualTo("chain");
        assertThat(answer(tenant.as("auditor").get("/v1/events/truncations")).status())
                .isEqualTo(200);
        assertThat(answer(tenant.as("auditor").get("/v1/events")).status()).isEqualTo(403);
    }

    @Test
    void aHeadThatNobodyHereSealedIsRefused() {
        tenant.append(1, 3);
        String head = head().toString();

        for (String forged : List.of(
                head.replace("\"sequence\":3", "\"sequence\":2"),
                head.replace("\"hash\":\"", "\"hash\":\"0").replaceFirst("(\"hash\":\"[0-9a-f]{64})[0-9a-f]", "$1"),
                head.replaceFirst("\"signature\":\"[0-9a-f]{64}", "\"signature\":\"" + "0".repeat(64)))) {
            Answer refused = answer(tenant.admin().post("/v1/events/verify", forged));
            assertThat(refused.status()).as(forged).isEqualTo(400);
            assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo("signature");
        }
        assertThat(answer(tenant.admin().post("/v1/events/verify", "{}")).status())
                .isEqualTo(400);
    }

    @Test
    void anotherTenantsHeadFitsNoOtherChain() {
        tenant.append(1, 3);
        JsonNode head = head();
        EventTenant other = EventTenant.create(SERVICE);
        other.append(1, 5);

        Answer found = answer(other.admin().post("/v1/events/verify", head.toString()));

        isFound(found, 3, "head", "another tenant's");
    }

    @Test
    void aChainThatIsGoneAltogetherIsFoundByItsHeadAndByNothingElse() {
        tenant.append(1, 12);
        JsonNode head = head();
        tenant.tamper(
                "delete from performance_events where MINE",
                "delete from event_chains where MINE",
                "delete from event_progress where MINE");

        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        isFound(against(head), 1, "missing", "came to 12");
    }

    @Test
    void aTailThatWasCutOffIsFoundByTheHeadAndSoIsOneThatWasWrittenAnew() {
        tenant.append(1, 8);
        keepTheChainsRow();
        tenant.append(9, 4);
        JsonNode head = head();
        tenant.tamper("delete from performance_events where MINE and sequence > 8");
        putTheChainsRowBack();

        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        isFound(against(head), 9, "missing", "came to 12");
        tenant.append(20, 6);
        assertThat(tenant.verify().path("valid").asBoolean()).isTrue();
        isFound(against(head), 12, "head", "another entry was here");
    }

    private void keepTheChainsRow() {
        tenant.tamper(
                "drop table if exists public.kept",
                "create table public.kept as select * from event_chains where MINE");
    }

    private void putTheChainsRowBack() {
        tenant.tamper("delete from event_chains where MINE", "insert into event_chains select * from public.kept");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete from event_chains where MINE | 1 | missing | the chain is gone",
                "update event_chains set sequence = 0, mac = decode(repeat('00', 32), 'hex'), checkpoint_mac = null where MINE"
                        + " | 1 | missing | the chain is gone",
            })
    void aChainThatIsGoneIsFoundWithoutAHeadWhereRollUpsCountedIt(
            String tampering, int place, String reason, String detail) {
        tenant.append(1, 12);
        JOBS.run();
        tenant.tamper("delete from performance_events where MINE", tampering);

        isFound(answer(tenant.admin().get("/v1/events/verify")), place, reason, detail);
        assertThat(answer(tenant.admin().get("/v1/events/head")).status()).isEqualTo(409);
    }

    @Test
    void aChainThatIsGoneIsFoundWithoutAHeadWhereRetentionRemovedAPart() {
        tenant.append(1, 25);
        retained("delete");
        tenant.tamper("delete from event_chains where MINE", "delete from event_progress where MINE");

        isFound(answer(tenant.admin().get("/v1/events/verify")), 1, "missing", "came to event 25");
    }

    @Test
    void aShorterChainIsFoundWithoutAHeadWhereRollUpsCountedMore() {
        tenant.append(1, 8);
        keepTheChainsRow();
        tenant.append(9, 4);
        JOBS.run();
        tenant.tamper("delete from performance_events where MINE and sequence > 8");
        putTheChainsRowBack();

        isFound(answer(tenant.admin().get("/v1/events/verify")), 9, "missing", "ends at event 8");
    }

    @ParameterizedTest
    @CsvSource({"7, false", "10, true", "17, false", "20, true", "25, false", "27, true"})
    void aHeadOfWhatRetentionRemovedIsComparedWhereThereIsATruncationPoint(int sequence, boolean compared) {
        JsonNode head = headAt(sequence, 25);
        tenant.append(100, 3);
        retained("archive"); // in parts of 10

        Answer found = against(head);

        isValid(found, compared);
        if (!compared) {
            assertThat(found.body().at("/keptHead/detail").asString()).contains("verify-archive");
            assertThat(found.body().at("/keptHead/file").asString())
                    .endsWith("-0000000000%d.ndjson.gz".formatted(sequence < 10 ? 10 : sequence < 20 ? 20 : 28));
        }
    }

    @Test
    void aHeadOfWhatWasDeletedCannotBeComparedAndThatIsSaid() {
        JsonNode head = headAt(7, 25);
        retained("delete");

        Answer found = against(head);

        isValid(found, false);
        assertThat(found.body().at("/keptHead/detail").asString()).contains("deleted", "nothing left to compare");
        assertThat(tenant.items("/v1/events/truncations"))
                .extracting(point -> point.path("sequence").asInt())
                .containsExactly(25, 20, 10);
    }

    /** The prefix was another one: somebody with the key wrote it anew before it was removed. */
    @Test
    void aTruncationPointThatIsNotWhatTheHeadSaysIsFound() {
        JsonNode head = headAt(10, 10);
        tenant.tamper("delete from performance_events where MINE", "delete from event_chains where MINE");
        tenant.append(41, 25);
        retained("delete");

        isFound(against(head), 10, "head", "another event was removed here");
    }

    private JsonNode headAt(int sequence, int events) {
        tenant.append(1, Math.min(sequence, events));
        for (int next = events + 1; next <= sequence; next++) {
            tenant.lines("{\"type\":\"t\"}");
        }
        JsonNode head = head();
        if (sequence < events) {
            tenant.append(sequence + 1, events - sequence);
        }
        return head;
    }

    private void retained(String policy) {
        JOBS.retain(tenant, policy, 30);
        JOBS.run();
        assertThat(answer(tenant.admin().post("/v1/events/retention", "")).status())
                .isEqualTo(200);
    }

    private JsonNode head() {
        return tenant.get("/v1/events/head");
    }

    private Answer against(JsonNode head) {
        return answer(tenant.admin().post("/v1/events/verify", head.toString()));
    }

    private static void isValid(Answer found, boolean compared) {
        JsonNode verdict = JsonMapper.shared().readTree(found.body().toString());
        assertThat(verdict.path("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.at("/keptHead/compared").asBoolean())
                .as(verdict.toString())
                .isEqualTo(compared);
    }

    private static void isFound(Answer found, int place, String reason, String detail) {
        JsonNode verdict = found.body();
        assertThat(verdict.path("valid").asBoolean(true)).as(verdict.toString()).isFalse();
        assertThat(verdict.at("/firstBad/sequence").asInt())
                .as(verdict.toString())
                .isEqualTo(place);
        assertThat(verdict.at("/firstBad/reason").asString()).isEqualTo(reason);
        assertThat(verdict.at("/firstBad/detail").asString()).contains(detail);
    }
}
