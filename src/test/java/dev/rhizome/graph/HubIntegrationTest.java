package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.GenericPlan;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * An entity with 100,000 relationships, all of the same weight but three: nothing that is asked of it reads them all, and
 * the answers say that there are more. One leaf is linked to another hub, as big and with all weights different.
 */
class HubIntegrationTest {

    private static final int DEGREE = 100_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final UUID TENANT = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final GraphProperties DEFAULTS = new GraphProperties(10_000, 500, 50_000, Duration.ofSeconds(5));
    private static final EdgeFilter ALL = new EdgeFilter(Direction.BOTH, List.of(), 0);

    /** Of the first leaf: what ends a field, and a character of two code units. */
    private static final String ODD_NAME = "1\u0001\n\uD83D\uDE00";

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);
    private static final GraphRepository REPOSITORY = new GraphRepository(new TenantTransactions(POOL));

    @BeforeAll
    static void twoHubs() throws SQLException {
        DATABASE.asApplication(TENANT, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'hubs', 'x');
                insert into entities (entity_id, type, name, digest)
                select 'leaf-' || n, 'LEAF', case n when 1 then E'1\\x01\\n' || chr(128512) else 'leaf' end, sha256(''::bytea) from generate_series(1, %1$d) n
                 union all
                select id, 'HUB', 'hub', sha256(''::bytea) from unnest(array['hub', 'other-hub']) as h (id);
                insert into relationships (source_id, target_id, type, strength)
                select 'hub', 'leaf-' || n, 'HAS', case when n <= 3 then 1 else 0.5 end from generate_series(1, %1$d) n;
                insert into relationships (source_id, target_id, type, strength)
                select 'leaf-' || n, 'other-hub', 'IN', 1 - n / 200000.0 from generate_series(1, %1$d) n;
                """.formatted(DEGREE));
        DATABASE.asOwner("vacuum analyze rhizome.relationships", "vacuum analyze rhizome.entities");
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void aWalkFromAHubFollowsItsHeaviestAndSaysThatThereIsMore() {
        Traversal walk = new Traversal(REPOSITORY, DEFAULTS, ALL, new Traversal.Bounds(1, 10_000, 1));

        List<Traversal.Reached> reached = await(walk.from("hub").collectList()).getFirst();

        assertThat(reached).hasSize(500).allMatch(node -> node.type().equals("LEAF"));
        assertThat(reached.subList(0, 3))
                .extracting(Traversal.Reached::id)
                .containsExactly("leaf-1", "leaf-2", "leaf-3");
        assertThat(reached.getFirst().name()).isEqualTo(ODD_NAME);
        assertThat(walk.edges()).isEqualTo(500);
        assertThat(walk.truncated()).isTrue();
    }

    @Test
    void aWalkThroughHubsReadsNoMoreThanItMay() {
        Traversal walk = new Traversal(REPOSITORY, DEFAULTS, ALL, new Traversal.Bounds(5, 10_000, 1));

        List<List<Traversal.Reached>> hops = await(walk.from("leaf-7").collectList());

        assertThat(hops.getFirst()).extracting(Traversal.Reached::id).containsExactly("other-hub", "hub");
        assertThat(walk.edges()).isLessThanOrEqualTo(DEFAULTS.maxEdges());
        assertThat(walk.truncated()).isTrue();
    }

    @Test
    void theHeaviestAreReadFirstAndFromTheIndexAlone() throws SQLException {
        String outgoing = analyzed(expand("array['hub']", true, false));
        String incoming = analyzed(expand("array['other-hub']", false, true));

        assertThat(outgoing).contains("using relationships_from_source").doesNotContain("Seq Scan");
        assertThat(incoming).contains("using relationships_from_target").doesNotContain("Seq Scan");
        assertThat(mostRows(outgoing)).isBetween(501, 520);
        assertThat(mostRows(incoming)).isBetween(501, 520);
    }

    @Test
    void theNameOfAnEntityMayHaveAnyCharacter() {
        Expansion found = await(REPOSITORY.expand(
                List.of("leaf-2"), List.of("leaf-1"), ALL, new GraphRepository.ReadLimit(500, 50_000)));

        assertThat(found.edges()).extracting(Edge::to).containsExactly("other-hub", "hub");
        assertThat(found.entity("leaf-1").name()).isEqualTo(ODD_NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {GraphRepository.EXPAND, GraphRepository.EXPAND_ALL})
    void aStepThatIsPlannedForAnyTenantSortsNothingAndReadsNoWholeTable(String statement) throws SQLException {
        String plan = String.join("\n", DATABASE.asApplication(TENANT, GenericPlan.of(statement)));

        assertThat(plan)
                .contains("using relationships_from_source", "using relationships_from_target", "using entities_pkey")
                .doesNotContain("Seq Scan", "Sort");
    }

    @Test
    void aPageOfAHubReadsNoMoreThanThePage() throws SQLException {
        String first = analyzed(neighbours("2", "''"));
        String amidTies = analyzed(neighbours("0.5", "'leaf-50000'"));

        assertThat(first).contains("using relationships_from_source").doesNotContain("Seq Scan");
        assertThat(amidTies).contains("using relationships_from_source").doesNotContain("Seq Scan");
        assertThat(mostRows(first)).isBetween(100, 250);
        assertThat(mostRows(amidTies)).isBetween(100, 250);
    }

    @Test
    void pagesOfAHubLoseAndRepeatNothing() {
        Set<String> seen = new HashSet<>();
        Position after = Position.START;
        int pages = 0;
        boolean more = true;
        while (more) {
            Expansion page = await(REPOSITORY.neighbours("hub", ALL, after, 1_000));
            for (Edge edge : page.edges()) {
                assertThat(seen.add(edge.to())).as(edge.to()).isTrue();
            }
            after = Position.of(page.edges().getLast());
            more = page.cut();
            pages++;
        }

        assertThat(seen).hasSize(DEGREE);
        assertThat(pages).isEqualTo(DEGREE / 1_000);
    }

    @Test
    void aPathFromAHubToItsLightestLeafIsFoundFromTheLeaf() {
        PathSearch.Path path = path("hub", "leaf-99999", 3);

        assertThat(path.hops()).isEqualTo(1);
        assertThat(path.complete()).isTrue();
    }

    @Test
    void aPathBetweenLeavesNeedsNoLookIntoTheHub() {
        PathSearch.Path path = path("leaf-500", "leaf-99999", 5);

        assertThat(path.hops()).isEqualTo(2);
        assertThat(path.complete()).isTrue();
    }

    @Test
    void aPathBetweenHubsIsNotCalledTheBestWhereMostWaysWereNotLookedAt() {
        PathSearch.Path path = path("hub", "other-hub", 5);

        assertThat(path.found()).isTrue();
        assertThat(path.hops()).isEqualTo(2);
        assertThat(path.complete()).isFalse();
    }

    private static PathSearch.Path path(String from, String to, int hops) {
        return await(new PathSearch(REPOSITORY, DEFAULTS, new PathSearch.Question(from, to, ALL, hops)).path());
    }

    private static String expand(String ids, boolean out, boolean in) {
        return Literals.in(
                GraphRepository.EXPAND,
                "'" + TENANT + "'::uuid",
                ids,
                String.valueOf(out),
                String.valueOf(in),
                "'{}'",
                "0::real",
                "500",
                "50001",
                "'{}'");
    }

    private static String neighbours(String weight, String to) {
        return Literals.in(
                GraphRepository.NEIGHBOURS,
                "'" + TENANT + "'::uuid",
                "'hub'",
                "true",
                "true",
                "'{}'",
                weight + "::real",
                to,
                "'HAS'",
                "true",
                "true",
                "101");
    }

    private static String analyzed(String sql) throws SQLException {
        return String.join(
                "\n",
                DATABASE.asApplication(
                        TENANT, "explain (analyze, costs off, timing off, summary off, buffers off) " + sql));
    }

    /** The most rows that any step of a plan gave or threw away. */
    private static int mostRows(String plan) {
        return Pattern.compile("(?:actual rows=|Rows Removed by [A-Za-z ]+: )(\\d+)")
                .matcher(plan)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElseThrow();
    }

    private static <T> T await(Mono<T> answer) {
        return Objects.requireNonNull(
                answer.contextWrite(TenantContext.of(new TenantId(TENANT))).block(LIMIT));
    }
}
