package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rhizome.testing.Draw;
import dev.rhizome.testing.Seeds;
import dev.rhizome.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Somebody who has got hold of the service's connection, and draws statements over every table, view and function of the
 * catalogue: while the tenant is another one's, or none, or no tenant at all, no row of the victim comes, none of its values
 * stands in an error, and none of its rows changes.
 */
class SqlAttackIntegrationTest {

    private static final UUID OWN = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID VICTIM = UUID.fromString("00000000-0000-7000-8000-00000000000b");

    /** In every text of the victim's. */
    private static final String SECRET = "zanzibar";

    private static final int STATEMENTS = 150;
    private static final Pattern NAMES_THE_VICTIM = Pattern.compile("(?i)" + VICTIM + "|" + SECRET);

    /** On the allow-list of pre-flight, or made of what is, since the service's jobs must know for whom there is work: tenants' ids. */
    private static final Pattern GIVE_IDS = Pattern.compile("from (rhizome\\.)?(events_to_retain|events_to_roll_up"
            + "|look_at_vectors|open_reembedding_jobs|provenance_due_for_checkpoint|tenants_free_for_job|tenants_to_rehouse|tenants_with_late_vectors"
            + "|vector_moves)\\(");
    /** And this one is the operator's list of tenants, with their names. */
    private static final Pattern LISTS_TENANTS = Pattern.compile("from (rhizome\\.)?list_tenants\\(");

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static List<String> tables = List.of();
    private static List<String> functions = List.of();
    private static List<String> before = List.of();

    @BeforeAll
    static void twoTenantsWithTheSameKeys() throws SQLException {
        OneRowEach.fill(DATABASE, OWN, OneRowEach.SQL);
        OneRowEach.fill(
                DATABASE,
                VICTIM,
                OneRowEach.SQL
                        .replace("'acme', 'Acme'", "'zanzibar', 'zanzibar'")
                        .replace("'A'", "'zanzibar A'")
                        .replace("'B'", "'zanzibar B'")
                        .replace("'clock'", "'zanzibar'")
                        .replace("'time'", "'zanzibar'")
                        .replace("'task', 'n'", "'task', 'zanzibar'")
                        .replace("'D'", "'zanzibar'"));
        tables = DATABASE.asApplication(null, """
                select n.nspname || '.' || quote_ident(relname) from pg_class c join pg_namespace n on n.oid = relnamespace
                 where nspname = 'rhizome' and relkind in ('r', 'p', 'v', 'm', 'f') and relname <> 'flyway_schema_history' order by 1
                """);
        functions = DATABASE.asApplication(null, """
                select oid::regprocedure::text from pg_proc
                 where pronamespace = 'rhizome'::regnamespace and prokind = 'f' order by 1
                """);
        before = digests();
        assertThat(before)
                .hasSizeGreaterThan(30)
                // All but the other tenant's own table of vectors have a row of the victim's.
                .allMatch(digest ->
                        digest.startsWith("vectors_t0000000000007000800000000000000a_") || !digest.contains("null"));
    }

    @Seeds(cases = 12, first = 2026_1127)
    void nothingOfTheVictimIsSeenOrChanged(long seed) throws SQLException {
        SqlAttack attack = new SqlAttack(new Draw(seed), tables, functions, OWN, VICTIM);
        List<String> history = new ArrayList<>();
        try (Connection connection = DATABASE.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setQueryTimeout(20);
            for (int i = 0; i < STATEMENTS; i++) {
                history.add(step(connection, statement, attack.next()));
            }
            connection.rollback();
        }

        assertThat(history).as("some are answered").anyMatch(entry -> entry.startsWith("rows"));
        assertThat(digests()).as(String.join("\n", history)).isEqualTo(before);
    }

