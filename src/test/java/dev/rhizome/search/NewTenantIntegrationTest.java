package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Work for a tenant that the statistics do not know, which the planner takes for one row: statements read what they need,
 * counted in rows, and not the whole tenant again and again.
 */
class NewTenantIntegrationTest {

    private static final UUID KNOWN = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID NEW = UUID.fromString("00000000-0000-7000-8000-00000000000b");
    private static final int THINGS = 3_000;
    private static final int BATCH = 100;
    private static final int TERMS_PER_THING = 7;
    private static final TestDatabase DATABASE = TestDatabase.create();

    @BeforeAll
    static void aTenantGrowsAfterTheStatisticsWereMade() throws SQLException {
        load(KNOWN);
        DATABASE.asOwner(
                "alter table rhizome.search_terms set (autovacuum_enabled = false)",
                "alter table rhizome.hybrid_search_index set (autovacuum_enabled = false)",
                "alter table rhizome.search_vocabulary set (autovacuum_enabled = false)",
                "analyze rhizome.search_terms",
                "analyze rhizome.hybrid_search_index",
                "analyze rhizome.search_vocabulary");
        load(NEW);
    }

    private static void load(UUID tenant) throws SQLException {
        List<String> indexed = DATABASE.asApplication(tenant, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x');
                """ + index("some", 1, THINGS));
        assertThat(indexed).containsExactly(String.valueOf(THINGS));
    }

    private static String index(String word, int from, int to) {
        return """
                select index_documents(
                  array_agg('t' || n), array_agg('T'::text), array_agg('document number' || n),
                  array_agg('%s about word' || n %% 97 || ' rare' || n), array_agg(1::real), array_agg('{}'::jsonb),
                  1::smallint, array_agg(null::vector), null, array_agg(null::vector))
                  from generate_series(%d, %d) n;
                """.formatted(word, from, to);
    }

    @Test
    void writingAgainReadsItsOwnTermsAlone() throws SQLException {
        long read = rowsRead(index("other", 1, BATCH));

        assertThat(read).isBetween(1L, 4L * BATCH * TERMS_PER_THING);
    }

    @Test
    void removingReadsItsOwnTermsAlone() throws SQLException {
        long read = rowsRead("select unindex_documents(array_agg('t' || n)) from generate_series(101, 200) n;");

        assertThat(read).isBetween(1L, 4L * BATCH * TERMS_PER_THING);
    }

    @Test
    void wordsReadTheirOwnPostingsAlone() throws SQLException {
        String question = TextRetriever.BM25
                .replace("$1", "'" + NEW + "'::uuid")
                .replace("$2", "'word42'")
                .replace("$3", "'english'")
                .replace("$4", "3000")
                .replace("$5", "7.0")
                .replace("$6", "10");

        long read = rowsRead(question.strip() + ";");

        assertThat(read).isBetween(1L, THINGS / 10L);
    }

    /** Rows that {@code statement} fetched of what search reads, in a transaction of the new tenant. */
    private static long rowsRead(String statement) throws SQLException {
        List<String> read = DATABASE.asApplication(NEW, statement + """
                select sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0)) from pg_stat_xact_user_tables
                 where relname in ('search_terms', 'hybrid_search_index', 'search_vocabulary') or relname like 'vectors%'
                """);
        return Long.parseLong(read.getFirst());
    }
}
