package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Four facts of every table in the schema, read from the catalogue, so that a new table is under test by itself. */
class IsolationIntegrationTest {

    private static final UUID ACME = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID OTHER = UUID.fromString("00000000-0000-7000-8000-00000000000b");

    /** Tables to which rows are only added. */
    private static final List<String> APPEND_ONLY = List.of(
            "audit_log",
            "caws_provenance_graph",
            "event_truncations",
            "performance_events",
            "privacy_ledger",
            "provenance_checkpoints",
            "provenance_mentions",
            "tenant_access_log");

    /** Tables whose rows go, and do not change, but that a grant is revoked; the service may not update them. */
    private static final List<String> NEVER_UPDATED =
            List.of("graph_search_sessions", "provenance_payloads", "vector_changes", "late_vectors", "tenant_grants");

    /** What only functions of the owner add rows to. */
    private static final List<String> NOT_ADDED_TO = List.of("tenant_access_log", "tenant_grants");

    /** Tables whose rows go by functions of the owner alone. */
    private static final List<String> NOT_REMOVED = List.of("event_chains", "provenance_chains", "tenants");

    private static TestDatabase database = TestDatabase.create();

    @BeforeAll
    static void oneRowEach() throws SQLException {
        OneRowEach.fill(database, ACME, OneRowEach.SQL);
    }

    static Stream<String> tables() throws SQLException {
        return database.asApplication(null, """
                        select relname from pg_class
                         where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p')
                           and relname not in ('flyway_schema_history', 'vector_spaces', 'installation', 'federated_answers')
                           and not relispartition
                        """).stream();
    }

    static Stream<String> partitions() throws SQLException {
        return database
                .asApplication(
                        null, "select oid::regclass from pg_class where relispartition and relkind in ('r', 'p')")
                .stream();
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void partitionsAreReachedThroughTheirParentOnly(String partition) {
        assertThatThrownBy(() -> database.asApplication(ACME, "select 1 from " + partition))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> database.asApplication(ACME, "delete from " + partition))
                .hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void partitionsAreForcedToBeSecureToo(String partition) throws SQLException {
        assertThat(database.asApplication(
                        null,
                        "select relrowsecurity and relforcerowsecurity from pg_class where oid = '" + partition
                                + "'::regclass"))
                .containsExactly("t");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyTableHasARow(String table) throws SQLException {
        assertThat(database.asApplication(ACME, "select 1 from " + table + " limit 1"))
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void anotherTenantReadsNothing(String table) throws SQLException {
        assertThat(database.asApplication(OTHER, "select 1 from " + table)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void noTenantReadsNothing(String table) throws SQLException {
        assertThat(database.asApplication(null, "select 1 from " + table)).isEmpty();
    }

    static Stream<String> removable() throws SQLException {
        return tables().filter(table -> !APPEND_ONLY.contains(table) && !NOT_REMOVED.contains(table));
    }

    static Stream<String> changeable() throws SQLException {
        return Stream.concat(removable(), Stream.of("event_chains", "provenance_chains"))
                .filter(table -> !NEVER_UPDATED.contains(table));
    }

    static Stream<String> appendOnly() throws SQLException {
        List<String> found = database.asApplication(null, """
                select relname from pg_trigger join pg_class c on c.oid = tgrelid
                 where tgname = 'append_only' and not relispartition order by relname
                """);
        assertThat(found).containsExactlyElementsOf(APPEND_ONLY);
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("appendOnly")
    void nobodyChangesWhatIsKept(String table) {
        for (String sql : List.of("update " + table + " set tenant_id = tenant_id", "delete from " + table)) {
            assertThatThrownBy(() -> database.asApplication(ACME, sql)).hasMessageContaining("permission denied");
            assertThatThrownBy(() -> database.asOwner(
                            "set search_path = rhizome; set app.current_tenant = '" + ACME + "'; " + sql))
                    .hasMessageContaining("append-only");
        }
        assertThatThrownBy(() -> database.asOwner("truncate rhizome." + table + " cascade"))
                .hasMessageContaining("append-only");
    }

    @ParameterizedTest
    @MethodSource("changeable")
    void anotherTenantChangesNothing(String table) throws SQLException {
        assertThat(database.asApplication(OTHER, "update " + table + " set tenant_id = tenant_id"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @MethodSource("removable")
    void anotherTenantRemovesNothing(String table) throws SQLException {
        assertThat(database.asApplication(OTHER, "delete from " + table)).containsExactly("0");
    }

    @Test
    void whatOnlyTheOwnerRemovesCannotBe() {
        for (String table : NOT_REMOVED) {
            assertThatThrownBy(() -> database.asApplication(ACME, "delete from " + table))
                    .hasMessageContaining("permission denied");
        }
        assertThatThrownBy(() -> database.asApplication(ACME, "update tenants set tenant_id = tenant_id"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> database.asApplication(ACME, "update tenants set status = 'active'"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void anotherTenantDoesNotChangeATenant() throws SQLException {
        assertThat(database.asApplication(OTHER, "update tenants set name = 'mine'"))
                .containsExactly("0");
    }

    @Test
    void whatIsNeverUpdatedCannotBe() {
        for (String table : NEVER_UPDATED) {
            assertThatThrownBy(() -> database.asApplication(ACME, "update " + table + " set tenant_id = tenant_id"))
                    .hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @MethodSource("changeable")
    void rowsCannotBeGivenAway(String table) {
        assertThatThrownBy(() -> database.asApplication(ACME, "update " + table + " set tenant_id = '" + OTHER + "'"))
                .hasMessageContaining("row-level security");
    }

    static Stream<String> addedTo() throws SQLException {
        return tables().filter(table -> !NOT_ADDED_TO.contains(table));
    }

    @Test
    void whatOnlyTheOwnerAddsCannotBe() {
        for (String table : NOT_ADDED_TO) {
            assertThatThrownBy(() -> database.asApplication(ACME, "insert into " + table + " default values"))
                    .hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @MethodSource("addedTo")
    void rowsCannotBeForged(String table) throws SQLException {
        List<String> columns = database.asApplication(
                null,
                "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = 'rhizome." + table
                        + "'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'tenant_id'"
                        + " and has_column_privilege(attrelid, attnum, 'insert')");
        String list = columns.getFirst();

        // The other tenant hands in a copy of its own row under the first one's name.
        assertThatThrownBy(() -> database.asApplication(
                        ACME,
                        "insert into " + table + " (tenant_id, " + list + ") select '" + OTHER + "', " + list + " from "
                                + table))
                .hasMessageContaining("row-level security");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void securityIsForced(String table) throws SQLException {
        assertThat(database.asApplication(
                        null,
                        "select relrowsecurity and relforcerowsecurity from pg_class where oid = 'rhizome." + table
                                + "'::regclass"))
                .containsExactly("t");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyKeyStartsWithTheTenant(String table) throws SQLException {
        assertThat(database.asApplication(null, """
                        select conname from pg_constraint c
                          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
                         where c.conrelid = 'rhizome.%s'::regclass and c.contype in ('p', 'u', 'f')
                           and a.attname <> 'tenant_id' and conname <> 'tenants_slug_unique'
                        """.formatted(table))).isEmpty();
    }

    @Test
    void theRoleOfTheTestsCannotBypassAnything() throws SQLException {
        assertThat(database.asApplication(
                        null, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"))
                .containsExactly("f");
    }
}
