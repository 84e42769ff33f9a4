package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.pgvector.PGvector;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.graph.Direction;
import dev.rhizome.graph.EdgeFilter;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Draw;
import dev.rhizome.testing.GenericPlan;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Another tenant's rows change nothing in an answer: not its hits, their order, their scores to the last digit, how it was found,
 * nor what the statements read. Neighbours are drawn at random, come, grow, move to tables of their own, and go.
 */
class OthersChangeNothingIntegrationTest {

    private static final int ROUNDS = 3;
    private static final int QUESTIONS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern TIMES = Pattern.compile("tookMs=[0-9.E-]+");
    /** By which condition on an index a table is read, or that all of it is; not whether by way of a bitmap. */
    private static final Pattern READS = Pattern.compile("Index Cond:|Seq Scan");

    private static final UUID SMALL = new UUID(0x7000L, 0x8000000000000001L);
    private static final UUID LARGE = new UUID(0x7000L, 0x8000000000000002L);
    private static final List<Set<Retriever>> RETRIEVERS = List.of(
            EnumSet.of(Retriever.VECTOR),
            EnumSet.of(Retriever.TEXT),
            EnumSet.of(Retriever.VECTOR, Retriever.TEXT),
            EnumSet.allOf(Retriever.class));

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE = RunningService.on(
            DATABASE,
            "--rhizome.search.vector.exact-below=100",
            "--rhizome.search.vector.index-row-micros=0.05",
            "--rhizome.vectors.interval=1h");

    @BeforeAll
    static void twoTenants() throws SQLException {
        write(SMALL, 0, 60, 1);
        write(LARGE, 0, 600, 2);
        assertThat(VectorHomes.move(DATABASE, LARGE, "indexed")).startsWith("vectors_t");
        // Without statistics the planner guesses, and guesses otherwise once there are any.
        DATABASE.asOwner("vacuum analyze rhizome.vectors", "vacuum analyze rhizome.search_terms");
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void nothingOfAnAnswerDependsOnOthers() throws SQLException {
        List<String> alone = answers();
        assertThat(alone)
                .anyMatch(answer -> answer.contains("plan=hnsw"))
                .anyMatch(answer -> answer.contains("plan=exact"));
        Draw draw = new Draw(20_261_126);
        List<UUID> neighbours = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            change(neighbours, draw, round);

            assertThat(answers()).as("round %d", round).isEqualTo(alone);
        }
    }

    private static void change(List<UUID> neighbours, Draw draw, int round) throws SQLException {
        for (int i = draw.between(1, 4); i > 0; i--) {
            UUID neighbour = new UUID(0x7000L, 0x9000000000000000L + 100L * round + i);
            write(neighbour, 0, draw.between(1, 900), draw.between(3, 9));
            neighbours.add(neighbour);
        }
        UUID grown = draw.of(neighbours);
        write(grown, 1_000, draw.between(1_001, 1_400), 3);
        if (draw.coin()
                && DATABASE.asApplication(grown, "select 1 from vector_homes").isEmpty()) {
            assertThat(VectorHomes.move(DATABASE, grown, draw.of("own", "indexed")))
                    .startsWith("vectors_t");
        }
        UUID emptied = draw.of(neighbours);
        assertThat(DATABASE.asApplication(
                        emptied, "select unindex_documents(array_agg(document_id)) from hybrid_search_index"))
                .hasSize(1);
        if (draw.coin()) {
            DATABASE.asOwner("vacuum analyze rhizome.vectors", "vacuum analyze rhizome.search_terms");
        }
    }

    /** The same ids, words and directions in all tenants, so that whatever leaked would be a near hit. */
    private static void write(UUID tenant, int from, int to, int seed) throws SQLException {
        assertThat(DATABASE.asApplication(tenant, """
                        insert into tenants (tenant_id, slug, name) values (current_tenant(), 'x' || current_tenant(), 'x')
                            on conflict do nothing;
                        select index_documents(
                          array_agg('t' || s), array_agg('T' || s %% 3), array_agg('document word' || s %% 7),
                          array_agg('about word' || s %% 13 || ' rare' || s %% 101), array_agg(1::real),
                          array_agg(jsonb_build_object('page', s %% 10)), 1::smallint,
                          array_agg((select array_agg(sin(%d * s * d) + 1 + s %% 5)::vector from generate_series(1, 384) d)),
                          null, array_agg(null::vector))
                          from generate_series(%d, %d) s
                        """.formatted(seed, from, to - 1)))
                .containsExactly("" + (to - from));
    }

    /** All that is told of all questions by both tenants, without times; and the plans of the statements. */
    private static List<String> answers() throws SQLException {
        List<String> answers = new ArrayList<>();
        for (UUID tenant : List.of(SMALL, LARGE)) {
            for (int question = 0; question < QUESTIONS; question++) {
                for (Set<Retriever> retrievers : RETRIEVERS) {
                    answers.add(
                            TIMES.matcher(answer(tenant, question, retrievers)).replaceAll(""));
                }
            }
            for (String sql : List.of(VectorSearch.EXACT, VectorSearch.EXACT_AMONG, TextRetriever.BM25)) {
                answers.add(DATABASE.asApplication(tenant, GenericPlan.of(sql)).stream()
                        .filter(line -> READS.matcher(line).find())
                        .map(String::strip)
                        .sorted()
                        .toList()
                        .toString());
            }
        }
        return answers;
    }

    private static String answer(UUID tenant, int question, Set<Retriever> retrievers) throws SQLException {
        String vector = DATABASE.asApplication(
                        null,
                        "select array_agg(cos(" + question + " * d) + " + question % 5
                                + ")::vector from generate_series(1, 384) d")
                .getFirst();
        SearchRequest request = new SearchRequest(
                "word" + question + " rare" + question,
                Embedding.of("embedding", new PGvector(vector).toArray(), 384),
                10,
                new SearchRequest.Restriction(question % 3 == 0 ? List.of("T1") : List.of(), null, 0),
                retrievers,
                Fusion.SCORE,
                new SearchRequest.Expansion(0, new EdgeFilter(Direction.BOTH, List.of(), 0), 0),
                SearchRequest.Reranking.NONE,
                SearchRequest.Grouping.NONE,
                null,
                new SearchRequest.Output(true, false),
                SearchRequest.Tenants.OWN);
        return Objects.requireNonNull(SERVICE.bean(HybridSearch.class)
                        .search(request)
                        .flatMapIterable(stage -> stage)
                        .map(result -> SearchEvents.of(result, true))
                        .collectList()
                        .contextWrite(TenantContext.of(new TenantId(tenant)))
                        .block(LIMIT))
                .toString();
    }
}
