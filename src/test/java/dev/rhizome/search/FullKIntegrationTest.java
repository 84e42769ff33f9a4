package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.search.RandomTenants.Filter;
import dev.rhizome.search.RandomTenants.Owner;
import dev.rhizome.search.RandomTenants.SearchDocument;
import dev.rhizome.search.SearchEvents.Hit;
import dev.rhizome.testing.Draw;
import dev.rhizome.testing.Seeds;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever is asked of whichever tenant, the answer has as many rows as were asked for, or all that may be seen and match.
 * Tenants of 0 to 400 documents share one database and one connection; the small setting of {@code exact-below} and a cheap
 * index make exact scans, scans from filter terms and HNSW scans, whole and short ones, all of them frequent.
 */
class FullKIntegrationTest {

    private static final double FLOATS = 1e-5;
    private static final List<String> TYPES = List.of("A", "B", "C", "RARE", "NEVER");
    private static final List<Set<Retriever>> RETRIEVERS = List.of(
            EnumSet.of(Retriever.VECTOR),
            EnumSet.of(Retriever.TEXT),
            EnumSet.of(Retriever.VECTOR, Retriever.TEXT),
            EnumSet.of(Retriever.VECTOR, Retriever.GRAPH),
            EnumSet.allOf(Retriever.class));
    private static final Map<String, Integer> PLANS = new TreeMap<>();
    private static RandomTenants tenants = RandomTenants.NONE;

    /** What else is asked for. */
    record Extras(int question, int hops, Fusion fusion, SearchRequest.Reranking reranking) {}

    /** One search. */
    record Case(
            int tenant,
            List<String> types,
            Filter filter,
            float minConfidence,
            int limit,
            Set<Retriever> legs,
            List<String> words,
            Extras extras) {}

    @BeforeAll
    static void load() throws SQLException {
        tenants = RandomTenants.load(
                "--rhizome.search.vector.exact-below=20",
                "--rhizome.search.vector.max-scan-tuples=200",
                "--rhizome.search.vector.index-row-micros=0.05");
    }

    @AfterAll
    static void everyPlanOccurred() {
        tenants.close();

        if (System.getProperty("seed") != null) {
            return;
        }
        assertThat(PLANS)
                .containsOnlyKeys("exact", "filter_terms", "hnsw")
                .allSatisfy((plan, times) -> assertThat(times).as(plan).isGreaterThan(20));
    }

    @Seeds(cases = 1_000, first = 20_260_117)
    void aSearchReturnsAllItWasAskedForOrAllThereIs(long seed) {
        Case asked = drawn(new Draw(seed));
        Owner owner = tenants.owners().get(asked.tenant());
        Map<String, SearchDocument> matching = owner.documents().stream()
                .filter(document -> matches(document, asked))
                .collect(Collectors.toMap(SearchDocument::id, Function.identity()));
        float[] question = RandomTenants.question(asked.extras().question());

        List<SearchEvents.Event> events = tenants.search(owner, request(asked, question));
        List<Hit> hits = events.stream()
                .filter(Hit.class::isInstance)
                .map(Hit.class::cast)
                .toList();

        assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates().isSubsetOf(matching.keySet());
        assertThat(hits).allSatisfy(hit -> assertThat(hit.name()).startsWith(owner.name()));
        assertThat(hits).hasSize((int) Math.min(asked.limit(), found(matching, asked)));
        SearchEvents.Done done = (SearchEvents.Done) events.getLast();
        SearchEvents.Leg leg = done.legs().get("vector");
        if (leg != null) {
            count(leg, owner);
            if (asked.legs().equals(Set.of(Retriever.VECTOR))
                    && "exact".equals(leg.plan())
                    && asked.extras().reranking().isNone()) {
                inOrder(hits, matching, question);
            }
        }
    }

    private static boolean matches(SearchDocument document, Case asked) {
        return (asked.types().isEmpty() || asked.types().contains(document.type()))
                && asked.filter().matches().test(document)
                && document.confidence() >= asked.minConfidence();
    }

    /** TestDocuments that some leg finds: the vector leg all, the text leg those with one of the words. */
    private static long found(Map<String, SearchDocument> matching, Case asked) {
        return asked.legs().contains(Retriever.VECTOR)
                ? matching.size()
                : matching.values().stream()
                        .filter(document -> asked.words().stream().anyMatch(document.words()::contains))
                        .count();
    }

    /** The nearest first, by distances of our own; and those with the same vector by id. */
    private static void inOrder(List<Hit> hits, Map<String, SearchDocument> matching, float[] question) {
        List<SearchDocument> exact = matching.values().stream()
                .sorted(Comparator.comparingDouble((SearchDocument document) -> document.distance(question))
                        .thenComparing(SearchDocument::id))
                .toList();
        for (int i = 0; i < hits.size(); i++) {
            SearchDocument hit = Objects.requireNonNull(matching.get(hits.get(i).id()));
            double distance =
                    Objects.requireNonNull(hits.get(i).legs().vector()).distance();
            assertThat(distance).isCloseTo(hit.distance(question), within(FLOATS));
            assertThat(distance).isCloseTo(exact.get(i).distance(question), within(FLOATS));
            if (i > 0
                    && Objects.requireNonNull(matching.get(hits.get(i - 1).id()))
                            .sharesVectorWith(hit)) {
                assertThat(hits.get(i).id()).isGreaterThan(hits.get(i - 1).id());
            }
        }
    }

    private static void count(SearchEvents.Leg leg, Owner owner) {
        Long scanned = leg.scanned();
        String plan = scanned == null ? "hnsw" : scanned < owner.documents().size() ? "filter_terms" : "exact";
        PLANS.merge(plan, 1, Integer::sum);
    }

    private static SearchRequest request(Case asked, float[] question) {
        return new SearchRequest(
                asked.legs().contains(Retriever.TEXT) ? String.join(" ", asked.words()) : null,
                Embedding.of("embedding", question, question.length),
                asked.limit(),
                new SearchRequest.Restriction(asked.types(), asked.filter().json(), asked.minConfidence()),
                asked.legs(),
                asked.extras().fusion(),
                new SearchRequest.Expansion(asked.extras().hops(), new EdgeFilter(Direction.BOTH, List.of(), 0), 20),
                asked.extras().reranking(),
                SearchRequest.Grouping.NONE,
                null,
                new SearchRequest.Output(false, false),
                SearchRequest.Tenants.OWN);
    }

    private static Case drawn(Draw draw) {
        return new Case(
                draw.between(0, RandomTenants.SIZES.size() - 1),
                draw.coin() ? List.of() : draw.some(0, 3, TYPES),
                draw.of(RandomTenants.FILTERS),
                draw.of(0f, 0f, 0.25f, 0.3f, 1f),
                draw.coin() ? draw.between(1, 200) : draw.between(1, 12),
                draw.of(RETRIEVERS),
                draw.some(1, 3, RandomTenants.WORDS),
                extras(draw));
    }

    private static Extras extras(Draw draw) {
        SearchRequest.Reranking none = SearchRequest.Reranking.NONE;
        return new Extras(
                draw.between(0, 1_000),
                draw.between(0, 2),
                draw.of(Fusion.values()),
                draw.of(
                        none,
                        none,
                        none,
                        new SearchRequest.Reranking(0.5, 0, 30, 0),
                        new SearchRequest.Reranking(0, 0.5, 30, 0.5)));
    }
}
