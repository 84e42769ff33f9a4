package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Steps in the graph of a tenant that the statistics do not know, which the planner takes for one row. */
class NewTenantWalkIntegrationTest {

    private static final UUID KNOWN = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID NEW = UUID.fromString("00000000-0000-7000-8000-00000000000b");
    private static final int NODES = 3_000;
    private static final int FRONTIER = 100;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final TestDatabase DATABASE = TestDatabase.create();

    @BeforeAll
    static void aTenantGrowsAfterTheStatisticsWereMade() throws SQLException {
        keepWithoutStatistics(DATABASE);
        load(DATABASE, KNOWN);
        DATABASE.asOwner("analyze rhizome.entities", "analyze rhizome.relationships");
        load(DATABASE, NEW);
    }

    private static void keepWithoutStatistics(TestDatabase database) {
        database.asOwner(
                "alter table rhizome.entities set (autovacuum_enabled = false)",
                "alter table rhizome.relationships set (autovacuum_enabled = false)");
    }

    /** Each entity leads to the three next. */
    private static void load(TestDatabase database, UUID tenant) throws SQLException {
        database.asApplication(tenant, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x');
                insert into entities (entity_id, type, name, digest)
                select 'n' || n, 'NODE', 'node', sha256(''::bytea) from generate_series(0, %1$d - 1) n;
                insert into relationships (source_id, target_id, type)
                select 'n' || n, 'n' || (n + d) %% %1$d, 'NEXT' from generate_series(0, %1$d - 1) n, generate_series(1, 3) d;
                """.formatted(NODES));
    }

    @Test
    void aStepReadsItsOwnRowsAlone() throws SQLException {
        assertThat(rowsReadByAStep("", GraphRepository.EXPAND, "500", "50001")).isBetween(6L * FRONTIER, 8L * FRONTIER);
    }

    @Test
    void aStepThatReadsAllReadsItsOwnRowsAlone() throws SQLException {
        assertThat(rowsReadByAStep("set local enable_sort = off;", GraphRepository.EXPAND_ALL, "10000"))
                .isBetween(6L * FRONTIER, 8L * FRONTIER);
    }

    /** Of each entity of the frontier there are six relationships, which lead to other entities. */
    private static long rowsReadByAStep(String settings, String statement, String... limits) throws SQLException {
        List<String> arguments = new ArrayList<>(List.of(
                "'" + NEW + "'::uuid",
                "array(select 'n' || n from generate_series(1, " + FRONTIER + ") n)",
                "true",
                "true",
                "'{}'",
                "0::real"));
        arguments.addAll(List.of(limits));
        arguments.add("'{}'");
        return rowsRead(settings + Literals.in(statement, arguments.toArray(String[]::new)));
    }

    /** A connection plans once, and this one does before there is anything; a sort looks as cheap then as an order. */
    @Test
    void aStepThatWasPlannedForAnEmptyDatabaseReadsItsOwnRowsAlone() throws SQLException {
        TestDatabase database = TestDatabase.create();
        keepWithoutStatistics(database);
        ConnectionPool pool = database.pool(1);
        TenantTransactions transactions = new TenantTransactions(pool);
        Mono<?> step = step(new GraphRepository(transactions));
        step.block(LIMIT);
        load(database, NEW);

        List<String> told = step.thenMany(
                        transactions.read(Query.of("select pg_stat_force_next_flush()::text", row -> "told")))
                .collectList()
                .contextWrite(TenantContext.of(new TenantId(NEW)))
                .block(LIMIT);
        pool.dispose();

        assertThat(told).containsExactly("told");
        long read = Long.parseLong(database.asApplication(
                        NEW, "select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'relationships'")
                .getFirst());
        assertThat(read).isBetween(6L * FRONTIER, 7L * FRONTIER);
    }

    private static Mono<Expansion> step(GraphRepository graph) {
        List<String> frontier =
                IntStream.rangeClosed(1, FRONTIER).mapToObj(n -> "n" + n).toList();
        EdgeFilter all = new EdgeFilter(Direction.BOTH, List.of(), 0);
        return graph.expand(frontier, List.of(), all, new GraphRepository.ReadLimit(500, 50_000))
                .contextWrite(TenantContext.of(new TenantId(NEW)));
    }

    @Test
    void aPageReadsItsOwnRowsAlone() throws SQLException {
        long read = rowsRead(Literals.in(
                GraphRepository.NEIGHBOURS,
                "'" + NEW + "'::uuid",
                "'n7'",
                "true",
                "true",
                "'{}'",
                "2::real",
                "''",
                "''",
                "true",
                "true",
                "51"));

        assertThat(read).isBetween(6L, 20L);
    }

    private static long rowsRead(String statement) throws SQLException {
        List<String> read = DATABASE.asApplication(NEW, statement.strip() + """
                ;
                select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0)) from pg_stat_xact_user_tables
                 where relname in ('entities', 'relationships')
                """);
        return Long.parseLong(read.getFirst());
    }
}
