package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.ConnectionPools;
import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.VectorHome;
import dev.rhizome.indexing.VectorSpace;
import dev.rhizome.search.VectorPlan.Kind;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which plan a search without restrictions has, by what each would cost. */
class VectorPlannerTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final VectorHome.Index INDEX = new VectorHome.Index(VectorHome.IndexType.HALFVEC, 40, 0.97f);
    /** Nothing is counted here, so no connection is made. */
    private static final TenantTransactions NEVER_ASKED =
            new TenantTransactions(ConnectionPools.create(DatabaseSettings.from(Map.of("DB_POOL_MIN", "0"))));

    private static VectorPlan plan(long documents, VectorHome.@Nullable Index index, @Nullable Integer efSearch) {
        TenantProfile profile = new TenantProfile(
                new TenantId(new UUID(1, 1)),
                "english",
                new VectorSpace((short) 1, new ModelName("m", 3)),
                null,
                documents,
                10,
                new VectorHome(index == null ? 0 : 1, "vectors", index));
        SearchRequest request = new SearchRequest(
                "words",
                null,
                10,
                new SearchRequest.Restriction(List.of(), null, 0),
                Set.of(Retriever.VECTOR),
                Fusion.SCORE,
                new SearchRequest.Expansion(0, new EdgeFilter(Direction.BOTH, List.of(), 0), 0),
                SearchRequest.Reranking.NONE,
                SearchRequest.Grouping.NONE,
                efSearch,
                new SearchRequest.Output(false, false),
                SearchRequest.Tenants.OWN);
        SearchProperties.Vector costs = new SearchProperties.Vector(100, 2_000, 1, 5);
        return Objects.requireNonNull(new VectorPlanner(NEVER_ASKED, costs)
                .plan(profile, request, 100)
                .block(LIMIT));
    }

    @Test
    void aSmallTenantIsScannedExactlyWhateverItCosts() {
        assertThat(plan(100, INDEX, null)).isEqualTo(VectorPlan.exact(100));
    }

    @Test
    void withoutAnIndexEverybodyIs() {
        assertThat(plan(1_000_000, null, null)).isEqualTo(VectorPlan.exact(1_000_000));
    }

    /** 40 + 100 rows of the index are visited, at five times the cost of one that is compared. */
    @Test
    void theIndexIsScannedFromWhereItIsCheaper() {
        assertThat(plan(700, INDEX, null)).isEqualTo(VectorPlan.exact(700));
        assertThat(plan(701, INDEX, null)).isEqualTo(VectorPlan.hnsw(701, INDEX));
    }

    @Test
    void theWidthThatARequestWantsCounts() {
        VectorPlan plan = plan(100_000, INDEX, 400);

        assertThat(plan.kind()).isEqualTo(Kind.HNSW);
        assertThat(plan.index()).isEqualTo(new VectorHome.Index(VectorHome.IndexType.HALFVEC, 400, null));
        assertThat(plan(2_500, INDEX, 400)).isEqualTo(VectorPlan.exact(2_500));
    }

    @Test
    void noScanIsWiderThanItMayBe() {
        assertThat(plan(1_000_000, INDEX, 1_900).kind()).isEqualTo(Kind.HNSW);
        assertThat(plan(1_000_000, INDEX, 1_901).kind()).isEqualTo(Kind.EXACT);
    }

    @Test
    void aReportSaysHowItWasDone() {
        RetrieverReport exact = RetrieverReport.ofVector(1.5, VectorPlan.exact(7));
        assertThat(exact).isEqualTo(new RetrieverReport(1.5, "exact", 7L, null, null, null, null));

        RetrieverReport indexed = RetrieverReport.ofVector(1.5, VectorPlan.hnsw(7, INDEX));
        assertThat(indexed).isEqualTo(new RetrieverReport(1.5, "hnsw", null, 40, 0.97f, null, null));
        assertThat(VectorPlan.hnsw(7, INDEX).exactly()).isEqualTo(VectorPlan.exact(7));
    }
}
