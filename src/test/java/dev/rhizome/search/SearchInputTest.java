package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a search as it was sent asks for. */
class SearchInputTest {

    private static SearchInput input(@Nullable String query, @Nullable Embedding embedding, Retriever... legs) {
        return new SearchInput(
                query,
                embedding,
                10,
                List.of(),
                null,
                0,
                List.of(legs),
                1,
                List.of(),
                Direction.BOTH,
                20,
                0,
                false,
                false,
                Fusion.SCORE,
                null,
                0,
                0,
                30,
                0,
                List.of());
    }

    private static SearchRequest request(int limit, int hops, float diversity, Retriever... legs) {
        return new SearchInput(
                        "words",
                        null,
                        limit,
                        List.of("T"),
                        "{}",
                        0.5f,
                        List.of(legs),
                        hops,
                        List.of("R"),
                        Direction.OUT,
                        7,
                        40,
                        true,
                        true,
                        Fusion.RANK,
                        null,
                        diversity,
                        0,
                        30,
                        0,
                        List.of("acme", "own", "acme"))
                .request();
    }

    private static Embedding vector() {
        return Embedding.of("embedding", new float[] {1, 0}, 2);
    }

    private static List<String> faults(SearchInput input) {
        List<String> faults = new ArrayList<>();
        input.check((field, found, expected) -> faults.add(field + ": " + found));
        return faults;
    }

    @Test
    void aSearchNeedsWordsOrAVector() {
        assertThat(faults(input(null, null))).containsExactly("query: missing");
        assertThat(faults(input(" \u200b", null))).containsExactly("query: blank");
        assertThat(faults(input("one", null))).isEmpty();
        assertThat(faults(input(null, vector()))).isEmpty();
    }

    @Test
    void wordsAreNeededWhereTheVectorDoesNotCount() {
        assertThat(faults(input(null, vector(), Retriever.TEXT))).containsExactly("query: missing");
        assertThat(faults(input(null, vector(), Retriever.TEXT, Retriever.VECTOR)))
                .isEmpty();
        assertThat(faults(input("one", vector(), Retriever.TEXT))).isEmpty();
    }

    @Test
    void theGraphNeedsHitsToStartFrom() {
        assertThat(faults(input("one", null, Retriever.GRAPH))).containsExactly("legs: graph alone");
        assertThat(faults(input("one", null, Retriever.GRAPH, Retriever.TEXT))).isEmpty();
    }

    @Test
    void allWaysToLookAreTakenThatCanBe() {
        assertThat(input("one", null).request().retrievers())
                .containsExactlyInAnyOrder(Retriever.VECTOR, Retriever.TEXT, Retriever.GRAPH);
        assertThat(input(null, vector()).request().retrievers())
                .containsExactlyInAnyOrder(Retriever.VECTOR, Retriever.GRAPH);
        assertThat(input("one", null, Retriever.TEXT).request().retrievers()).containsExactly(Retriever.TEXT);
        assertThat(input(" ", vector()).request().query()).isNull();
        assertThat(input(null, vector()).request().words()).isEmpty();
    }

    @Test
    void whatWasSentIsWhatIsAskedFor() {
        SearchRequest request = request(5, 2, 0.1f, Retriever.VECTOR, Retriever.TEXT);

        assertThat(request.limit()).isEqualTo(5);
        assertThat(request.words()).isEqualTo("words");
        assertThat(request.restriction()).isEqualTo(new SearchRequest.Restriction(List.of("T"), "{}", 0.5f));
        assertThat(request.fusion()).isEqualTo(Fusion.RANK);
        assertThat(request.expansion().hops()).isEqualTo(2);
        assertThat(request.expansion().limit()).isEqualTo(7);
        assertThat(request.expansion().edges().types()).containsExactly("R");
        assertThat(request.expansion().edges().direction()).isEqualTo(Direction.OUT);
        assertThat(request.reranking().diversity()).isEqualTo(0.1); // not the float's .10000000149
        assertThat(request.efSearch()).isEqualTo(40);
        assertThat(request.output()).isEqualTo(new SearchRequest.Output(true, true));
        assertThat(request.tenants()).isEqualTo(new SearchRequest.Tenants(true, List.of("acme")));
        assertThat(input("one", null).request().efSearch()).isNull();
    }

    @Test
    void rerankingChoosesFromMoreThanItGives() {
        assertThat(request(5, 0, 0, Retriever.TEXT).pool()).isEqualTo(5);
        assertThat(request(5, 0, 0.1f, Retriever.TEXT).pool()).isEqualTo(50);
        assertThat(request(100, 0, 0.1f, Retriever.TEXT).pool()).isEqualTo(300);
    }

    @Test
    void theOrderIsOneRetrieversWhereNothingElseCounts() {
        assertThat(request(5, 0, 0, Retriever.TEXT).isOrderOfOneRetriever()).isTrue();
        assertThat(request(5, 0, 0, Retriever.VECTOR).isOrderOfOneRetriever()).isTrue();
        assertThat(request(5, 1, 0, Retriever.VECTOR).isOrderOfOneRetriever()).isTrue();
        assertThat(request(5, 1, 0, Retriever.VECTOR, Retriever.GRAPH).isOrderOfOneRetriever())
                .isFalse();
        assertThat(request(5, 0, 0, Retriever.VECTOR, Retriever.GRAPH).isOrderOfOneRetriever())
                .isTrue();
        assertThat(request(5, 0, 0, Retriever.VECTOR, Retriever.TEXT).isOrderOfOneRetriever())
                .isFalse();
        assertThat(request(5, 0, 0.1f, Retriever.TEXT).isOrderOfOneRetriever()).isFalse();
    }

    /** A stream goes on only where the same is asked again. */
    @Test
    void requestsThatAskTheSameAreEqualByTheirFingerprint() {
        assertThat(input("one", null).request().fingerprint())
                .isEqualTo(input("one", null).request().fingerprint());
        assertThat(input("one", null).request().fingerprint())
                .isNotEqualTo(input("two", null).request().fingerprint());
        assertThat(input(null, vector()).request().fingerprint())
                .isEqualTo(input(null, vector()).request().fingerprint())
                .isNotEqualTo(input(null, Embedding.of("embedding", new float[] {0, 1}, 2))
                        .request()
                        .fingerprint());
    }

    @Test
    void aRestrictionIsNoneWhereAnythingFits() {
        assertThat(new SearchRequest.Restriction(List.of(), null, 0).isNone()).isTrue();
        assertThat(new SearchRequest.Restriction(List.of("T"), null, 0).isNone())
                .isFalse();
        assertThat(new SearchRequest.Restriction(List.of(), "{}", 0).isNone()).isFalse();
        assertThat(new SearchRequest.Restriction(List.of(), null, 0.1f).isNone())
                .isFalse();
    }
}
