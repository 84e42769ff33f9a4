package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.search.SharedTable.Share;
import dev.rhizome.testing.GenericPlan;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every statement of a search reads, and through which index, under row-level security in a table of many tenants. */
abstract class SearchPlans {

    private static final SharedTable TABLE = SharedTable.get();
    private static final String AS_IT_IS = "";
    private static final String EXACT = "set local enable_seqscan = off;";
    /** The text leg runs under these, too, where both legs share a transaction. */
    private static final String HNSW = "set local enable_sort = off; set local enable_seqscan = off;"
            + "set local hnsw.ef_search = 200; set local hnsw.iterative_scan = strict_order;";

    private static final String ALL = "'{}', null";
    private static final String SOME = "array['RARE'], '{\"colour\":\"c7\"}'";

    @Test
    void theSmallTenantsNeighboursComeFromItsOwnRowsAlone() throws SQLException {
        String plan = plan(Share.THOUSAND, EXACT, near(VectorSearch.EXACT, Share.THOUSAND, "0", ALL));

        assertThat(plan)
                .containsPattern("(Index Scan using|Bitmap Index Scan on) vectors_pkey")
                .contains("Index Scan using hybrid_search_index_pkey")
                .doesNotContain("Seq Scan", "_nearest");
    }

    @Test
    void theSmallTenantsNeighboursUnderARestrictionComeFromItsOwnRowsAlone() throws SQLException {
        String plan = plan(Share.THOUSAND, EXACT, near(VectorSearch.EXACT_WHERE, Share.THOUSAND, "0.5", SOME));

        assertThat(plan)
                .containsPattern("(Index Scan using|Bitmap Index Scan on) vectors_pkey")
                .contains("Index Scan using hybrid_search_index_pkey")
                .doesNotContain("Seq Scan", "_nearest");
    }

    /** These are planned once a connection, before anybody knows for which tenant. */
    @ParameterizedTest
    @MethodSource("plannedOnce")
    void aPlanForAnyTenantReadsNoWholeTable(String sql) throws SQLException {
        String plan = String.join("\n", TABLE.sql(Share.TEN, GenericPlan.of(sql)));

        assertThat(plan).contains("hybrid_search_index_pkey").doesNotContain("Seq Scan", "_nearest");
    }

    static Stream<String> plannedOnce() {
        return Stream.of(
                VectorSearch.EXACT,
                VectorSearch.EXACT_WHERE,
                VectorSearch.EXACT_AMONG,
                TextRetriever.BM25,
                TextRetriever.RESTRICTED_BM25,
                GraphRetriever.DETAILS);
    }

