package dev.rhizome.rehousing;

import static dev.rhizome.rehousing.RehousedTenant.LIMIT;
import static dev.rhizome.rehousing.RehousedTenant.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.preflight.Finding;
import dev.rhizome.preflight.Preflight;
import dev.rhizome.testing.Awaited;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.Traffic;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Tenants grow and shrink while they and others are searched and written, and nobody notices that their vectors move. */
class RehousingIntegrationTest {

    static final int OWN_FROM = 150;
    private static final int MANY = 350;
    private static final int FEW = 60;
    static final String BY_VECTOR = ",\"legs\":[\"vector\"]";
    static final String INDEXED = "home > 0 and indexed_space is not null and step is null";
    /** And has been looked at since the last change, and not found to have doubled, so that no other index is made. */
    private static final String SETTLED =
            INDEXED + " and vectors < 2 * calibrated_at and not exists (select from vector_changes)";

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);
    private static final RunningService SERVICE = RunningService.on(DATABASE, settings(SERVER));

    static String[] settings(EmbeddingServer server, String... more) {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", server.url()));
        settings.addAll(List.of(
                "--DB_POOL_MAX=8",
                "--rhizome.indexing.profile-age=100ms",
                "--rhizome.search.vector.exact-below=100",
                "--rhizome.vectors.own-from=" + OWN_FROM,
                "--rhizome.vectors.interval=100ms",
                "--rhizome.vectors.calm=300ms",
                "--rhizome.vectors.longest-wait=2s",
                "--rhizome.vectors.batch=100"));
        for (String setting : more) {
            String name = setting.substring(0, setting.indexOf('=') + 1);
            settings.removeIf(usual -> usual.startsWith(name));
            settings.add(setting);
        }
        return settings.toArray(String[]::new);
    }

    private static RehousedTenant tenant(String slug, int things) {
        return RehousedTenant.create(SERVICE, DATABASE, slug, things);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        SERVER.close();
    }

    @Test
    void clientsGetAllTheyAskForWhileATenantGrowsAndShrinks() throws SQLException {
        RehousedTenant small = tenant("small", FEW);
        RehousedTenant growing = tenant("growing", FEW);
        Mono<?> life = growing.load(FEW, MANY)
                .then(growing.until(INDEXED))
                .then(growing.untilPlan("hnsw"))
                .then(growing.delete(FEW, MANY))
                .then(growing.until("home = 0 and step is null"));

        Traffic.during(life, clients(growing, small))
                .as(Awaited::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(growing.home()).isEqualTo("vectors");
        assertThat(small.home()).isEqualTo("vectors");
        assertThat(small.select("select 1 from vector_homes")).isEmpty();
        assertThat(findings()).isEmpty();
    }

    private static List<Supplier<Mono<?>>> clients(RehousedTenant... tenants) {
        List<Supplier<Mono<?>>> clients = new ArrayList<>();
        for (RehousedTenant tenant : tenants) {
            clients.add(() -> tenant.search(""));
            clients.add(() -> tenant.search(BY_VECTOR));
            clients.add(() -> tenant.search(BY_VECTOR + ",\"minConfidence\":0.5"));
            clients.add(() -> tenant.change(FEW));
            clients.add(tenant::createAndDelete);
        }
        return clients;
    }

    @Test
    void aLargeTenantHasATableOfItsOwnAsSecureAsAnyAndAnIndexThatIsCalibrated() throws SQLException {
        RehousedTenant tenant = tenant("secure", MANY);
        tenant.until(SETTLED).block(LIMIT);
        String home = tenant.home();

        assertThat(home).startsWith("vectors_t");
        assertThat(findings()).isEmpty();
        assertThat(tenant.select("select relrowsecurity and relforcerowsecurity from pg_class where oid = '" + home
                        + "'::regclass"))
                .containsExactly("t");
        assertThat(DATABASE.asApplication(new UUID(0, 1), "select 1 from " + home))
                .isEmpty();
        assertThat(tenant.select("select pg_get_indexdef(indexrelid) from pg_index where indrelid = '" + home
                        + "'::regclass and indisvalid"))
                .hasSize(2)
                .anyMatch(index -> index.contains("hnsw") && index.contains("WHERE (space = 2)"));
        assertThat(Float.parseFloat(
                        tenant.select("select recall from vector_homes").getFirst()))
                .isBetween(0.99f, 1f);
        assertThat(tenant.vectorLeg().path("plan").asString()).isEqualTo("hnsw");
        assertThat(tenant.vectorLeg().path("efSearch").asInt()).isBetween(40, 1_000);
        assertThat(tenant.vectorLeg().path("recall").asDouble()).isBetween(0.99, 1.0);

        assertThat(tenant.select("update vector_homes set ef_search = 1000, recall = 0, calibrated_at = vectors / 2"))
                .containsExactly("1"); // as if it had grown since
        tenant.until("ef_search < 1000 and recall >= 0.99 and calibrated_at = vectors")
                .block(LIMIT);
    }

    /** However slow the machine is, the load does not pause as long as this service waits. */
    @Test
    void aLoadGoesIntoATableWithoutIndexWhichIsMadeWhenItPauses() throws SQLException {
        TestDatabase database = TestDatabase.create();
        String[] patient = settings(SERVER, "--rhizome.vectors.calm=4s", "--rhizome.vectors.longest-wait=1m");
        try (RunningService service = RunningService.on(database, patient)) {
            RehousedTenant tenant = RehousedTenant.create(service, database, "loading", 0);
            AtomicInteger parts = new AtomicInteger();
            Supplier<Mono<?>> load = () -> {
                int from = parts.getAndIncrement() * 50;
                return tenant.load(from, from + 50);
            };
            Mono<?> unindexed = tenant.until("home > 0 and indexed_space is null")
                    .doOnNext(
                            there -> assertThat(tenant.vectorLeg().path("plan").asString())
                                    .isEqualTo("exact"));

            Traffic.during(unindexed, List.of(load)).then(tenant.until(SETTLED)).block(LIMIT);

            assertThat(tenant.home()).startsWith("vectors_t");
        }
    }

    private static List<Finding> findings() {
        ConnectionPool pool = DATABASE.pool(1);
        try {
            List<Finding> all = Objects.requireNonNull(
                    new Preflight(new UntenantedQueries(pool)).findings().block(LIMIT));
            return all.stream().filter(Finding::isError).toList();
        } finally {
            pool.disposeLater().block(LIMIT);
        }
    }
}
