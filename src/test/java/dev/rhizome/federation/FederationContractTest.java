package dev.rhizome.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Figures over tenants, over HTTP: who may ask, what is said, what it costs, and when it is refused. */
class FederationContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE, "--DB_POOL_MAX=4");
    private static final Federation FEDERATION = new Federation(DATABASE);
    private static final Api OPERATOR = Api.ofOperator(SERVICE);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String FIGURES = "/v1/federated/figures";
    private static final String PROBLEM = "urn:rhizome:problem:";
    private static final int REPEATS = 1000;

    private List<UUID> contributors = List.of();

    @BeforeEach
    void sixTenantsWithOutcomes() {
        FEDERATION.begin();
        contributors = FEDERATION.tenants(6);
        FEDERATION.outcome(contributors, "code-review", 0.5, 30_000);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String figure(String measure) {
        return FIGURES + "/" + measure + "?group=Code-Review&period=2026-01";
    }

    /** A tenant as the operator makes it. */
    private static String tenant(String more) {
        JsonNode made =
                OPERATOR.posted("/v1/tenants", "{\"slug\":\"asker-" + NUMBER.incrementAndGet() + "\"" + more + "}");
        return made.path("id").asString();
    }

    private static Api reader(String more) {
        return Api.of(SERVICE, tenant(more), "reader");
    }

    private static Api federated() {
        return reader(",\"isolation\":\"federated\"");
    }

    private static void isRefused(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.body().path("type").asString()).isEqualTo(PROBLEM + type);
    }

    @Test
    void measuresSayWhatTheyAreOf() {
        JsonNode items = federated().get(FIGURES).path("items");

        assertThat(items.valueStream().map(item -> item.path("name").asString()))
                .containsExactly("latency", "outcomes", "quality", "success-rate");
        assertThat(items.path(0).path("unit").asString()).isEqualTo("ms");
        assertThat(items.path(0).path("range").path("max").asInt()).isEqualTo(60_000);
        assertThat(items.path(0).path("group").asString()).isEqualTo("task type");
        assertThat(items.path(0).path("epsilon").asDouble()).isEqualTo(0.5);
    }

    @Test
    void anAnswerSaysWhatItIsOfAndHowMuchNoiseIsInIt() {
        JsonNode answer = federated().get(figure("quality"));

        assertThat(answer.path("measure").asString()).isEqualTo("quality");
        assertThat(answer.path("group").asString()).isEqualTo("code-review");
        assertThat(answer.path("period").path("from").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(answer.path("period").path("until").asString()).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(answer.path("value").asDouble()).isBetween(0.0, 1.0);
        assertThat(answer.path("k").asInt()).isEqualTo(5);
        assertThat(answer.path("tenants").asInt()).isGreaterThanOrEqualTo(5);
        assertThat(answer.path("noise").path("mechanism").asString()).isEqualTo("laplace");
        assertThat(answer.path("noise").path("epsilon").asDouble()).isEqualTo(0.5);
        assertThat(answer.path("noise").path("scale").asDouble()
                        * answer.path("tenants").asInt())
                .isBetween(1.999, 2.001);
    }

    /** The mean of what is always the same is the same: there is no noise to be averaged away. */
    @Test
    void theMeanOfAThousandRepeatsIsTheFirstAnswer() throws SQLException {
        Api first = federated();
        Api second = federated();
        JsonNode answer = first.get(figure("quality"));

        List<JsonNode> repeats = Objects.requireNonNull(Flux.range(0, REPEATS)
                .flatMap(i -> (i % 2 == 0 ? first : second).client().get(figure("quality")), 8)
                .map(Answer::body)
                .collectList()
                .block());

        assertThat(repeats).hasSize(REPEATS).allMatch(answer::equals);
        assertThat(first.get("/v1/federated/budget").at("/asker/spent").asDouble())
                .isEqualTo(0.5);
        assertThat(second.get("/v1/federated/budget").at("/asker/spent").asDouble())
                .isZero();
        for (UUID contributor : contributors) {
            assertThat(FEDERATION.charged(contributor, "contributor")).isOne();
        }
    }

    @Test
    void whoIsNotFederatedIsRefusedUntilTheOperatorMakesItSo() {
        String tenant = tenant("");
        Api reader = Api.of(SERVICE, tenant, "reader");
        isRefused(reader.ask(figure("quality")), 403, "forbidden");

        assertThat(OPERATOR.patch("/v1/tenants/" + tenant, "{\"isolation\":\"federated\"}")
                        .status())
                .isEqualTo(200);

        assertThat(reader.get(figure("quality")).path("measure").asString()).isEqualTo("quality");
        assertThat(OPERATOR.patch("/v1/tenants/" + tenant, "{\"isolation\":\"strict\"}")
                        .status())
                .isEqualTo(200);
        isRefused(reader.ask(figure("quality")), 403, "forbidden");
    }

    @Test
    void theBudgetRefusesTheFirstQuestionPastIt() {
        Api asker = reader(",\"isolation\":\"federated\",\"privacy\":{\"epsilon\":1.5}");
        JsonNode quality = asker.get(figure("quality"));
        for (String measure : List.of("success-rate", "latency")) {
            assertThat(asker.get(figure(measure)).path("measure").asString()).isEqualTo(measure);
        }

        Answer refused = asker.ask(figure("outcomes"));

        isRefused(refused, 403, "privacy-budget-spent");
        JsonNode budget = asker.get("/v1/federated/budget");
        assertThat(refused.body().path("detail").asString())
                .contains(budget.path("renewsAt").asString());
        assertThat(budget.path("epsilon").asDouble()).isEqualTo(1.5);
        assertThat(budget.at("/asker/remaining").asDouble()).isZero();
        assertThat(budget.at("/contributor/remaining").asDouble()).isEqualTo(1.5);
        assertThat(asker.get(figure("quality"))).isEqualTo(quality);
        assertThat(federated().get(figure("outcomes")).path("measure").asString())
                .isEqualTo("outcomes");
        assertThat(asker.get(figure("outcomes")).path("measure").asString()).isEqualTo("outcomes");
    }

    @Test
    void tooFewAreRefusedWithoutTheirNumber() {
        Api asker = federated();
        FEDERATION.outcome(contributors.subList(0, 4), "rare", 0.5, 1);

        Answer four = asker.ask(FIGURES + "/quality?group=rare&period=2026-01");
        Answer none = asker.ask(FIGURES + "/quality?group=never&period=2026-01");

        isRefused(four, 403, "too-few-tenants");
        assertThat(four.body().path("detail").asString())
                .isEqualTo(none.body().path("detail").asString())
                .doesNotContainPattern("[0-9]");
    }

    @Test
    void aWrongQuestionIsToldWhatIsWrong() {
        Api asker = federated();

        isRefused(asker.ask(FIGURES + "/salaries?group=code-review&period=2026-01"), 404, "not-found");
        for (String period : List.of("2999-01", "2026-13", "2026-W54", "2026-02-30", "2026", "2026-01-31T00:00:00Z")) {
            Answer answer = asker.ask(FIGURES + "/quality?group=code-review&period=" + period);
            isRefused(answer, 400, "invalid-request");
            assertThat(answer.body().at("/errors/0/field").asString()).isEqualTo("period");
        }
        for (String period : List.of("2026-01-15", "2026-W03")) {
            assertThat(asker.ask(FIGURES + "/quality?group=code-review&period=" + period)
                            .status())
                    .as(period)
                    .isEqualTo(200);
        }
    }

    @Test
    void contributorsSeeInTheLedgerWhatWasToldAndTheAskersAuditWhoAsked() {
        String tenant = tenant(",\"isolation\":\"federated\"");
        Api asker = Api.of(SERVICE, tenant, "reader");
        for (String measure : List.of("quality", "latency", "quality")) {
            assertThat(asker.get(figure(measure)).path("measure").asString()).isEqualTo(measure);
        }

        Api contributor = Api.of(SERVICE, contributors.getFirst().toString(), "reader");
        List<JsonNode> told = contributor.all("/v1/federated/ledger", 1);

        assertThat(told).extracting(entry -> entry.path("measure").asString()).containsExactly("latency", "quality");
        assertThat(told).allMatch(entry -> entry.path("side").asString().equals("contributor"));
        assertThat(told.getFirst().path("group").asString()).isEqualTo("code-review");
        assertThat(contributor
                        .get("/v1/federated/budget")
                        .at("/contributor/spent")
                        .asDouble())
                .isEqualTo(1);
        assertThat(asker.all("/v1/federated/ledger", 1))
                .extracting(entry -> entry.path("side").asString())
                .containsExactly("asker", "asker");
        Api auditor = Api.of(SERVICE, tenant, "auditor");
        assertThat(auditor.each("/v1/audit?action=asked", "subject"))
                .containsExactly(
                        "quality of code-review in 2026-01",
                        "latency of code-review in 2026-01",
                        "quality of code-review in 2026-01");
    }

    @Test
    void privacyIsCheckedAndWhatWasThereBeforeIsShown() {
        for (String privacy : List.of(
                "{\"kAnonymity\":1}",
                "{\"kAnonymity\":1001}",
                "{\"epsilon\":0}",
                "{\"epsilon\":11}",
                "{\"epsilon\":\"1\"}",
                "{\"level\":\"basic\"}")) {
            isRefused(
                    OPERATOR.post("/v1/tenants", "{\"slug\":\"unwritten\",\"privacy\":" + privacy + "}"),
                    400,
                    "invalid-request");
        }
        String tenant = tenant(",\"isolation\":\"federated\"");
        FEDERATION.privacy(UUID.fromString(tenant), "{\"level\":\"basic\",\"kAnonymity\":3}");

        assertThat(OPERATOR.get("/v1/tenants/" + tenant).path("privacy").toString())
                .isEqualTo("{\"level\":\"basic\",\"kAnonymity\":3}");
        JsonNode budget = Api.of(SERVICE, tenant, "reader").get("/v1/federated/budget");
        assertThat(budget.path("kAnonymity").asInt()).isEqualTo(3);
        assertThat(budget.path("epsilon").asDouble()).isEqualTo(5);
    }

    @Test
    void aCopyIsStrictAndKeepsWhatWasGivenAway() throws SQLException {
        String original = contributors.getFirst().toString();
        FEDERATION.privacy(contributors.getFirst(), "{\"level\":\"basic\",\"kAnonymity\":3}");
        assertThat(federated().get(figure("quality")).path("k").asInt()).isEqualTo(5);

        JsonNode copy = OPERATOR.posted("/v1/tenants/" + original + "/fork", "{\"slug\":\"forked\"}")
                .path("tenant");

        assertThat(copy.path("isolation").asString()).isEqualTo("strict");
        assertThat(copy.path("privacy").toString()).isEqualTo("{\"kAnonymity\":3}");
        assertThat(FEDERATION.charged(UUID.fromString(copy.path("id").asString()), "contributor"))
                .isOne();
    }

    @Test
    void aTenantThatIsRemovedTakesItsLedgerAlongAndStaysInTheAnswer() throws SQLException {
        Api asker = federated();
        JsonNode answer = asker.get(figure("quality"));
        UUID gone = contributors.getFirst();

        assertThat(OPERATOR.delete("/v1/tenants/" + gone).status()).isEqualTo(204);

        assertThat(DATABASE.readAsAdministrator("select 1 from privacy_ledger where tenant_id = '" + gone + "'"))
                .isEmpty();
        assertThat(asker.get(figure("quality"))).isEqualTo(answer);
        assertThat(asker.get(figure("latency")).path("measure").asString()).isEqualTo("latency");
        assertThat(OPERATOR.delete("/v1/tenants/" + contributors.getLast()).status())
                .isEqualTo(204);
        isRefused(asker.ask(figure("success-rate")), 403, "too-few-tenants");
    }
}
