package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.graph.RandomGraph.Best;
import dev.rhizome.graph.RandomGraph.Relation;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Walks and paths over random graphs, compared with what JGraphT finds; the same graphs and questions in each run. */
class RandomGraphsIntegrationTest {

    private static final long SEED = 20_251;
    private static final int GRAPHS = 40;
    private static final int QUESTIONS = 3; // of each graph in each direction
    private static final int WIDE = 100_000;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final UUID TENANT = UUID.fromString("00000000-0000-7000-8000-00000000000a");

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);
    private static final GraphRepository REPOSITORY = new GraphRepository(new TenantTransactions(POOL));
    private static final List<Question> ALL = new ArrayList<>();

    /** A walk or a path to look for; {@code bound} is small enough to be in the way at times. */
    private record Question(RandomGraph graph, String from, String to, EdgeFilter filter, int hops, int bound) {

        @Override
        public String toString() {
            return "seed " + SEED + ": " + from + " to " + to + ", " + filter + ", " + hops + " hops, bound " + bound
                    + " in " + graph.relations();
        }
    }

    @BeforeAll
    static void graphsAreStored() throws SQLException {
        Random random = new Random(SEED);
        StringBuilder sql = new StringBuilder(
                "insert into tenants (tenant_id, slug, name) values (current_tenant(), 'random', 'x');\n");
        for (int i = 0; i < GRAPHS; i++) {
            RandomGraph graph = RandomGraph.of("g%02d".formatted(i), random);
            sql.append(graph.toSql());
            for (int k = 0; k < QUESTIONS; k++) {
                ALL.add(question(graph, Direction.OUT, random));
                ALL.add(question(graph, Direction.IN, random));
                ALL.add(question(graph, Direction.BOTH, random));
            }
        }
        DATABASE.asApplication(TENANT, sql.toString());
    }

    private static Question question(RandomGraph graph, Direction direction, Random random) {
        List<String> types = List.of(List.<String>of(), List.of("LIKES"), List.of("LIKES", "KNOWS"))
                .get(random.nextInt(3));
        float minConfidence = random.nextBoolean() ? 0 : random.nextInt(1, 8) / 10f;
        return new Question(
                graph,
                graph.nodes().get(random.nextInt(graph.nodes().size())),
                graph.nodes().get(random.nextInt(graph.nodes().size())),
                new EdgeFilter(direction, types, minConfidence),
                random.nextInt(1, 7),
                random.nextInt(1, 9));
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void walksReachWhatJGraphTReachesByTheSameBestWays() {
        for (Question question : ALL) {
            Traversal walk = walk(question, WIDE, new GraphProperties(WIDE, WIDE, WIDE, LONG));

            assertSameReach(question, run(walk, question));
            assertThat(walk.truncated()).as("%s", question).isFalse();
        }
    }

    @Test
    void pathsAreTheShortestAndThenTheMostConfidentThatJGraphTFinds() {
        for (Question question : ALL) {
            PathSearch.Path path = path(question, new GraphProperties(WIDE, WIDE, WIDE, LONG));

            assertSamePath(question, path);
            assertThat(path.complete()).as("%s", question).isTrue();
        }
    }

    @Test
    void walksAreTruncatedExactlyWhereAnEntityHasMoreEdgesThanAreFollowed() {
        int truncated = 0;
        for (Question question : ALL) {
            Traversal walk = walk(question, WIDE, new GraphProperties(WIDE, question.bound(), WIDE, LONG));
            Map<String, Best> reached = run(walk, question);

            boolean more = reached.entrySet().stream()
                    .filter(node -> node.getValue().hops() < question.hops())
                    .flatMap(node -> question.graph().degrees(node.getKey(), question.filter()).stream())
                    .anyMatch(degree -> degree > question.bound());
            assertThat(walk.truncated()).as("%s", question).isEqualTo(more);
            truncated += more ? 1 : 0;
        }
        assertThat(truncated).isBetween(ALL.size() / 10, ALL.size() - ALL.size() / 10);
    }

    @Test
    void walksAreTruncatedExactlyWhereThereAreMoreEntitiesThanWanted() {
        int truncated = 0;
        for (Question question : ALL) {
            Traversal walk = walk(question, question.bound(), new GraphProperties(WIDE, WIDE, WIDE, LONG));
            Map<String, Best> reached = run(walk, question);

            int more = expected(question).size() - 1 - question.bound();
            assertThat(walk.truncated()).as("%s", question).isEqualTo(more > 0);
            assertThat(reached.size() - 1).isLessThanOrEqualTo(question.bound());
            truncated += more > 0 ? 1 : 0;
        }
        assertThat(truncated).isBetween(ALL.size() / 10, ALL.size() - ALL.size() / 10);
    }

    @Test
    void walksAreTruncatedExactlyWhereTheyWouldReadMoreEdgesThanTheyMay() {
        int truncated = 0;
        for (Question question : ALL) {
            int most = 4 * question.bound();
            Traversal walk = walk(question, WIDE, new GraphProperties(WIDE, WIDE, most, LONG));
            Map<String, Best> reached = run(walk, question);

            int needed = expected(question).entrySet().stream()
                    .filter(node -> node.getValue().hops() < question.hops())
                    .flatMap(node -> question.graph().degrees(node.getKey(), question.filter()).stream())
                    .mapToInt(Integer::intValue)
                    .sum();
            assertThat(walk.truncated()).as("%s", question).isEqualTo(needed > most);
            assertThat(walk.edges()).isEqualTo(Math.min(needed, most));
            assertThat(expected(question).keySet()).containsAll(reached.keySet());
            truncated += needed > most ? 1 : 0;
        }
        assertThat(truncated).isBetween(ALL.size() / 10, ALL.size() - ALL.size() / 10);
    }

    @Test
    void pathsThatAreCalledCompleteAreTheOnesThatJGraphTFindsWhateverTheBounds() {
        int incomplete = 0;
        int incompleteAndFound = 0;
        for (Question question : ALL) {
            for (GraphProperties tight : tight(question.bound())) {
                PathSearch.Path path = path(question, tight);

                if (path.complete()) {
                    assertSamePath(question, path);
                } else if (path.found()) {
                    assertIsAPath(question, path);
                    assertThat(path.hops())
                            .as("%s", question)
                            .isBetween(best(question).hops(), question.hops());
                    incompleteAndFound++;
                }
                incomplete += path.complete() ? 0 : 1;
            }
        }
        assertThat(incomplete).isBetween(ALL.size() / 5, 2 * ALL.size() - ALL.size() / 5);
        assertThat(incompleteAndFound).isGreaterThan(ALL.size() / 20);
    }

    /** Tight in everything, and in what is followed from an entity alone, where a search goes on past many cuts. */
    private static List<GraphProperties> tight(int bound) {
        return List.of(
                new GraphProperties(5 * bound, 1 + bound / 3, 6 * bound, LONG),
                new GraphProperties(WIDE, 1 + bound / 4, WIDE, LONG));
    }

    private static Traversal walk(Question question, int nodes, GraphProperties properties) {
        return new Traversal(
                REPOSITORY, properties, question.filter(), new Traversal.Bounds(question.hops(), nodes, 1));
    }

    /** What the walk reaches, its start included. */
    private static Map<String, Best> run(Traversal walk, Question question) {
        Map<String, Best> reached = new HashMap<>(Map.of(question.from(), new Best(0, 1)));
        List<List<Traversal.Reached>> hops = await(walk.from(question.from()).collectList());
        for (List<Traversal.Reached> hop : hops) {
            hop.forEach(node -> {
                assertThat(node.name()).isEqualTo("name of " + node.id());
                reached.put(node.id(), new Best(node.hops(), node.score()));
            });
        }
        return reached;
    }

    private static PathSearch.Path path(Question question, GraphProperties properties) {
        return await(new PathSearch(
                        REPOSITORY,
                        properties,
                        new PathSearch.Question(question.from(), question.to(), question.filter(), question.hops()))
                .path());
    }

    private static Map<String, Best> expected(Question question) {
        return question.graph().reach(question.from(), question.filter(), Relation::weight).entrySet().stream()
                .filter(node -> node.getValue().hops() <= question.hops())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void assertSameReach(Question question, Map<String, Best> reached) {
        Map<String, Best> expected = expected(question);
        assertThat(reached.keySet()).as("%s", question).isEqualTo(expected.keySet());
        expected.forEach((node, best) -> {
            Best found = Objects.requireNonNull(reached.get(node));
            assertThat(found.hops()).as("hops to %s, %s", node, question).isEqualTo(best.hops());
            assertThat(found.product()).as("score of %s, %s", node, question).isCloseTo(best.product(), within(1e-9));
        });
    }

    private static Best best(Question question) {
        return question.graph()
                .reach(question.from(), question.filter(), Relation::confidence)
                .getOrDefault(question.to(), new Best(Integer.MAX_VALUE, 0));
    }

    private static void assertSamePath(Question question, PathSearch.Path path) {
        Best best = best(question);
        assertThat(path.found()).as("%s", question).isEqualTo(best.hops() <= question.hops());
        if (path.found()) {
            assertThat(path.hops()).as("%s", question).isEqualTo(best.hops());
            assertThat(path.confidence()).as("%s", question).isCloseTo(best.product(), within(1e-9));
            assertIsAPath(question, path);
        }
    }

    /** Its relationships exist, lead from entity to entity, and have the confidence that it says. */
    private static void assertIsAPath(Question question, PathSearch.Path path) {
        assertThat(path.relationships()).as("%s", question).hasSize(path.hops());
        assertThat(path.nodes()).as("%s", question).hasSize(path.hops() + 1);
        assertThat(path.nodes().getFirst().id()).isEqualTo(question.from());
        assertThat(path.nodes().getLast().id()).isEqualTo(question.to());
        double product = 1;
        for (int i = 0; i < path.hops(); i++) {
            PathSearch.Step step = path.relationships().get(i);
            assertThat(question.graph().has(step))
                    .as("%s of %s", step, question)
                    .isTrue();
            assertThat(List.of(step.source(), step.target()))
                    .as("%s", question)
                    .containsExactlyInAnyOrder(
                            path.nodes().get(i).id(), path.nodes().get(i + 1).id());
            product *= step.confidence();
        }
        assertThat(path.confidence()).as("%s", question).isCloseTo(product, within(1e-9));
    }

    private static <T> T await(Mono<T> answer) {
        return Objects.requireNonNull(
                answer.contextWrite(TenantContext.of(new TenantId(TENANT))).block(LIMIT));
    }
}
