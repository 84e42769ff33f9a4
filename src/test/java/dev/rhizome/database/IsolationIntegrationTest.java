package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
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
            "provenance_checkpoints",
            "provenance_mentions");

    /** Tables whose rows go, and do not change; the service may not update them. */
    private static final List<String> NEVER_UPDATED = List.of("provenance_payloads", "vector_changes", "late_vectors");

    /** Tables whose rows go by functions of the owner alone. */
    private static final List<String> NOT_REMOVED = List.of("event_chains", "provenance_chains", "tenants");

    /** One row of every tenant table, here and below; one that is missing fails {@link #everyTableHasARow}. */
    private static final String FOUNDATION = """
            insert into tenants (tenant_id, slug, name) values (current_tenant(), 'acme', 'Acme');
            insert into api_keys (key_id, name, role, secret_hash)
            values (gen_random_uuid(), 'k', 'reader', sha256('x'));
            insert into entities (entity_id, type, name, digest) values ('a', 'T', 'A', ''), ('b', 'T', 'B', '');
            insert into relationships (source_id, target_id, type) values ('a', 'b', 'T');
            select index_documents(array['a'], array['T'], array['clock'], array['time'], array[1]::real[],
                                array['{}']::jsonb[], 1::smallint, array[array_fill(1::real, array[384])::vector],
                                null, array[null]::vector[]);
            insert into job_leases (job) values ('re-embedding');
            insert into tenant_limits (weight) values (3);
            insert into tenant_usage (hour, requests) values ('2026-03-01', 1);
            insert into reembedding_jobs (from_space, to_space, documents) values (1, 2, 1);
            insert into audit_log (actor, role, action, kind, subject) values ('k', 'writer', 'created', 'entity', 'a');
            """;

    private static final String AGENTS = """
            insert into agent_profiles (agent_id, name, model_family) values ('a', 'A', 'm'), ('b', 'B', 'm');
            insert into agent_capabilities (agent_id, kind, canonical, value) values ('a', 'language', 'go', 'Go');
            insert into current_load (agent_id) values ('a');
            insert into agent_performance_history values (default, 'a', '', 1, 1, 1, 1, 1, now());
            insert into agent_performance_events (agent_id, event_id, task_type, success, quality, latency_ms)
            values ('a', 'e', '', true, 1, 1);
            insert into agent_capabilities_graph (agent_id, node_id, capability_name, canonical_name, confidence)
            values ('a', 'a', 'N', 'n', 1);
            insert into entity_chunk_mappings (agent_id, node_id, chunk_id, mention_digest, chunk_type, mention_text,
                                               extraction_method, extraction_confidence)
            values ('a', 'a', 'c', sha256('n'), 'task', 'n', 'manual', 1);
            insert into agent_relationships (source_id, type, target_id, confidence)
            values ('agent:a', 'SIMILAR_TO', 'agent:b', 1);
            insert into agent_centrality values (default, 'a', 1, 1, 1, 1, now());
            """;
    private static final String PROVENANCE = """
            insert into provenance_chains default values;
            insert into caws_provenance_graph
              (sequence, entity_type, entity_id, constitutional_refs, about, relationships, derived_from, erases,
               recorded_at, writer, writer_role, previous_hash, version, key_id, hash, signature)
            values (1, 'verdict', 'v', '{}', '{}', '{}', '{}', '{}', now(), 'k', 'writer', sha256('0'), 1, 'key',
                    sha256('1'), sha512('1'));
            insert into provenance_payloads (sequence, salt) values (1, sha256('salt'));
            insert into provenance_mentions (role, name, sequence) values ('about', 'a', 1);
            insert into provenance_checkpoints (sequence, hash, signed_at, key_id, version, signature)
            values (1, sha256('1'), now(), 'key', 1, sha512('1'));
            """;
    private static final String EVENTS = """
            select add_event_partition('2026-03-01');
            insert into performance_events (sequence, event_id, type, occurred_at, received_at, mac)
            values (1, 'e', 'system_health', '2026-03-01', now(), sha256('')),
                   (2, 'f', 'system_health', '2001-03-01', now(), sha256(''));
            insert into event_chains (sequence, mac, checkpoint_mac) values (2, sha256(''), sha256(''));
            insert into event_truncations (sequence, mac, events, policy, newest_at, pruned_at, truncation_mac)
            values (1, sha256(''), 1, 'delete', now(), now(), sha256(''));
            insert into event_progress (processed_to) values (1);
            insert into performance_rollups (hour, agent_id, type, events, successes, errors, latencies)
            values ('2026-03-01', '', 'system_health', 1, 0, 0, 0);
            insert into performance_anomalies (anomaly_id, type, severity, method, detected_at)
            values ('a', 'latency_spike', 'low', 'client', now());
            insert into benchmark_datasets (dataset_id, name, task_type, test_cases) values ('d', 'D', 'code', 1);
            insert into benchmark_evaluations (evaluation_id, dataset_id, agent_id) values ('v', 'd', 'a');
            insert into agent_performance_profiles (agent_id, task_type) values ('a', 'code');
            """;

    private static TestDatabase database = TestDatabase.create();

    @BeforeAll
    static void oneRowEach() throws SQLException {
        List<String> ignored = database.asApplication(ACME, FOUNDATION + AGENTS + PROVENANCE + EVENTS);
        assertThat(ignored).isNotNull();
        assertThat(database.asApplication(ACME, "insert into late_vectors (document_id) values ('late') returning 1"))
                .hasSize(1);
        VectorHomes.begin(database, ACME, "own");
        assertThat(database.asApplication(
                        ACME, "select copy_vectors(worker, 10) from job_leases where job = 'rehousing'"))
                .containsExactly("t");
    }

    static Stream<String> tables() throws SQLException {
        return database.asApplication(null, """
                        select relname from pg_class
                         where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p')
                           and relname not in ('flyway_schema_history', 'vector_spaces', 'installation') and not relispartition
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

    @ParameterizedTest
    @MethodSource("tables")
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
