package dev.rhizome.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the one function tells of several tenants, asked in the service's own role. */
class FederatedFigureIntegrationTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Federation FEDERATION = new Federation(DATABASE);
    private static final int GROUPS = 800;
    private static final int MANY = 30;

    @BeforeEach
    void nobodyElse() {
        FEDERATION.begin();
    }

    /** New tenants with an outcome each. */
    private static List<UUID> contributors(int count, String group) {
        List<UUID> tenants = FEDERATION.tenants(count);
        FEDERATION.outcome(tenants, group, 0.5, 30_000);
        return tenants;
    }

    @Test
    void aFigureIsOfAsManyTenantsAsItMustBe() throws SQLException {
        UUID asker = FEDERATION.tenants(1).getFirst();
        List<UUID> four = contributors(4, "code");
        assertThat(FEDERATION.ask(asker, "quality", "code")).isEqualTo("too-few");
        assertThat(FEDERATION.ask(asker, "quality", "nothing")).isEqualTo("too-few");
        assertThat(FEDERATION.charged(asker, "asker")).isZero();

        UUID fifth = contributors(1, "code").getFirst();
        assertThat(FEDERATION.ask(asker, "quality", "code")).startsWith("answered ");
        assertThat(FEDERATION.charged(asker, "asker")).isOne();
        assertThat(FEDERATION.charged(asker, "contributor")).isZero();
        assertThat(FEDERATION.charged(fifth, "contributor")).isOne();

        FEDERATION.privacy(four.getFirst(), "{\"kAnonymity\": 6}");
        assertThat(FEDERATION.ask(asker, "success-rate", "code")).isEqualTo("too-few");
        FEDERATION.privacy(four.getFirst(), "{\"kAnonymity\": 3}");
        assertThat(FEDERATION.ask(asker, "success-rate", "code")).startsWith("answered ");
    }

    /** It would tell whether that tenant has anything to do with the group. */
    @Test
    void theLargestKHoldsWhetherOrNotItsTenantContributes() throws SQLException {
        UUID careful = FEDERATION.tenants(1).getFirst();
        UUID asker = contributors(6, "code").getFirst();
        FEDERATION.privacy(careful, "{\"kAnonymity\": 7}");

        assertThat(FEDERATION.ask(asker, "quality", "code")).isEqualTo("too-few");
    }

    @Test
    void onlyActiveFederatedTenantsContributeAndAsk() throws SQLException {
        List<UUID> tenants = contributors(5, "code");
        UUID asker = FEDERATION.tenants(1).getFirst();
        for (String change : List.of("isolation = 'strict'", "isolation = 'shared'", "status = 'suspended'")) {
            DATABASE.asAdministrator(
                    "update rhizome.tenants set " + change + " where tenant_id = '" + tenants.getFirst() + "'");

            assertThat(FEDERATION.ask(asker, "quality", "code")).as(change).isEqualTo("too-few");
            assertThat(FEDERATION.ask(tenants.getFirst(), "quality", "code"))
                    .as(change)
                    .isEqualTo("not-federated");

            DATABASE.asAdministrator("update rhizome.tenants set isolation = 'federated', status = 'active'"
                    + " where tenant_id = '" + tenants.getFirst() + "'");
        }
        assertThat(FEDERATION.ask(asker, "quality", "code")).startsWith("answered ");
        DATABASE.asAdministrator(
                "update rhizome.tenants set status = 'closing' where tenant_id = '" + tenants.getFirst() + "'");
        assertThat(FEDERATION.ask(asker, "latency", "code")).isEqualTo("too-few");
        assertThat(FEDERATION.ask(UUID.randomUUID(), "quality", "code")).isEqualTo("not-federated");
    }

    @Test
    void onlyWhatIsOverIsTold() throws SQLException {
        UUID asker = contributors(5, "code").getFirst();
        String form = "select outcome from federated_figure('quality', 'code', %s)";
        for (String open : List.of(
                "'day', current_date",
                "'month', date_trunc('month', now())::date",
                "'week', date_trunc('week', now())::date",
                "'week', '2026-01-01'",
                "'month', '2026-01-02'",
                "'year', '2025-01-01'",
                "'hour', '2026-01-01'")) {
            assertThat(DATABASE.asApplication(asker, form.formatted(open)))
                    .as(open)
                    .containsExactly("open-period");
        }
        assertThat(DATABASE.asApplication(asker, form.formatted("'day', '2026-01-14'")))
                .containsExactly("too-few");
        for (String closed : List.of("'day', '2026-01-15'", "'week', '2026-01-12'", "'month', '2026-01-01'")) {
            assertThat(DATABASE.asApplication(asker, form.formatted(closed)))
                    .as(closed)
                    .containsExactly("answered");
        }
        assertThat(FEDERATION.ask(asker, "salaries", "code")).isEqualTo("unknown-measure");
    }

    @Test
    void aThousandQuestionsHaveOneAnswerAndCostOnce() throws SQLException {
        List<UUID> tenants = contributors(8, "code");
        String first = FEDERATION.ask(tenants.getFirst(), "quality", "code");

        for (UUID asker : List.of(tenants.getFirst(), tenants.getLast())) {
            assertThat(DATABASE.asApplication(asker, """
                            select distinct concat_ws(' ', f.outcome, f.value, f.tenants, f.k, f.scale)
                              from generate_series(1, 1000) as i,
                                   federated_figure('quality', 'code' || left(i::text, 0), 'month', '2026-01-01') as f
                            """)).containsExactly(first);
        }

        for (UUID tenant : tenants) {
            assertThat(FEDERATION.charged(tenant, "contributor")).isOne();
        }
        assertThat(FEDERATION.charged(tenants.getFirst(), "asker")).isOne();
        assertThat(FEDERATION.charged(tenants.getLast(), "asker")).isZero();
    }

    private static String groups(int count) {
        return "(select array_agg('g' || i) from generate_series(1, " + count + ") as i)";
    }

    private static double[] numbers(List<String> texts) {
        return texts.stream().mapToDouble(Double::parseDouble).toArray();
    }

    private static double mean(double... numbers) {
        return IntStream.range(0, numbers.length)
                .mapToDouble(i -> numbers[i])
                .average()
                .orElseThrow();
    }

    private static double meanDeviation(double middle, double... numbers) {
        return IntStream.range(0, numbers.length)
                .mapToDouble(i -> Math.abs(numbers[i] - middle))
                .average()
                .orElseThrow();
    }

    /** The mean of 800 deviations differs from the scale by a twenty-eighth of it: a fifth is more than five times that. */
    @Test
    void theNoiseHasTheScaleThatItsEpsilonNeeds() throws SQLException {
        List<UUID> tenants = FEDERATION.tenants(MANY);
        FEDERATION.outcomes(tenants, groups(GROUPS), 0.5, 1);

        List<String> answers =
                FEDERATION.answers(tenants.getFirst(), "quality", GROUPS, "(value - 0.5) * tenants || ' ' || tenants");

        assertThat(answers).hasSize(GROUPS);
        double[] sums =
                numbers(answers.stream().map(row -> row.split(" ", 2)[0]).toList());
        double[] counts =
                numbers(answers.stream().map(row -> row.split(" ", 2)[1]).toList());
        assertThat(meanDeviation(0, sums)).isCloseTo(0.5 / 0.25, Percentage.withPercentage(20));
        assertThat(mean(sums)).isCloseTo(0, within(0.6));
        assertThat(meanDeviation(MANY, counts)).isCloseTo(3.96, Percentage.withPercentage(20));
        assertThat(mean(counts)).isCloseTo(MANY, within(1.2));
        assertThat(Set.copyOf(answers)).as("two may be the same by chance").hasSizeGreaterThan(GROUPS - 20);
    }

    /** All others stand in the middle of the range, so what is added up is what the one tenant adds, and noise. */
    @Test
    void absurdNumbersMoveAFigureByHalfTheRangeAtMost() throws SQLException {
        List<UUID> tenants = FEDERATION.tenants(MANY);
        FEDERATION.outcomes(tenants, groups(GROUPS / 2), 0.5, 30_000);
        FEDERATION.outcomes(FEDERATION.tenants(1), groups(GROUPS / 2), 0.5, 1_000_000_000_000L);

        List<String> answers =
                FEDERATION.answers(tenants.getFirst(), "latency", GROUPS / 2, "(value / 60000 - 0.5) * tenants");

        assertThat(answers).hasSize(GROUPS / 2);
        assertThat(mean(numbers(answers))).isCloseTo(0.5, within(0.8));
    }

    @Test
    void whoAskedForAllItMayIsRefusedAtTheNextNewQuestion() throws SQLException {
        UUID asker = contributors(6, "code").getFirst();
        FEDERATION.privacy(asker, "{\"epsilon\": 1}");
        String first = FEDERATION.ask(asker, "quality", "code");
        assertThat(FEDERATION.ask(asker, "success-rate", "code")).startsWith("answered ");

        assertThat(FEDERATION.ask(asker, "latency", "code")).isEqualTo("budget-spent");
        assertThat(FEDERATION.ask(asker, "quality", "code")).isEqualTo(first);

        assertThat(FEDERATION.charged(asker, "asker")).isEqualTo(2);
        assertThat(DATABASE.asApplication(asker, """
                        select renews_at = (date_trunc('quarter', now() at time zone 'UTC') + interval '3 months') at time zone 'UTC'
                          from federated_figure('latency', 'code', 'month', '2026-01-01')
                        """)).containsExactly("t");
        FEDERATION.forgive();
        assertThat(FEDERATION.ask(asker, "latency", "code")).startsWith("answered ");
    }

    @Test
    void whoHasGivenAllItMayIsLeftOut() throws SQLException {
        List<UUID> tenants = contributors(6, "code");
        UUID asker = FEDERATION.tenants(1).getFirst();
        FEDERATION.privacy(tenants.getFirst(), "{\"epsilon\": 0.5}");
        FEDERATION.privacy(tenants.getLast(), "{\"epsilon\": 1}");
        for (String measure : List.of("quality", "success-rate")) {
            assertThat(FEDERATION.ask(asker, measure, "code")).startsWith("answered ");
        }

        assertThat(FEDERATION.ask(asker, "latency", "code")).isEqualTo("budget-spent");

        assertThat(FEDERATION.charged(tenants.getFirst(), "contributor")).isEqualTo(1);
        assertThat(FEDERATION.charged(tenants.getLast(), "contributor")).isEqualTo(2);
        assertThat(FEDERATION.charged(tenants.get(1), "contributor")).isEqualTo(2);
        assertThat(FEDERATION.charged(asker, "asker")).isEqualTo(2);
    }

    @Test
    void whatIsNoNumberWithinBoundsIsNotBelieved() throws SQLException {
        List<UUID> tenants = contributors(4, "code");
        for (String settings : List.of(
                "{\"kAnonymity\": 1, \"epsilon\": \"all\"}", "[7]", "{\"kAnonymity\": [1], \"epsilon\": 1e300}")) {
            FEDERATION.privacy(tenants.getFirst(), settings);
            assertThat(FEDERATION.ask(tenants.getFirst(), "quality", "code"))
                    .as(settings)
                    .isEqualTo("too-few");
        }
        assertThat(DATABASE.asApplication(null, """
                        select concat_ws(' ', federated_k(p), federated_budget(p))
                          from unnest(array['{}', '{"kAnonymity": 1, "epsilon": 1e300}', '{"kAnonymity": 1e9, "epsilon": -1}',
                                            '{"kAnonymity": 2.5, "epsilon": 0.25}', '"x"', 'null']::jsonb[]) as p
                        """)).containsExactly("5 5", "2 10", "1000 0", "3 0.25", "5 5", "5 5");
    }

    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<T>> running = threads.invokeAll(tasks);
            return running.stream().map(Future::resultNow).toList();
        }
    }

    @Test
    void whoeverAsksFirstAtTheSameTimeGetsTheSameAnswer() throws Exception {
        List<UUID> tenants = contributors(6, "code");

        List<String> answers = atOnce(tenants.stream()
                .<Callable<String>>map(asker -> () -> FEDERATION.ask(asker, "quality", "code"))
                .toList());

        assertThat(answers.stream().distinct()).hasSize(1);
        assertThat(answers.getFirst()).startsWith("answered ");
        int asked = 0;
        for (UUID tenant : tenants) {
            assertThat(FEDERATION.charged(tenant, "contributor")).isOne();
            asked += FEDERATION.charged(tenant, "asker");
        }
        assertThat(asked).isOne();
    }

    @Test
    void newQuestionsAtTheSameTimeDoNotSpendTheSameBudgetTwice() throws Exception {
        List<UUID> tenants = contributors(6, "code");
        for (UUID tenant : tenants) {
            FEDERATION.privacy(tenant, "{\"epsilon\": 1}");
        }

        List<String> answers = atOnce(List.of("quality", "success-rate", "latency", "outcomes").stream()
                .<Callable<String>>map(measure -> () -> FEDERATION.ask(tenants.getFirst(), measure, "code"))
                .toList());

        assertThat(answers.stream().filter("budget-spent"::equals)).hasSize(2);
        assertThat(answers.stream().filter(answer -> answer.startsWith("answered ")))
                .hasSize(2);
        assertThat(FEDERATION.charged(tenants.getLast(), "contributor")).isEqualTo(2);
    }

    @Test
    void nothingElseOfOtherTenantsCanBeHad() throws SQLException {
        List<UUID> tenants = contributors(5, "code");
        UUID asker = FEDERATION.tenants(1).getFirst();

        assertThat(DATABASE.asApplication(asker, """
                        select outcome from federated_figure('quality', 'code', 'month', '2026-01-01');
                        select concat_ws(' ', current_tenant(), (select count(*) from agent_performance_events),
                                         (select count(*) from tenants), (select count(*) from privacy_ledger))
                        """)).containsExactly(asker + " 0 1 1");

        for (String sql : List.of(
                "select 1 from federated_answers",
                "insert into federated_answers select * from federated_answers",
                "delete from federated_answers",
                "update privacy_ledger set epsilon = 0.1",
                "delete from privacy_ledger")) {
            assertThatThrownBy(() -> DATABASE.asApplication(asker, sql)).hasMessageContaining("permission denied");
        }
        assertThatThrownBy(() -> DATABASE.asApplication(asker, """
                        insert into privacy_ledger (side, measure, task_type, period_from, period_until, epsilon)
                        values ('asker', 'quality', 'code', '2026-01-01', '2026-02-01', -5)
                        """))
                .hasMessageContaining("privacy_ledger_epsilon_range");
        assertThat(DATABASE.asApplication(asker, "select distinct tenant_id from privacy_ledger"))
                .containsExactly(asker.toString());
        assertThat(tenants).hasSize(5);
    }

    @Test
    void aTenantsNumberIsReadFromARangeOfAnIndex() throws SQLException {
        FEDERATION.outcomes(FEDERATION.tenants(3), groups(GROUPS), 0.5, 1);
        DATABASE.asAdministrator("analyze rhizome.agent_performance_events");

        assertThat(DATABASE.readAsAdministrator("""
                        explain (generic_plan, costs off)
                        select avg(e.quality) from agent_performance_events e
                         where e.tenant_id = $1 and e.task_type = $2 and e.recorded_at >= $3 and e.recorded_at < $4
                        """))
                .anyMatch(line -> line.contains("Scan using agent_performance_events_of_task"));
    }

    /** Should a grant lead there one day. */
    @Test
    void noTenantSeesTheAnswersOfAll() throws SQLException {
        UUID asker = contributors(5, "code").getFirst();
        assertThat(FEDERATION.ask(asker, "quality", "code")).startsWith("answered ");
        DATABASE.asOwner("grant select, insert on rhizome.federated_answers to rhizome_app");

        assertThat(DATABASE.asApplication(asker, "select 1 from federated_answers"))
                .isEmpty();
        assertThatThrownBy(() -> DATABASE.asApplication(asker, """
                        insert into federated_answers values
                          (current_tenant(), 'latency', 'code', '2026-01-01', '2026-02-01', 1, 5, 5, 1, 0.5, now())
                        """)).hasMessageContaining("federated_answers_nobodys");

        DATABASE.asOwner("revoke select, insert on rhizome.federated_answers from rhizome_app");
    }

    @Test
    void whatFailsHalfWayLeavesTheTenantAsItWas() throws SQLException {
        UUID asker = contributors(6, "code").getFirst();
        try (TestDatabase.Held held = DATABASE.hold(
                "set local lock_timeout = '1s'; select pg_advisory_xact_lock(hashtextextended('answers over federated tenants', 0))")) {
            assertThatThrownBy(() -> FEDERATION.ask(asker, "quality", "code")).hasMessageContaining("lock timeout");
            assertThat(held.isHeld()).isTrue();
        }

        assertThat(FEDERATION.ask(asker, "quality", "code")).startsWith("answered ");
        assertThat(FEDERATION.charged(asker, "asker")).isOne();
    }
}
