package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What would stand in the way of tables distributed by tenant is not there; the catalogue and the migrations tell (ADR 16). */
class DistributionIntegrationTest {

    private static final UUID ACME = UUID.fromString("00000000-0000-7000-8000-00000000000a");

    /** Functions that look for tenants, and so name none: the allow-list of the pre-flight. */
    private static final Set<String> LOOK_FOR_TENANTS = Set.of(
            "list_tenants",
            "federated_figure",
            "received_grants",
            "visit",
            "open_reembedding_jobs",
            "tenants_with_late_vectors",
            "tenants_free_for_job",
            "events_to_roll_up",
            "events_to_retain",
            "provenance_due_for_checkpoint",
            "look_at_vectors",
            "vector_moves");

    private static final Pattern TABLE_MADE =
            Pattern.compile("(?s)create table (rhizome\\.\\w+) (.*?);\\n(?:call rhizome\\.isolate|grant)");
    private static final Pattern KEY_ADDED =
            Pattern.compile("alter table (rhizome\\.\\w+)\\s+add constraint \\w+\\s+foreign key");
    private static final Pattern COMMENT = Pattern.compile("--[^\\n]*");
    private static final Pattern NAMED = Pattern.compile("tenant_id = (tenant\\b|\\$1|rhizome\\.current_tenant\\(\\))");

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static List<String> tenantTables = List.of();
    private static String ownHome = "";

    @BeforeAll
    static void everyKindOfTableIsThere() throws SQLException {
        assertThat(DATABASE.asApplication(ACME, """
                        insert into tenants (tenant_id, slug, name) values (current_tenant(), 'acme', 'Acme');
                        select add_event_partition('2026-03-01')
                        """)).containsExactly("t");
        ownHome = VectorHomes.move(DATABASE, ACME, "indexed");
        tenantTables = DATABASE.readAsAdministrator(
                "select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relrowsecurity");
    }

    @Test
    void functionsThatUseTablesHaveStringBodies() throws SQLException {
        assertThat(DATABASE.readAsAdministrator("""
                        select oid::regprocedure from pg_proc
                         where pronamespace = 'rhizome'::regnamespace and prosqlbody is not null
                        """)).containsExactlyInAnyOrder("current_tenant()", "current_guest()");
    }

    @Test
    void statementsInFunctionsNameTheTenant() throws SQLException {
        List<String> functions = DATABASE.readAsAdministrator("""
                select proname || '\t' || prosrc from pg_proc
                 where pronamespace = 'rhizome'::regnamespace and prosqlbody is null order by proname
                """);

        assertThat(functions).hasSizeGreaterThan(20).allSatisfy(function -> {
            String[] nameAndBody = function.split("\t", 2);
            if (!LOOK_FOR_TENANTS.contains(nameAndBody[0])) {
                assertThat(withoutTenant(nameAndBody[1])).as(nameAndBody[0]).isEmpty();
            }
        });
    }

    @Test
    void aStatementInAFunctionWithoutTheTenantIsFound() {
        assertThat(withoutTenant("begin delete from rhizome.entities where entity_id = any (ids); end"))
                .hasSize(1);
        assertThat(withoutTenant("""
                        begin
                          perform from rhizome.tenants where tenant_id = tenant;
                          perform from rhizome.entities e join rhizome.relationships r on r.source_id = e.entity_id
                            where e.tenant_id = tenant;
                        end
                        """)).singleElement().asString().contains("relationships");
    }

    private static List<String> withoutTenant(String body) {
        Pattern used =
                Pattern.compile("\\b(from|join|update|using)\\s+rhizome\\.(" + String.join("|", tenantTables) + ")\\b");
        return Stream.of(COMMENT.matcher(body).replaceAll("").split(";", -1))
                .filter(statement -> used.matcher(statement).results().count()
                        > NAMED.matcher(statement).results().count())
                .toList();
    }

    @Test
    void foreignKeysAreAddedAfterTheTableIsIsolated() throws IOException {
        int keys = 0;
        for (Path file : versions()) {
            String sql = Files.readString(file);
            assertThat(TABLE_MADE.matcher(sql).results().map(match -> match.group(2)))
                    .noneMatch(columns -> columns.contains("references"));
            for (MatchResult key : KEY_ADDED.matcher(sql).results().toList()) {
                assertThat(sql.substring(0, key.start())).contains("call rhizome.isolate('" + key.group(1) + "')");
                keys++;
            }
        }

        assertThat(keys).isGreaterThan(10);
    }

