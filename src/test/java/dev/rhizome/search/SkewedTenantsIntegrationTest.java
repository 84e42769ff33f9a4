package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.pgvector.PGvector;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A tenant of 100,000 things and one of 50 in one table, searched on one connection: who gets which rows, by which plan.
 *
 * <p>The vectors are noise around 500 centres, as those of related texts are.
 */
class SkewedTenantsIntegrationTest {

    private static final UUID LARGE = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID SMALL = UUID.fromString("00000000-0000-7000-8000-00000000000b");
    private static final int MANY = 100_000;
    private static final int FEW = 50;
    private static final int CHUNK = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(DATABASE); // on a pool of one
    private static final String MODEL = SERVICE.bean(QueryEmbeddings.class).modelId();

    @BeforeAll
    static void twoTenantsShareTheTable() throws SQLException {
        // An index is built faster than it is kept, and it is the same index.
        DATABASE.asOwner(
                "drop index rhizome.hybrid_search_index_nearest",
                "select setseed(0.42)",
                vectors("test_centres", 500, 1.0),
                vectors("test_noise", 2_000, 0.7),
                """
                create table public.test_queries as
                select c.n, c.v + n.v as v from public.test_centres c join public.test_noise n on n.n = 1999 - c.n
                """,
                "grant select on public.test_centres, public.test_noise, public.test_queries to rhizome_app");
        for (int from = 0; from < MANY; from += CHUNK) {
            load(LARGE, from, from + CHUNK);
        }
        load(SMALL, 0, FEW);
        DATABASE.asOwner(
                "set maintenance_work_mem = '512MB'",
                """
                create index hybrid_search_index_nearest on rhizome.hybrid_search_index
                 using hnsw (embedding public.vector_cosine_ops) with (m = 16, ef_construction = 64)
                """,
                "vacuum analyze rhizome.search_terms",
                "vacuum analyze rhizome.hybrid_search_index");
    }

    private static String vectors(String table, int count, double scale) {
        return """
                create table public.%s as
                select n, array_agg(%s * random_normal())::public.vector as v
                  from generate_series(0, %d) n, generate_series(1, 384) d group by n
                """.formatted(table, scale, count - 1);
    }