    /** Runs {@code sql} behind what the transaction has got to, and looks at what comes of it. */
    private static String step(Connection connection, Statement statement, String sql) throws SQLException {
        String tenant;
        try {
            tenant = String.valueOf(
                    first(statement, "select coalesce(current_setting('app.current_tenant', true), '')"));
        } catch (SQLException aborted) {
            connection.rollback();
            statement.execute("set local search_path = rhizome, public; set local statement_timeout = '10s'");
            tenant = "";
        }
        String answer = answer(statement, sql);
        boolean becomesTheVictim = sql.contains("app.current_tenant");
        if (!tenant.equals(VICTIM.toString()) && !becomesTheVictim) {
            judge(tenant, sql, answer);
        }
        return answer + " as [" + tenant + "]: " + sql;
    }

    private static void judge(String tenant, String sql, String answer) {
        String told = LISTS_TENANTS.matcher(sql).find() ? "" : answer;
        if (GIVE_IDS.matcher(sql).find() || sql.contains(VICTIM.toString())) {
            told = told.replace(VICTIM.toString(), "");
        }
        if (NAMES_THE_VICTIM.matcher(told).find()) {
            fail("as [%s], %s gives %s", tenant, sql, answer);
        }
    }

    private static String answer(Statement statement, String sql) {
        StringBuilder told = new StringBuilder("rows");
        try {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                if (rows) {
                    append(told, Objects.requireNonNull(statement.getResultSet()));
                }
                rows = statement.getMoreResults();
            }
        } catch (SQLException e) {
            return "error " + e.getMessage();
        }
        return told.toString();
    }

    private static void append(StringBuilder told, ResultSet rows) throws SQLException {
        while (rows.next()) {
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                told.append(' ').append(rows.getString(column));
            }
        }
    }

    private static @Nullable String first(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    /** Prepared once on a connection, under a plan without values, and run for one tenant after the other. */
    @Test
    void aPreparedStatementOfOneTenantShowsAnotherNothing() throws SQLException {
        try (Connection connection = DATABASE.connection()) {
            connection.setAutoCommit(false);
            run(connection, "set plan_cache_mode = force_generic_plan");
            for (String table : tables) {
                try (PreparedStatement prepared = connection.prepareStatement("select t::text from " + table + " t")) {
                    for (UUID tenant : List.of(VICTIM, OWN, VICTIM, OWN, VICTIM, OWN, VICTIM, OWN)) {
                        run(connection, "set local app.current_tenant = '" + tenant + "'");
                        StringBuilder told = new StringBuilder();
                        append(told, prepared.executeQuery());
                        assertThat(told.toString())
                                .as(table)
                                .doesNotContain(tenant.equals(OWN) ? VICTIM.toString() : OWN.toString());
                        connection.commit();
                    }
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as(table).isEqualTo("42501");
                    connection.rollback();
                }
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** By the one way out of the server that JDBC has no statement for. */
    @Test
    void copiedOutIsOnlyOnesOwn() throws Exception {
        try (Connection connection = DATABASE.connection()) {
            connection.setAutoCommit(false);
            for (String table : tables) {
                for (String tenant : List.of(OWN.toString(), "")) {
                    run(connection, "set local app.current_tenant = '" + tenant + "'");
                    String copied = Copy.out(connection, "copy " + table + " to stdout")
                            + Copy.out(connection, "copy (select * from " + table + ") to stdout");
                    connection.rollback();

                    assertThat(copied).as(table).doesNotContain(VICTIM.toString(), SECRET);
                }
            }
        }
    }

    /** Number and digest of the victim's rows in each table. */
    private static List<String> digests() throws SQLException {
        List<String> digests = new ArrayList<>();
        for (String table : DATABASE.asApplication(null, """
                select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p')
                   and not relispartition and has_table_privilege(oid, 'select') and relname not in ('flyway_schema_history', 'vector_spaces')
                """)) {
            digests.add(table
                    + DATABASE.asApplication(
                            VICTIM,
                            "select count(*) || ' ' || md5(string_agg(t::text, ',' order by t::text)) from " + table
                                    + " t"));
        }
        return digests;
    }
}