    private static List<Path> versions() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("migrations"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("V"))
                    .toList();
        }
    }

    @Test
    void onlyTablesThatEveryServerWouldHoldHaveAKeyWithoutTheTenant() throws SQLException {
        assertThat(DATABASE.readAsAdministrator("""
                        select distinct c.relname from pg_index i join pg_class c on c.oid = i.indrelid
                         where c.relnamespace = 'rhizome'::regnamespace and i.indisunique
                           and c.relname <> 'flyway_schema_history'
                           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]
                                                                        and a.attname = 'tenant_id')
                         order by 1
                        """)).containsExactly("installation", "tenants", "vector_spaces");
    }

    @Test
    void noPartitionIsPartitioned() throws SQLException {
        List<String> partitions = DATABASE.readAsAdministrator("""
                select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relispartition and relkind = 'r'
                """);

        assertThat(partitions).contains("performance_events_2026_03").doesNotContain(ownHome);
        assertThat(tenantTables).contains("vectors", ownHome);
        assertThat(DATABASE.readAsAdministrator("select relname from pg_class where relispartition and relkind = 'p'"))
                .isEmpty();
    }

    @Test
    void nothingCountsForAllTenants() throws SQLException {
        assertThat(DATABASE.readAsAdministrator(
                        "select relname from pg_class where relnamespace = 'rhizome'::regnamespace and relkind = 'S'"))
                .isEmpty();
    }

    @Test
    void functionsLeaveNothingInTheSession() throws SQLException {
        assertThat(DATABASE.readAsAdministrator("""
                        select proname from pg_proc where pronamespace = 'rhizome'::regnamespace
                           and prosrc ~ 'set_config\\([^;]*false\\)|\\mset session\\M|\\mtemp(orary)?\\s+table\\M|\\mlisten\\M'
                        """)).isEmpty();
        assertThat(DATABASE.readAsAdministrator("""
                        select proname from pg_proc where pronamespace = 'rhizome'::regnamespace
                           and prosrc ~ 'pg_(try_)?advisory_lock'
                        """)).isEmpty();
    }

    @Test
    void statementsLeaveNothingInTheSession() {
        Pattern session =
                Pattern.compile("(?is)pg_(try_)?advisory_lock\\(|\\bset session\\b|create temp|^\\s*listen\\s");

        assertThat(Statements.ofTheService().stream()
                        // It listens on a connection that nobody else gets.
                        .filter(statements -> !statements.className().equals(Notifications.class.getName()))
                        .flatMap(statements -> statements.texts().stream())
                        .filter(text -> session.matcher(text).find()))
                .isEmpty();
    }

    @Test
    void whatIsAppendOnlyStaysSoWithoutItsTriggers() throws SQLException {
        TestDatabase bare = TestDatabase.create();
        List<String> triggers = bare.readAsAdministrator("""
                select 'drop trigger ' || t.tgname || ' on rhizome.' || c.relname
                  from pg_trigger t join pg_class c on c.oid = t.tgrelid
                 where c.relnamespace = 'rhizome'::regnamespace and not t.tgisinternal and t.tgparentid = 0
                   and not c.relispartition
                """);
        bare.asOwner(triggers.toArray(String[]::new));

        List<String> kept = new ArrayList<>();
        for (String drop : triggers) {
            String table = drop.substring(drop.lastIndexOf('.') + 1);
            kept.add(table);
            for (String sql : List.of("update " + table + " set tenant_id = tenant_id", "delete from " + table)) {
                assertThatThrownBy(() -> bare.asApplication(ACME, sql)).hasMessageContaining("permission denied");
            }
            assertThatThrownBy(() -> bare.asApplication(ACME, "truncate " + table))
                    .hasMessageContaining("permission denied");
        }
        assertThat(kept).hasSizeGreaterThan(4).contains("audit_log");
        assertThat(bare.readAsAdministrator("select count(*) from pg_trigger where tgname = 'append_only'"))
                .containsExactly("0");
    }

    @Test
    void aClosingTenantsRowsGoWithoutTheTriggersToo() throws SQLException {
        TestDatabase bare = TestDatabase.create();
        bare.asOwner("drop trigger append_only on rhizome.provenance_mentions");
        List<String> removed = bare.asApplication(ACME, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'acme', 'Acme');
                select close_tenant('k', 'writer', null);
                insert into provenance_mentions (role, name, sequence) values ('about', 'a', 1), ('about', 'b', 1);
                insert into audit_log (actor, role, action, kind, subject) values ('k', 'writer', 'created', 'entity', 'a');
                select purge_append_only(10)
                """);

        assertThat(removed).containsExactly("2");
        assertThat(bare.asApplication(ACME, "select 1 from provenance_mentions"))
                .isEmpty();
        assertThat(bare.asApplication(ACME, "select 1 from audit_log")).hasSize(2);
    }
}
