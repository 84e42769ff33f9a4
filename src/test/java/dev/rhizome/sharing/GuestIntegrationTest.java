package dev.rhizome.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.OneRowEach;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What the database itself lets a guest do, whatever the service asks for. */
class GuestIntegrationTest {

    private static final UUID OWNER = UUID.fromString("00000000-0000-7000-8000-0000000000a1");
    private static final UUID GUEST = UUID.fromString("00000000-0000-7000-8000-0000000000b2");
    private static final TestDatabase DATABASE = TestDatabase.create();

    /** Tables that a guest may read, and what of their rows in {@link OneRowEach} a grant for the type of the only entity shows. */
    private static final List<String> SHARED = List.of(
            "entities",
            "hybrid_search_index",
            "search_terms",
            "search_vocabulary",
            "tenant_grants",
            "vector_homes",
            "vectors");

    @BeforeAll
    static void oneRowEach() throws SQLException {
        OneRowEach.fill(DATABASE, OWNER, OneRowEach.SQL);
        DATABASE.asOwner("set app.current_tenant = '" + OWNER + "'", "update rhizome.tenants set isolation = 'shared'");
    }

    @BeforeEach
    void grantTheType() throws SQLException {
        grant("'{T}'", "null", "null");
    }

    @AfterEach
    void revokeAll() throws SQLException {
        revoke();
    }

    private static void grant(String types, String filter, String ids) throws SQLException {
        assertThat(DATABASE.asApplication(
                        OWNER,
                        "select grant_id from give_grant(gen_random_uuid(), '%s', 'G', %s, %s, %s, null, 'k', 100, 100)"
                                .formatted(GUEST, types, filter, ids)))
                .hasSize(1);
    }

    private static void revoke() throws SQLException {
        assertThat(DATABASE.asApplication(
                        OWNER, "select revoke_grant(grant_id, 'k') from tenant_grants where revoked_at is null"))
                .isNotNull();
    }

    /** What {@code statements} give, the last of them, as {@code guest} in the rows of {@link #OWNER}. */
    private static List<String> asGuest(UUID guest, String... statements) throws SQLException {
        try (Connection connection = DATABASE.connection();
                Statement statement = connection.createStatement()) {
            begin(connection, guest);
            List<String> found = new ArrayList<>();
            for (String sql : statements) {
                found = rows(statement, sql);
            }
            return found;
        }
    }