    @Test
    void aListOfThingsIsLookedUpThingByThing() throws SQLException {
        String sql = near(VectorSearch.EXACT_AMONG, Share.MOST, "0", SOME).replace("$8", "array[E'\\x01tRARE']");
        String plan = plan(Share.MOST, AS_IT_IS, sql);

        assertThat(plan)
                .contains(
                        "Index Only Scan using search_terms_pkey",
                        "Index Scan using hybrid_search_index_pkey",
                        "Index Scan using " + TABLE.home(Share.MOST) + "_pkey")
                .doesNotContain("Seq Scan", "_nearest");
        assertThat(rowsOf("hybrid_search_index", AS_IT_IS, sql)).isBetween(1L, Share.MOST.documents() / 100 + 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {ALL, SOME})
    void theLargeTenantsNeighboursComeFromHnsw(String restriction) throws SQLException {
        String[] more = restriction.split(", ", 2);
        String sql = VectorSearch.HALF_HNSW
                .formatted(384, 1)
                .replace(" vectors as v", " " + TABLE.home(Share.MOST) + " as v");
        String plan = plan(
                Share.MOST,
                HNSW,
                literal(sql, tenant(Share.MOST), "'" + TABLE.question(7) + "'", "10", "0", more[0], more[1]));
        String generic = String.join("\n", TABLE.sql(Share.MOST, "set local enable_sort = off;" + GenericPlan.of(sql)));

        assertThat(List.of(plan, generic))
                .allSatisfy(each -> assertThat(each)
                        .contains("Index Scan using " + TABLE.home(Share.MOST) + "_nearest", "hybrid_search_index_pkey")
                        .containsOnlyOnce("Sort Key: near.measure, near.document_id")
                        .doesNotContain("Seq Scan", "Sort Key: (("));
    }

    @Test
    void facetsAreCountedInTheIndexUpToTheirBound() throws SQLException {
        String sql = literal(
                VectorPlanner.FILTER_TERMS, tenant(Share.MOST), "array['T1', 'RARE']", "'{\"colour\":\"c7\"}'", "500");

        assertThat(plan(Share.MOST, AS_IT_IS, sql))
                .contains("Index Only Scan using search_terms_pkey")
                .doesNotContain("Seq Scan on search_terms");
        assertThat(rowsOf("search_terms", AS_IT_IS, sql)).isBetween(1L, 3L * 500 + 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_IT_IS, HNSW})
    void wordsAreFoundThroughTheIndexOfTerms(String settings) throws SQLException {
        String plan = plan(Share.MOST, settings, words(TextRetriever.BM25, "word42 rare17", ""));

        assertThat(plan)
                .contains("Index Only Scan using search_terms_pkey", "Index Scan using hybrid_search_index_pkey")
                .doesNotContain("Seq Scan");
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_IT_IS, HNSW})
    void underARestrictionTheBestAreReadUntilEnoughMatch(String settings) throws SQLException {
        String sql = words(TextRetriever.RESTRICTED_BM25, "document word42", "0.1, " + ALL);

        assertThat(plan(Share.MOST, settings, sql))
                .contains("Index Only Scan using search_terms_pkey", "Index Scan using hybrid_search_index_pkey")
                .doesNotContain("Seq Scan");
        assertThat(rowsOf("hybrid_search_index", settings, sql)).isBetween(10L, 50L);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_IT_IS, HNSW})
    void aMisspeltWordIsLookedUpByItsTrigrams(String settings) throws SQLException {
        String sql = words(TextRetriever.BM25, "qubdcxg", "");

        assertThat(plan(Share.MOST, settings, sql))
                .containsPattern("using search_vocabulary_pkey on search_vocabulary[^\n]*\n"
                        + " *Index Cond: \\(\\(tenant_id = [^\n]*trigram = ANY")
                .doesNotContain("Seq Scan");
        assertThat(rowsOf("search_terms", settings, sql)).isBetween(1L, 500L);
    }

    private static String plan(Share share, String settings, String sql) throws SQLException {
        return String.join("\n", TABLE.sql(share, settings + "explain (costs off) " + sql));
    }

    /** Entries of {@code table} and its primary key that {@code sql} reads for the largest tenant. */
    private static long rowsOf(String table, String settings, String sql) throws SQLException {
        return Long.parseLong(TABLE.sql(Share.MOST, settings + sql.strip() + """
                ; select sum(pg_stat_get_xact_tuples_returned(read::regclass))
                    from unnest(array['%1$s', '%1$s_pkey']) as read
                """.formatted(table))
                .getFirst());
    }

    private static String near(String sql, Share share, String confidence, String restriction) throws SQLException {
        String[] more = restriction.split(", ", 2);
        String read = sql.replace(" vectors as v", " " + TABLE.home(share) + " as v");
        return literal(read, tenant(share), "'" + TABLE.question(7) + "'", "1", "10", confidence, more[0], more[1]);
    }

    private static String words(String sql, String words, String restriction) {
        String filled = literal(sql, tenant(Share.MOST), "'" + words + "'", "'english'", "88890", "5.0", "10");
        String[] more = restriction.split(", ", 3);
        return more.length < 3
                ? filled
                : filled.replace("$7", more[0]).replace("$8", more[1]).replace("$9", more[2]);
    }

    private static String tenant(Share share) {
        return "'" + share.tenant() + "'::uuid";
    }

    private static String literal(String sql, String... values) {
        String filled = sql;
        for (int i = values.length; i > 0; i--) {
            filled = filled.replace("$" + i, values[i - 1]);
        }
        return filled;
    }
}
