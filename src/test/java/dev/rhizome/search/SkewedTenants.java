package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.search.SharedTable.Share;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tenants of 10 to 20,000 documents in one table, searched on one connection: who gets which rows, by which plan. */
abstract class SkewedTenants {

    private static final SharedTable TABLE = SharedTable.get();
    private static final int QUESTIONS = 100;

    @ParameterizedTest
    @EnumSource
    void aTenantGetsAsManyAsItAskedForAfterTheLargestSearched(Share share) throws SQLException {
        for (int query = 0; query < 10; query++) {
            assertThat(nearest(Share.MOST, query, 10)).hasSize(10);
        }

        for (int limit : new int[] {1, 10, 100, 200}) {
            assertThat(nearest(share, limit, limit))
                    .doesNotHaveDuplicates()
                    .hasSize(Math.min(limit, share.documents()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TEN", "HUNDRED", "THOUSAND"})
    void smallTenantsGetTheNearestInOrder(Share share) throws SQLException {
        for (int query = 0; query < 10; query++) {
            assertThat(nearest(share, query, 10)).isEqualTo(TABLE.exact(share, query, 10));
            assertThat(nearest(share, query, 200)).isEqualTo(TABLE.exact(share, query, 200));
        }
    }

    @ParameterizedTest
    @CsvSource({"MANY, 0.985", "MOST, 0.985"})
    void largeTenantsGetNearlyTheNearest(Share share, double recall) throws SQLException {
        int found = 0;
        // Misses come in lumps: a cluster that a scan does not reach is missed as a whole. So many questions are asked.
        for (int query = 0; query < QUESTIONS; query++) {
            Set<String> nearest = new HashSet<>(nearest(share, query, 10));
            nearest.retainAll(TABLE.exact(share, query, 10));
            found += nearest.size();
        }

        assertThat(found / (10.0 * QUESTIONS)).isGreaterThanOrEqualTo(recall);
    }

    @ParameterizedTest
    @CsvSource({
        "TEN,      exact, 10",
        "HUNDRED,  exact, 100",
        "THOUSAND, exact, 1000",
        "MANY,    hnsw,",
        "MOST,     hnsw,"
    })
    void theAnswerSaysWhichPlanRan(Share share, String plan, Long scanned) throws SQLException {
        SearchEvents.Leg leg = TABLE.vectorLeg(share, TABLE.nearest(3, 10, SharedTable.ANYTHING));

        assertThat(leg.plan()).isEqualTo(plan);
        assertThat(leg.scanned()).isEqualTo(scanned);
    }

    @Test
    void aNarrowRestrictionOnALargeTenantIsAnsweredFromItsFacets() throws SQLException {
        SearchRequest.Restriction rare =
                new SearchRequest.Restriction(List.of("RARE"), "{\"colour\":\"c7\",\"page\":107}", 0);

        SearchEvents.Leg leg = TABLE.vectorLeg(Share.MOST, TABLE.nearest(3, 200, rare));
        List<String> hits = TABLE.hits(Share.MOST, TABLE.nearest(3, 200, rare));

        assertThat(leg.plan()).isEqualTo("exact");
        assertThat(leg.scanned()).isEqualTo(20); // pages are the narrowest of the three
        assertThat(hits).hasSize(20).allMatch(id -> id.endsWith("107"));
    }

    @Test
    void aBroadRestrictionOnALargeTenantGoesThroughHnsw() throws SQLException {
        SearchRequest.Restriction third = new SearchRequest.Restriction(List.of("T1"), null, 0.5f);

        SearchEvents.Leg leg = TABLE.vectorLeg(Share.MOST, TABLE.nearest(3, 10, third));
        List<String> hits = TABLE.hits(Share.MOST, TABLE.nearest(3, 200, third));

        assertThat(leg.plan()).isEqualTo("hnsw");
        assertThat(hits).hasSize(200).allSatisfy(id -> {
            int number = Integer.parseInt(id.substring(1));
            assertThat(number % 3).isEqualTo(1);
            assertThat(number % 100).isGreaterThanOrEqualTo(50);
        });
    }

    @Test
    void anIndexScanThatComesBackShortIsFollowedByAnExactOne() throws SQLException {
        SearchRequest.Restriction few =
                new SearchRequest.Restriction(List.of("T1"), "{\"page\":106,\"colour\":\"c6\"}", 0);
        SearchRequest.Restriction unseen = new SearchRequest.Restriction(List.of(), "{\"page\":{}}", 0);

        assertThat(TABLE.hits(Share.MOST, TABLE.nearest(3, 200, few))).hasSizeBetween(5, 10);
        assertThat(TABLE.vectorLeg(Share.MOST, TABLE.nearest(3, 10, unseen)).plan())
                .isEqualTo("exact");
        assertThat(TABLE.hits(Share.MOST, TABLE.nearest(3, 10, unseen))).isEmpty();
    }

    private static List<String> nearest(Share share, int query, int limit) throws SQLException {
        return TABLE.hits(share, TABLE.nearest(query, limit, SharedTable.ANYTHING));
    }
}