    private static void load(UUID tenant, int from, int to) throws SQLException {
        List<String> indexed = DATABASE.asApplication(tenant, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x')
                    on conflict do nothing;
                select index_things(
                  array_agg('t' || s), array_agg('T'::text), array_agg('thing number' || s),
                  array_agg('about word' || s %% 97 || ' rare' || s %% 9973), array_agg(1::real), array_agg('{}'::jsonb),
                  array_agg(c.v + n.v), '%s')
                  from generate_series(%d, %d) s
                  join public.test_centres c on c.n = s %% 500 join public.test_noise n on n.n = s %% 1999
                """.formatted(MODEL, from, to - 1));
        assertThat(indexed).containsExactly(String.valueOf(to - from));
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void theSmallTenantGetsAllItsRowsAfterTheLargeOneSearched() throws SQLException {
        for (int i = 0; i < 20; i++) {
            assertThat(nearest(LARGE, i, 10)).hasSize(10);
        }

        List<String> all = nearest(SMALL, 7, 200);
        List<String> ten = nearest(SMALL, 7, 10);

        assertThat(all).hasSize(FEW).isEqualTo(exact(SMALL, 7, FEW));
        assertThat(ten).isEqualTo(exact(SMALL, 7, 10));
    }

    @Test
    void theLargeTenantGetsAllItAskedForAndNearlyTheNearest() throws SQLException {
        int found = 0;
        for (int query = 0; query < 40; query++) {
            Set<String> nearest = new HashSet<>(nearest(LARGE, query, 10));
            assertThat(nearest).hasSize(10);
            nearest.retainAll(exact(LARGE, query, 10));
            found += nearest.size();
        }

        assertThat(found / 400.0).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void theAnswerSaysWhichPlanRan() throws SQLException {
        assertThat(done(LARGE).legs().get("vector"))
                .isNotNull()
                .extracting(SearchEvents.LegReport::plan)
                .isEqualTo("hnsw");
        assertThat(done(SMALL).legs().get("vector"))
                .isNotNull()
                .extracting(SearchEvents.LegReport::plan)
                .isEqualTo("exact");
    }

    @Test
    void wordsAreFoundThroughTheIndexOfTerms() throws SQLException {
        String plan = plan(LARGE, "", literal(TextLeg.BM25, "'word42 rare17'", "100000", "5.0", "10"));

        assertThat(plan).contains("Index Only Scan using search_terms_pkey").doesNotContain("Seq Scan");
    }

    @Test
    void wordsAreFoundThroughTheIndexOfTermsUnderAFilter() throws SQLException {
        String plan = plan(
                LARGE,
                "",
                literal(TextLeg.RESTRICTED_BM25, "'word42'", "100000", "5.0", "10", "0.5", "array['T']", "'{}'"));

        assertThat(plan).contains("Index Only Scan using search_terms_pkey").doesNotContain("Seq Scan on search_terms");
    }

    @Test
    void theLargeTenantsNeighboursComeFromHnsw() throws SQLException {
        String plan = plan(
                LARGE, HNSW_SETTINGS, literal(VectorLeg.HNSW, "'" + text(7) + "'", "'m'", "0", "'{}'", "null", "10"));

        assertThat(plan).contains("hybrid_search_index_nearest");
    }

    @Test
    void theSmallTenantsNeighboursComeFromItsOwnRowsAlone() throws SQLException {
        String plan = plan(SMALL, "", literal(VectorLeg.EXACT, "'" + text(7) + "'", "'m'", "0", "'{}'", "null", "10"));

        assertThat(plan).containsAnyOf("hybrid_search_index_pkey", "hybrid_search_index_lengths");
        assertThat(plan).doesNotContain("Seq Scan").doesNotContain("hybrid_search_index_nearest");
    }

    private static final String HNSW_SETTINGS = "set local enable_sort = off; set local enable_seqscan = off;";

    private static String plan(UUID tenant, String settings, String sql) throws SQLException {
        return String.join("\n", DATABASE.asApplication(tenant, settings + "explain (costs off) " + sql));
    }

    private static String literal(String sql, String... values) {
        String filled = sql;
        for (int i = values.length; i > 0; i--) {
            filled = filled.replace("$" + i, values[i - 1]);
        }
        return filled;
    }

    private static List<String> exact(UUID tenant, int query, int limit) throws SQLException {
        return DATABASE.asApplication(tenant, """
                set local enable_indexscan = off;
                select thing_id from hybrid_search_index order by (embedding <=> '%s') + 0.0, thing_id limit %d
                """.formatted(text(query), limit));
    }

    /** A query near a centre, and no row of the table. */
    private static String text(int query) throws SQLException {
        return DATABASE.asApplication(null, "select v from public.test_queries where n = " + query)
                .getFirst();
    }

    private static List<String> nearest(UUID tenant, int query, int limit) throws SQLException {
        return stages(tenant, query, limit).stream()
                .flatMap(stage -> stage.hits().stream())
                .map(SearchEvents.Hit::id)
                .toList();
    }

    private static SearchEvents.Done done(UUID tenant) throws SQLException {
        return Objects.requireNonNull(stages(tenant, 3, 10).getLast().done());
    }

    private static List<SearchRun.Stage> stages(UUID tenant, int query, int limit) throws SQLException {
        SearchRequest request = new SearchRequest(
                null,
                Embedding.of("embedding", new PGvector(text(query)).toArray(), 384),
                limit,
                new SearchRequest.Restriction(List.of(), null, 0),
                Set.of(Leg.VECTOR),
                new SearchRequest.Expansion(0, new EdgeFilter(Direction.BOTH, List.of(), 0), 0),
                null,
                false);
        return Objects.requireNonNull(SERVICE.bean(HybridSearch.class)
                .search(request)
                .collectList()
                .contextWrite(TenantContext.of(new TenantId(tenant)))
                .block(LIMIT));
    }
}
