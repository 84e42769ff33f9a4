package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.event.EventTenant;
import dev.rhizome.ledger.SigningKey;
import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.rollup.EventJobs;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.PrivatePostgres;
import dev.rhizome.testing.PrivatePostgres.Said;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What docs/backup.md promises: what is restored into an empty server is what was there, and is served and verified. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIntegrationTest {

    /** Every table of every schema of ours, with the number of its rows and a digest of them. */
    private static final String TABLES = """
            select c.oid::regclass || ' ' || (xpath('/row/rows/text()', query_to_xml(format(
                     'select count(*) || '' '' || md5(string_agg(t::text, '','' order by t::text)) as rows from %s t',
                     c.oid::regclass), true, true, '')))[1]
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
             order by 1
            """;

    private static final Path FILES = PrivatePostgres.newHome();
    private static final Path LOG = open(FILES.resolve("log"));
    private static final PrivatePostgres SOURCE = PrivatePostgres.start("-c fsync=off -c archive_mode=on"
            + " -c archive_command='test ! -f " + LOG + "/%f && cp %p " + LOG + "/%f'");
    private static final TestDatabase DATABASE = TestDatabase.of(SOURCE);
    private static final Path BASE = open(FILES.resolve("base")).resolve("data");
    private static final Path SIGNING_KEY = FILES.resolve("signing.pem");

    private static @Nullable EventTenant writing;
    private static List<JsonNode> heads = List.of();
    private static List<String> tables = List.of();

    /** Rows in most tables; half of them before the base backup, half behind it. */
    @BeforeAll
    static void whatIsToBeKept() throws IOException, SQLException {
        Files.writeString(SIGNING_KEY, SigningKey.create().pem());
        try (RunningService service = serving(DATABASE)) {
            EventTenant tenant = EventTenant.create(service);
            writing = tenant;
            tenant.append(1, 15);
            new EventJobs(DATABASE, service).retain(tenant, "archive", 30);
            posted(
                    "/v1/entities",
                    "{\"id\":\"ada\",\"type\":\"PERSON\",\"name\":\"Ada\",\"text\":\"wrote a program\"}");
            posted(
                    "/v1/provenance",
                    "{\"type\":\"spec\",\"id\":\"s1\",\"description\":\"before\",\"about\":[\"ada\"]}");
            new EventJobs(DATABASE, service).run();
            SOURCE.run("exec", "pg_basebackup", "-D", BASE.toString(), "-c", "fast");
            tenant.lines("{\"id\":\"now\",\"type\":\"t\"}");
            posted("/v1/provenance", "{\"type\":\"gate\",\"id\":\"g1\",\"description\":\"after\"}");
            heads = List.of(tenant.get("/v1/events/head"), tenant.get("/v1/provenance/head"));
        }
        tables = DATABASE.readAsAdministrator(TABLES);
        assertThat(tables).anyMatch(table -> table.startsWith("caws_provenance_graph 2 "));
    }

    @AfterAll
    static void stop() {
        SOURCE.destroy();
    }

    private static Path open(Path directory) {
        try {
            Files.createDirectory(directory);
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static RunningService serving(TestDatabase database) {
        return RunningService.on(
                database,
                "--DB_POOL_MAX=4",
                "--rhizome.events.integrity-key=the-key-that-is-kept-beside-the-backup",
                "--rhizome.events.archive=" + FILES.resolve("archive"),
                "--rhizome.events.upkeep-interval=1000d",
                "--rhizome.events.retention-interval=0ms",
                "--rhizome.provenance.signing-key=" + SIGNING_KEY);
    }

    private static EventTenant tenant() {
        return Objects.requireNonNull(writing);
    }

    private static void posted(String path, String json) {
        Answer answer = EventTenant.answer(tenant().admin().post(path, json));
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 201);
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({
        "rhizome_owner, --no-sync, would be affected by row-level security",
        "rhizome_app, --no-sync, permission denied",
        "rhizome_owner, --enable-row-security, row-level security would leave rows out of this dump",
        "rhizome_app, --enable-row-security, permission denied",
    })
    void aDumpThatWouldLeaveRowsOutFails(String role, String option, String reason) {
        Said said = SOURCE.tryTo(Map.of("PGUSER", role), "exec", "pg_dump", option, "-f", "/dev/null");

        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(reason);
    }

    @Test
    @Order(2)
    void nobodyOfOursCanBecomeTheRoleOfBackups() {
        makeTheRoleOfBackups();

        assertThat(findings()).isEmpty();
        assertThat(SOURCE.tryTo(Map.of("PGUSER", "rhizome_app"), "exec", "psql", "-c", "set role rhizome_backup")
                        .output())
                .contains("permission denied to set role");
        assertThat(SOURCE.tryTo(
                                Map.of("PGUSER", "rhizome_backup"),
                                "exec",
                                "psql",
                                "-c",
                                "delete from rhizome.entities")
                        .output())
                .contains("read-only transaction");
        DATABASE.asAdministrator("grant rhizome_backup to rhizome_app");
        assertThat(findings()).first().asString().startsWith("role-bypasses-rls: rhizome_backup");

        makeTheRoleOfBackups(); // takes it back
        assertThat(findings()).isEmpty();
    }

    private static void makeTheRoleOfBackups() {
        Said said =
                SOURCE.tryTo(Map.of("BACKUP_PASSWORD", "of-backups"), "psql", "-q", "-f", "migrations/backup-role.sql");
        assertThat(said.status()).as(said.output()).isZero();
    }

    /** What would keep the service from starting; that a test's server is not durable is none of it. */
    private static List<Finding> findings() {
        ConnectionPool pool = DATABASE.pool(1);
        try {
            List<Finding> findings =
                    new Preflight(new UntenantedQueries(pool)).findings().block(Duration.ofSeconds(20));
            return findings == null
                    ? List.of()
                    : findings.stream().filter(Finding::isError).toList();
        } finally {
            pool.dispose();
        }
    }

    @Test
    @Order(3)
    void aDumpIsRestoredIntoAnEmptyServer() throws SQLException {
        makeTheRoleOfBackups();
        String dump = FILES.resolve("rhizome.dump").toString();
        Said dumped = SOURCE.tryTo(Map.of("PGUSER", "rhizome_backup"), "exec", "pg_dump", "-Fc", "-f", dump);
        assertThat(dumped.status()).as(dumped.output()).isZero();
        PrivatePostgres empty = PrivatePostgres.start("-c fsync=off");

        empty.run("exec", "pg_restore", "--exit-on-error", "--single-transaction", "-d", "rhizome", dump);

        isWhatWasThere(TestDatabase.of(empty));
        empty.destroy();
    }

    @Test
    @Order(4)
    void aServerIsRecoveredToTheMomentBeforeAHarmfulChange() throws IOException, SQLException {
        String before = DATABASE.readAsAdministrator("select clock_timestamp()").getFirst();
        DATABASE.asAdministrator(
                "set session_replication_role = replica",
                "delete from rhizome.entities",
                "drop table rhizome.performance_events, rhizome.caws_provenance_graph cascade");
        DATABASE.asAdministrator("select pg_switch_wal()");
        SOURCE.run("stop"); // archives what is left

        PrivatePostgres recovered = PrivatePostgres.start(recoveredTo(before), "-c fsync=off -c hot_standby=off");

        isWhatWasThere(TestDatabase.of(recovered));
        recovered.destroy();
    }

    /** A home whose server begins with the base backup and goes on with the log. */
    private static Path recoveredTo(String time) throws IOException {
        Path home = PrivatePostgres.newHome();
        Path data = Files.createDirectory(home.resolve("postgres")).resolve("data");
        Files.move(BASE, data);
        Files.createFile(data.resolve("recovery.signal"));
        Files.writeString(data.resolve("postgresql.auto.conf"), """
                restore_command = 'cp %s/%%f %%p'
                recovery_target_time = '%s'
                recovery_target_action = 'promote'
                """.formatted(LOG, time), StandardOpenOption.APPEND);
        return home;
    }

    private static void isWhatWasThere(TestDatabase restored) throws SQLException {
        assertThat(restored.readAsAdministrator(TABLES)).containsExactlyElementsOf(tables);
        try (RunningService service = serving(restored)) { // its pre-flight lets it start
            EventTenant there =
                    new EventTenant(service, tenant().id(), service.json(service.newKey(tenant().id(), "admin")));
            isValid(EventTenant.answer(
                    there.admin().post("/v1/events/verify", heads.getFirst().toString())));
            isValid(EventTenant.answer(
                    there.admin().post("/v1/provenance/verify", heads.getLast().toString())));
            assertThat(there.get("/v1/search?legs=text&q=program")
                            .at("/hits/0/name")
                            .asString())
                    .isEqualTo("Ada");
            there.append(100, 2);
            assertThat(there.verify().path("events").asInt()).isEqualTo(3);
        }
    }

    private static void isValid(Answer found) {
        assertThat(found.body().path("valid").asBoolean()).as(found.toString()).isTrue();
    }
}
