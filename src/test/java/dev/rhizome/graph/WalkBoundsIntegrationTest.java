package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What bounds do to walks and paths over a chain a - b - c - d, beside which a and b are related in many ways. */
class WalkBoundsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final UUID TENANT = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final EdgeFilter ALL = new EdgeFilter(Direction.BOTH, List.of(), 0);
    private static final GraphProperties WIDE = new GraphProperties(10_000, 500, 50_000, LONG);
    private static final GraphProperties HASTY = new GraphProperties(10_000, 500, 50_000, Duration.ofNanos(1));

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ConnectionPool POOL = DATABASE.pool(1);
    private static final GraphRepository REPOSITORY = new GraphRepository(new TenantTransactions(POOL));

    @BeforeAll
    static void aChain() throws SQLException {
        DATABASE.asApplication(TENANT, """
                insert into tenants (tenant_id, slug, name) values (current_tenant(), 'chain', 'x');
                insert into entities (entity_id, type, name, digest)
                select id, 'NODE', 'node', sha256(''::bytea) from unnest(array[
                  'a', 'b', 'c', 'd', 'lone', 'start', 'decoy', 'x', 'y', 'end', 'tail']) as t (id);
                insert into relationships (source_id, target_id, type, directed, confidence, strength) values
                  ('a', 'b', 'HEAVY', true, 0.5, 1), ('a', 'b', 'SURE', true, 0.9, 0.1), ('a', 'b', 'EITHER', false, 0.3, 1),
                  ('b', 'a', 'HEAVY', true, 0.6, 0.5), ('b', 'a', 'NEVER', true, 0, 0),
                  ('b', 'c', 'NEXT', false, 0.5, 1), ('d', 'c', 'NEXT', true, 0.5, 1),
                  ('start', 'decoy', 'NEXT', true, 1, 1), ('start', 'x', 'NEXT', true, 1, 0.5),
                  ('x', 'y', 'NEXT', true, 1, 1), ('y', 'end', 'NEXT', true, 1, 1), ('end', 'tail', 'NEXT', true, 1, 1);
                """);
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void thePathTakesTheMostConfidentOfParallelRelationshipsNotTheHeaviest() {
        PathSearch.Path path = path("a", "b", 5, WIDE);

        assertThat(path.relationships()).containsExactly(new PathSearch.Step("a", "SURE", "b", 0.9f, 0.1f));
        assertThat(path.complete()).isTrue();
    }

    @Test
    void relationshipsAreShownAsTheyAreStoredWhicheverWayTheyAreWalked() {
        PathSearch.Path path = path("d", "a", 5, WIDE);

        assertThat(path.nodes()).extracting(Node::id).containsExactly("d", "c", "b", "a");
        assertThat(path.relationships())
                .extracting(step -> step.source() + step.target())
                .containsExactly("dc", "bc", "ab");
    }

    @Test
    void aMostConfidentEdgeThatIsTooLightToBeReadMakesThePathUncertain() {
        PathSearch.Path path = path("a", "b", 5, new GraphProperties(10_000, 2, 50_000, LONG));

        assertThat(path.hops()).isEqualTo(1);
        assertThat(path.relationships().getFirst().type()).isNotEqualTo("SURE");
        assertThat(path.complete()).isFalse();
    }

    /** The heaviest of the start's leads nowhere, so there is a second level, uncut and empty, behind the first. */
    @Test
    void whatLiesBehindACutIsNotTakenForAllThereIs() {
        PathSearch.Path path = path("start", "end", 3, new GraphProperties(10_000, 1, 50_000, LONG));

        assertThat(path.nodes()).extracting(Node::id).containsExactly("start", "x", "y", "end");
        assertThat(path.complete()).isTrue();
    }

    @Test
    void confidenceOfNothingIsStillAPath() {
        EdgeFilter never = new EdgeFilter(Direction.OUT, List.of("NEVER"), 0);
        PathSearch.Path path =
                await(new PathSearch(REPOSITORY, WIDE, new PathSearch.Question("b", "a", never, 5)).path());

        assertThat(path.found()).isTrue();
        assertThat(path.confidence()).isZero();
    }

    @Test
    void aPathToItselfHasNoHops() {
        PathSearch.Path path = path("lone", "lone", 5, HASTY);

        assertThat(path)
                .isEqualTo(new PathSearch.Path(true, 0, 1, List.of(new Node("lone", "NODE", "node")), List.of(), true));
    }

    @Test
    void aPathThatEndsAtItsHopsIsSurelyNotThere() {
        assertThat(path("a", "d", 2, WIDE)).isEqualTo(none(true));
        assertThat(path("a", "lone", 5, WIDE)).isEqualTo(none(true));
    }

    @Test
    void aPathThatTheTimeEndedMayBeThere() {
        assertThat(path("a", "d", 5, HASTY)).isEqualTo(none(false));
    }

    @Test
    void aPathThatTheEntitiesEndedMayBeThere() {
        assertThat(path("a", "d", 5, new GraphProperties(1, 500, 50_000, LONG))).isEqualTo(none(false));
    }

    @Test
    void aPathThatTheRelationshipsEndedMayBeThere() {
        assertThat(path("a", "d", 5, new GraphProperties(10_000, 500, 5, LONG))).isEqualTo(none(false));
    }

    @Test
    void unknownEndsAreNotFound() {
        fails(path(new PathSearch.Question("a", "nobody", ALL, 5), WIDE));
        fails(path(new PathSearch.Question("nobody", "a", ALL, 5), WIDE));
        fails(walk(1, HASTY).from("nobody"));
    }

    @Test
    void exactlyAsManyRelationshipsAsAreFollowedAreNotTruncated() {
        Traversal exact = walk(1, new GraphProperties(10_000, 3, 50_000, LONG));
        Traversal oneTooFew = walk(1, new GraphProperties(10_000, 2, 50_000, LONG));

        assertThat(await(exact.from("a").collectList())).hasSize(1);
        assertThat(await(oneTooFew.from("a").collectList())).hasSize(1);

        assertThat(exact.truncated()).isFalse();
        assertThat(oneTooFew.truncated()).isTrue();
    }

    @Test
    void aWalkThatRunsOutOfTimeEndsWithWhatItHas() {
        Traversal walk = walk(5, HASTY);

        List<List<Traversal.Reached>> hops = await(walk.from("a").collectList());

        assertThat(hops).singleElement().satisfies(hop -> assertThat(hop).hasSize(1));
        assertThat(walk.truncated()).isTrue();
    }

    @Test
    void aWalkThatIsOverInTimeIsNotTruncated() {
        Traversal walk = walk(1, HASTY);

        assertThat(await(walk.from("a").collectList())).hasSize(1);
        assertThat(walk.truncated()).isFalse();
    }

    @Test
    void aStepThatTakesLongerThanIsLeftIsStopped() throws SQLException {
        Traversal walk = walk(5, new GraphProperties(10_000, 500, 50_000, Duration.ofMillis(300)));

        try (TestDatabase.Held lock = DATABASE.hold("lock table rhizome.relationships in access exclusive mode")) {
            assertThat(await(walk.from(Map.of("a", 1.0)).collectList())).isEmpty();
            assertThat(lock.isHeld()).isTrue();
        }

        assertThat(walk.truncated()).isTrue();
        assertThat(path("a", "b", 5, WIDE).found()).isTrue(); // on the pool's only connection
    }

    private static Traversal walk(int hops, GraphProperties properties) {
        return new Traversal(REPOSITORY, properties, ALL, new Traversal.Bounds(hops, 1_000, 1));
    }

    private static PathSearch.Path path(String from, String to, int hops, GraphProperties properties) {
        return await(path(new PathSearch.Question(from, to, ALL, hops), properties));
    }

    private static Mono<PathSearch.Path> path(PathSearch.Question wanted, GraphProperties properties) {
        return new PathSearch(REPOSITORY, properties, wanted).path();
    }

    private static PathSearch.Path none(boolean complete) {
        return new PathSearch.Path(false, 0, 0, List.of(), List.of(), complete);
    }

    private static void fails(org.reactivestreams.Publisher<?> answer) {
        Flux.from(answer)
                .contextWrite(TenantContext.of(new TenantId(TENANT)))
                .as(Awaited::create)
                .expectError(NotFound.class)
                .verify(LIMIT);
    }

    private static <T> T await(Mono<T> answer) {
        return Objects.requireNonNull(
                answer.contextWrite(TenantContext.of(new TenantId(TENANT))).block(LIMIT));
    }
}