    private static void begin(Connection connection, UUID guest) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local search_path = rhizome, public");
            statement.execute("set local app.current_tenant = '" + OWNER + "'");
            statement.execute("set local app.current_guest = '" + guest + "'");
            statement.execute("set local role = 'rhizome_guest'");
        }
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        if (statement.execute(sql)) {
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    static Stream<String> tables() throws SQLException {
        return DATABASE.asApplication(null, """
                        select relname from pg_class
                         where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p')
                           and relname not in ('flyway_schema_history', 'vector_spaces', 'installation', 'tenants')
                        """).stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aGuestReadsSharedTablesAndNoOthers(String table) throws SQLException {
        // A large tenant has a table of its own for its vectors.
        if (SHARED.contains(table) || table.startsWith("vectors_t")) {
            assertThat(asGuest(GUEST, "select 1 from " + table))
                    .as("with a grant")
                    .isNotEmpty();
            assertThat(asGuest(UUID.randomUUID(), "select 1 from " + table))
                    .as("as another")
                    .isEmpty();
            revoke();
            assertThat(asGuest(GUEST, "select 1 from " + table))
                    .as("without a grant")
                    .isEmpty();
        } else {
            assertThatThrownBy(() -> asGuest(GUEST, "select 1 from " + table))
                    .as(table)
                    .hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aGuestWritesNothing(String table) {
        for (String change : List.of(
                "delete from " + table,
                "update " + table + " set tenant_id = tenant_id",
                "insert into " + table + " default values")) {
            assertThatThrownBy(() -> asGuest(GUEST, change))
                    .as(change)
                    .hasMessageMatching("(?s).*(permission denied|cannot insert).*");
        }
    }

    @Test
    void aGuestSeesOfTheTenantWhatASearchNeeds() throws SQLException {
        assertThat(asGuest(GUEST, "select vector_space from tenants")).hasSize(1);
        assertThatThrownBy(() -> asGuest(GUEST, "select name from tenants")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> asGuest(GUEST, "select * from visit('{}', 'read', '', '')"))
                .hasMessageContaining("permission denied");
    }

    /** Row by row: what hangs on a document that is not shared is not seen either. */
    @Test
    void whatBelongsToOtherDocumentsIsNotSeen() throws SQLException {
        assertThat(DATABASE.asApplication(OWNER, """
                        select index_documents(array['hidden'], array['HIDDEN'], array['zeppelin'], array['quartz'], array[1]::real[],
                                               array['{}']::jsonb[], 1::smallint, array[array_fill(1::real, array[384])::vector],
                                               null, array[null]::vector[])
                        """)).hasSize(1);
        for (String own : List.of(
                "select 1 from hybrid_search_index where document_id = 'hidden'",
                "select 1 from vectors where document_id = 'hidden'",
                "select 1 from search_terms where term in ('zeppelin', 'quartz')",
                "select 1 from search_vocabulary where term = 'zeppelin'")) {
            assertThat(DATABASE.asApplication(OWNER, own)).as(own).isNotEmpty();
            assertThat(asGuest(GUEST, own)).as(own).isEmpty();
        }
        grant("null", "null", "'{hidden}'");
        assertThat(asGuest(GUEST, "select 1 from search_vocabulary where term = 'zeppelin'"))
                .isNotEmpty();
    }

    /** The guest's transaction goes on while the owner revokes, and sees nothing from the next statement on. */
    @Test
    void theFirstStatementAfterARevocationSeesNothing() throws SQLException {
        try (Connection connection = DATABASE.connection();
                Statement statement = connection.createStatement()) {
            begin(connection, GUEST);
            assertThat(rows(statement, "select document_id from vectors")).isNotEmpty();
            revoke();
            for (String table : SHARED) {
                assertThat(rows(statement, "select 1 from " + table)).as(table).isEmpty();
            }
        }
    }

    @Test
    void aGrantIsNeitherChangedNorGivenBack() throws SQLException {
        for (String column : List.of("guest", "types", "ids", "filter", "expires_at", "revoked_at")) {
            assertThatThrownBy(() -> DATABASE.asApplication(OWNER, "update tenant_grants set " + column + " = null"))
                    .hasMessageContaining("permission denied");
        }
        revoke();
        assertThat(DATABASE.asApplication(OWNER, "select revoke_grant(grant_id, 'k') from tenant_grants limit 1"))
                .as("whether it still held")
                .containsExactly("f");
    }

    @Test
    void theServiceAddsNothingToTheLogByItself() {
        for (String change : List.of(
                "delete from tenant_access_log",
                "update tenant_access_log set actor = ''",
                "insert into tenant_access_log (owner, guest, action, subject, actor) values ('" + OWNER + "', '"
                        + GUEST + "', 'read', 's', 'a')",
                "select log_access('" + OWNER + "', '" + GUEST + "', 'read', 's', 'a')")) {
            assertThatThrownBy(() -> DATABASE.asApplication(OWNER, change))
                    .as(change)
                    .hasMessageContaining("permission denied");
        }
    }

    /** A plan that was made for the tenant itself has no policy for guests, and the other way round. */
    @Test
    void oneConnectionServesATenantAndItsGuestsInTurn() {
        ConnectionPool pool = DATABASE.pool(1);
        TenantTransactions transactions = new TenantTransactions(pool);
        Mono<Long> count = transactions
                .read(Query.ofTenant(
                        "select count(*) as rows from hybrid_search_index where tenant_id = $1",
                        row -> Rows.required(row, "rows", Long.class)))
                .single();
        Mono<Long> own = count.contextWrite(TenantContext.of(new TenantId(OWNER)));
        Mono<Long> ofGuest = count.contextWrite(TenantContext.ofGuest(new TenantId(OWNER), new TenantId(GUEST)));
        Mono<Long> ofStranger =
                count.contextWrite(TenantContext.ofGuest(new TenantId(OWNER), new TenantId(UUID.randomUUID())));
        long all = own.blockOptional().orElseThrow();
        assertThat(all).isPositive();
        for (int i = 0; i < 20; i++) {
            assertThat(ofStranger.block()).isZero();
            assertThat(own.block()).isEqualTo(all);
            assertThat(ofGuest.block()).isBetween(1L, all);
        }
        assertThatThrownBy(() -> transactions
                        .writing(connection -> Mono.just(1))
                        .contextWrite(TenantContext.ofGuest(new TenantId(OWNER), new TenantId(GUEST)))
                        .block())
                .hasMessageContaining("guest");
        pool.dispose();
    }
}
