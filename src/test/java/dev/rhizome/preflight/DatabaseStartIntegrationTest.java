package dev.rhizome.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Migrations;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** On which databases the service starts, and what it says of the others. */
class DatabaseStartIntegrationTest {

    private static final String NEWEST_OF_INDEXING = """
            select checksum from rhizome.flyway_schema_history where script = 'R__indexing.sql'
             order by installed_rank desc limit 1
            """;

    private final TestDatabase database = TestDatabase.create();

    @Test
    void aHealthyDatabaseIsStartedOn() {
        assertThatCode(() -> start(database, TestDatabase.MODELS)).doesNotThrowAnyException();
    }

    @Test
    void aLeakingDatabaseIsRefusedInOneLine() {
        database.asAdministrator("alter table rhizome.entities no force row level security");

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessage("the service does not start on this database: rls-not-forced: entities"
                        + " (call rhizome.isolate on it in the migration that makes it)");
    }

    @Test
    void manyLeaksAreRefusedInOneLine() {
        database.asAdministrator(
                "alter table rhizome.entities no force row level security",
                "grant truncate on rhizome.entities to rhizome_app",
                "grant create on schema public to rhizome_app");

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageMatching(
                        "the service does not start on this database: role-may-create: schema public .*; and 2 more, which .*");
    }

    @Test
    void anEmptyDatabaseIsRefusedWithTheWayToFillIt() {
        TestDatabase empty = TestDatabase.createEmpty();

        assertThatThrownBy(() -> start(empty, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("no schema rhizome")
                .hasMessageContaining("rhizome migrate");
    }

    @Test
    void anOlderSchemaIsRefusedWithTheWayToMigrateIt() {
        database.asAdministrator("delete from rhizome.flyway_schema_history where version::int > 1");

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("version 1, and this program expects")
                .hasMessageContaining("rhizome migrate");
    }

    @Test
    void olderFunctionsAreRefusedWithTheWayToReplaceThem() {
        database.asAdministrator(
                "update rhizome.flyway_schema_history set checksum = checksum + 1 where script = 'R__indexing.sql'");

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("R__indexing.sql")
                .hasMessageContaining("rhizome migrate");
    }

    /** As a newer program would leave it: one more migration, other functions, and one that runs as the owner. */
    private void expand() {
        database.asOwner(
                "alter table rhizome.entities add column one_day_wanted text",
                "create index one_day_wanted on rhizome.entities (tenant_id, one_day_wanted)",
                """
                create function rhizome.of_the_newer_program() returns integer language sql security definer
                set search_path = rhizome, pg_temp as 'select 1'
                """,
                """
                insert into rhizome.flyway_schema_history
                  (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                select max(installed_rank) + 1, '900', 'expanded', 'SQL', 'V900__expanded.sql', 1, 'owner', 1, true
                  from rhizome.flyway_schema_history
                 union all
                select max(installed_rank) + 2, null, 'indexing', 'SQL', 'R__indexing.sql', 1, 'owner', 1, true
                  from rhizome.flyway_schema_history
                """);
    }

    @Test
    void aNewerSchemaIsServedWhetherTheProgramMightMigrateOrNot() throws Exception {
        expand();

        assertThatCode(() -> start(database, TestDatabase.MODELS)).doesNotThrowAnyException();
        assertThatCode(() -> run(DatabaseSettings.from(database.variables(1)), TestDatabase.MODELS))
                .doesNotThrowAnyException();
        assertThat(database.readAsAdministrator(NEWEST_OF_INDEXING)).containsExactly("1");
    }

    @Test
    void newerFunctionsAreLeftAsTheyAre() throws Exception {
        database.asOwner("""
                insert into rhizome.flyway_schema_history
                  (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                select max(installed_rank) + 1, null, 'indexing', 'SQL', 'R__indexing.sql', 1, 'owner', 1, true
                  from rhizome.flyway_schema_history
                """);

        assertThatCode(() -> start(database, TestDatabase.MODELS)).doesNotThrowAnyException();
        run(DatabaseSettings.from(database.variables(1)), TestDatabase.MODELS);
        assertThat(database.readAsAdministrator(NEWEST_OF_INDEXING)).containsExactly("1");
    }

    @Test
    void aLeakOfANewerSchemaIsRefusedAllTheSame() {
        expand();
        database.asAdministrator("alter table rhizome.entities no force row level security");

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("rls-not-forced: entities");
    }

    @Test
    void anUnknownFunctionOfTheOwnersIsRefusedOnTheSchemaOfThisProgram() {
        database.asOwner("""
                create function rhizome.of_nobody() returns integer language sql security definer
                set search_path = rhizome, pg_temp as 'select 1'
                """);

        assertThatThrownBy(() -> start(database, TestDatabase.MODELS))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("definer-not-allowed: of_nobody()");
    }

    @Test
    void processesThatMigrateAtTheSameTimeDoItOnce() throws Exception {
        TestDatabase empty = TestDatabase.createEmpty();
        DatabaseSettings settings = DatabaseSettings.from(empty.variables(1));
        Callable<Integer> process = () -> DatabaseStart.migrate(settings, TestDatabase.MODELS);
        int applied;
        try (ExecutorService processes = Executors.newFixedThreadPool(3)) {
            applied = processes.invokeAll(Collections.nCopies(3, process)).stream()
                    .mapToInt(Future::resultNow)
                    .sum(); // they may take turns
        }

        assertThat(applied)
                .isEqualTo(Migrations.texts("V*.sql").size()
                        + Migrations.texts("R__*.sql").size());
        assertThat(empty.readAsAdministrator("""
                        select script from rhizome.flyway_schema_history group by script having count(*) > 1
                        """)).isEmpty();
    }

    @Test
    void aModelThatTheSchemaHasNoRoomForIsRefused() {
        List<ModelName> other = List.of(new ModelName("another", 768));

        assertThatThrownBy(() -> start(database, other))
                .isInstanceOf(DatabaseStart.Refusal.class)
                .hasMessageContaining("no room for vectors of 768 numbers by the model another")
                .hasMessageContaining("rhizome migrate");
    }

    @Test
    void theOwnerMigratesAnEmptyDatabaseBeforeItIsLookedAt() throws Exception {
        TestDatabase empty = TestDatabase.createEmpty();
        DatabaseSettings settings = DatabaseSettings.from(empty.variables(1));

        run(settings, TestDatabase.MODELS);

        assertThat(empty.asApplication(null, "select max(version::int) from flyway_schema_history where success"))
                .containsExactly(String.valueOf(Migrations.newest()));
    }

    /** Starts as an installation does whose schema somebody else migrates. */
    private static void start(TestDatabase database, List<ModelName> wanted) {
        Map<String, String> variables = new HashMap<>(database.variables(1));
        variables.remove("DB_MIGRATION_USER");
        run(DatabaseSettings.from(variables), wanted);
    }

    private static void run(DatabaseSettings settings, List<ModelName> wanted) {
        ConnectionPool pool = ConnectionPools.create(settings);
        try {
            new DatabaseStart(settings, wanted, pool).start();
        } finally {
            pool.dispose();
        }
    }
}
