package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which indexes the legs use under row-level security, read from the plans of their own statements. */
class SearchPlanIntegrationTest {

    private static final UUID LARGE = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID SMALL = UUID.fromString("00000000-0000-7000-8000-00000000000b");
    private static final TestDatabase DATABASE = TestDatabase.create();

    @BeforeAll
    static void aLargeTenantAndASmallOne() throws SQLException {
        load(LARGE, 3_000);
        load(SMALL, 50);
        DATABASE.asOwner("analyze rhizome.search_terms", "analyze rhizome.hybrid_search_index");
    }

    private static void load(UUID tenant, int things) throws SQLException {
        List<String> ignored = DATABASE.asApplication(tenant, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x');
                select index_things(
                  array_agg('t' || n), array_agg('T'::text), array_agg('thing number' || n), array_agg('about word' || n %% 97),
                  array_agg(1::real), array_agg('{}'::jsonb),
                  array_agg((select array_agg(sin(n * d))::vector from generate_series(1, 384) d)), 'm')
                  from generate_series(1, %d) n
                """.formatted(things));
        assertThat(ignored).isNotEmpty();
    }

    @Test
    void wordsAreFoundThroughTheIndexOfTerms() throws SQLException {
        String plan = plan(LARGE, literal(TextLeg.BM25, "'word42'", "5000", "5.0", "0", "'{}'", "null", "10"));

        assertThat(plan).contains("search_terms_pkey").doesNotContain("Seq Scan on search_terms");
    }

    @Test
    void aLargeTenantsNeighboursComeFromHnsw() throws SQLException {
        String plan = plan(LARGE, literal(VectorLeg.HNSW, VECTOR, "'m'", "0", "'{}'", "null", "10"));

        assertThat(plan).contains("hybrid_search_index_nearest");
    }

    @Test
    void theExactFormNeverUsesHnsw() throws SQLException {
        String plan = plan(SMALL, literal(VectorLeg.EXACT, VECTOR, "'m'", "0", "'{}'", "null", "10"));

        assertThat(plan).contains("hybrid_search_index").doesNotContain("hybrid_search_index_nearest");
    }

    @Test
    void aSmallTenantGetsAllItsRowsExactly() throws SQLException {
        List<String> found =
                DATABASE.asApplication(SMALL, literal(VectorLeg.EXACT, VECTOR, "'m'", "0", "'{}'", "null", "100"));

        assertThat(found).hasSize(50);
    }

    private static final String VECTOR = "(select array_agg(sin(7 * d))::vector from generate_series(1, 384) d)";

    private static String plan(UUID tenant, String sql) throws SQLException {
        return String.join(
                "\n",
                DATABASE.asApplication(
                        tenant, "set local enable_sort = off; set local enable_seqscan = off; explain " + sql));
    }

    private static String literal(String sql, String... values) {
        String filled = sql;
        for (int i = values.length; i > 0; i--) {
            filled = filled.replace("$" + i, values[i - 1]);
        }
        return filled;
    }
}
