package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.database.Preflight;
import dev.rhizome.database.Promotion;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.ServiceProcess;
import dev.rhizome.testing.ServiceProcess.Ended;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDatabase.Held;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.Traffic;
import dev.rhizome.testing.WordVectors;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** A large tenant gets a partition of its own while it and another are searched and written, and nobody notices. */
class PromotionIntegrationTest {

    private static final int MANY = 3_000;
    private static final int SOME = 200;
    private static final int FEW = 50;
    private static final int K = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final String BY_VECTOR = ",\"legs\":[\"vector\"]";
    private static final String HOLD = "lock table rhizome.vectors_shared in access share mode";

    private static final WordVectors MODEL = new WordVectors("words-16", 16);
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);
    private static final RunningService SERVICE = RunningService.on(DATABASE, settings());

    private static Tenant large = new Tenant(new UUID(0, 0), SERVICE.json(""), MANY);
    private static Tenant small = large;

    private final AtomicInteger number = new AtomicInteger();

    /** A tenant that began with so many documents. */
    private record Tenant(UUID id, JsonClient client, int documents) {

        static Tenant create(String slug, int documents) {
            String id = SERVICE.newTenant(slug);
            JsonClient client = SERVICE.json(SERVICE.newKey(id, "writer"));
            Answer loaded = client.postLines("/v1/entities", TestDocuments.lines(documents))
                    .block(LIMIT);
            JsonNode last = Objects.requireNonNull(loaded).body().path(documents);
            assertThat(last.path("summary").path("created").asInt()).isEqualTo(documents);
            return new Tenant(UUID.fromString(id), client, documents);
        }

        String ownPartition() {
            return "vectors_t" + id.toString().replace("-", "");
        }

        List<String> select(String sql) throws SQLException {
            return DATABASE.asApplication(id, sql);
        }
    }

    private static String[] settings() {
        List<String> settings = new java.util.ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.addAll(List.of(
                "--DB_POOL_MAX=8",
                "--rhizome.indexing.profile-age=100ms",
                "--rhizome.search.vector.exact-below=100",
                "--rhizome.search.vector.ef-search=40"));
        return settings.toArray(String[]::new);
    }

    @BeforeAll
    static void twoTenantsShareAPartition() {
        large = Tenant.create("large", MANY);
        small = Tenant.create("small", FEW);
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        SERVER.close();
    }

    @Test
    void clientsGetAllTheyAskForWhileATenantIsPromoted() throws Exception {
        assertThat(plan(large)).isEqualTo("hnsw");
        Mono<Ended> promotion = Mono.fromCallable(() -> ServiceProcess.run(DATABASE, "promote", "large"))
                .subscribeOn(Schedulers.boundedElastic())
                .doOnNext(ended -> assertThat(ended.output()).endsWith("promoted large\n"));
        try (Held reader = DATABASE.hold(HOLD)) {
            Mono<?> letGo = until("exchanging, attempt 2", 4).doOnNext(progress -> release(reader));

            Traffic.during(
                            Mono.when(promotion, letGo),
                            List.of(
                                    () -> search(large, ""),
                                    () -> search(large, BY_VECTOR),
                                    () -> search(large, BY_VECTOR + ",\"filter\":{\"group\":7}"), // by the exact plan
                                    () -> search(large, BY_VECTOR + ",\"filter\":{\"group\":8}"),
                                    () -> change(large),
                                    () -> createAndDelete(large),
                                    () -> search(small, BY_VECTOR),
                                    () -> change(small),
                                    () -> createAndDelete(small)))
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(LIMIT);
        }

        isPromoted(large);
        assertThat(small.select("select distinct tableoid::regclass from vectors"))
                .containsExactly("vectors_shared");
        TestDocuments.areAllBy(MODEL, DATABASE, small.id());
        planTouchesOnePartition();
        assertThat(plan(large)).isEqualTo("hnsw");
        isRefusedInOneLine("large", "error: the tenant large has a partition of its own already\n");
    }

    private void isPromoted(Tenant tenant) throws SQLException {
        String home = tenant.ownPartition();
        change(tenant).block(LIMIT);
        assertThat(tenant.select("select distinct tableoid::regclass from vectors"))
                .containsExactly(home);
        TestDocuments.areAllBy(MODEL, DATABASE, tenant.id());
        assertThat(findings()).isEmpty();
        assertThat(tenant.select("select relrowsecurity and relforcerowsecurity and relispartition from pg_class"
                        + " where oid = '" + home + "'::regclass"))
                .containsExactly("t");
        assertThat(tenant.select("select relispartition from pg_index join pg_class on oid = indexrelid"
                        + " where indrelid = '" + home + "'::regclass and indisvalid"))
                .containsExactly("t", "t", "t"); // the key, and one for each of two spaces
        assertThatThrownBy(() -> tenant.select("select 1 from " + home)).hasMessageContaining("permission denied");
        DATABASE.asOwner("do $$ begin assert not exists (select from rhizome." + home + "); end $$");
    }

    private static void planTouchesOnePartition() throws SQLException {
        assertThat(explained(large, VectorSearch.HNSW.formatted(MODEL.dimension())))
                .contains(large.ownPartition() + "_embedding_idx")
                .doesNotContain("_shared")
                .doesNotContain("Sort");
        assertThat(explained(large, VectorSearch.EXACT))
                .contains(large.ownPartition() + "_pkey")
                .doesNotContain("_shared");
        assertThat(explained(small, VectorSearch.EXACT))
                .contains("vectors_shared_pkey")
                .doesNotContain("_t0");
    }

    private static String explained(Tenant tenant, String sql) throws SQLException {
        String filled = sql.replace("$1", "'" + tenant.id() + "'::uuid")
                .replace("$2", "'" + Arrays.toString(MODEL.of("word7")) + "'")
                .replace("$3", "2")
                .replace("$4", "10")
                .replace("$5", "0")
                .replace("$6", "'{}'")
                .replace("$7", "null");
        return String.join(
                "\n",
                tenant.select("set local enable_sort = " + (sql.equals(VectorSearch.EXACT) ? "on" : "off")
                        + "; set local enable_seqscan = off; explain (costs off) " + filled));
    }

    @Test
    void aPromotionThatWasInterruptedStartsOver() throws SQLException {
        Tenant tenant = Tenant.create("interrupted", SOME);
        try (Held reader = DATABASE.hold(HOLD)) {
            assertThat(reader.isHeld()).isTrue();
            Mono<?> killed = until("exchanging", 1).doOnNext(progress -> killPromotions());
            Mono.when(promote("interrupted").onErrorComplete(error -> !(error instanceof AssertionError)), killed)
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(LIMIT);
        }
        assertThat(tenant.select("select relispartition from pg_class where relname = '" + tenant.ownPartition() + "'"))
                .containsExactly("f");
        assertThat(findings()).isEmpty();
        assertThat(tenant.select("select distinct tableoid::regclass from vectors"))
                .containsExactly("vectors_shared");
        search(tenant, BY_VECTOR).block(LIMIT);

        promote("interrupted").as(StepVerifier::create).expectComplete().verify(LIMIT);

        isPromoted(tenant);
    }

    @Test
    void aTenantThatBeginsToMoveIsNotPromoted() throws SQLException {
        Tenant tenant = Tenant.create("moving", SOME);
        String move = "update tenants set next_vector_space = 1";
        try (Held reader = DATABASE.hold(HOLD)) {
            Mono<?> moved = until("exchanging", 1).doOnNext(progress -> {
                asTenant(tenant, move);
                release(reader);
            });
            Mono.when(promote("moving"), moved)
                    .as(StepVerifier::create)
                    .expectErrorMessage(
                            "the tenant moving has begun to be moved to another embedding model, or to be removed")
                    .verify(LIMIT);
        }

        assertThat(tenant.select("select to_regclass('" + tenant.ownPartition() + "') is null"))
                .containsExactly("t");
        assertThat(tenant.select("select count(*) from vectors")).containsExactly("" + SOME);
        promote("moving")
                .as(StepVerifier::create)
                .expectErrorMessage("the tenant moving is being moved to another embedding model")
                .verify(LIMIT);
    }

    @Test
    void anUnknownTenantIsRefusedInOneLine() throws Exception {
        isRefusedInOneLine("nobody", "error: there is no tenant nobody\n");
    }

    private static void isRefusedInOneLine(String tenant, String message) throws Exception {
        Ended ended = ServiceProcess.run(DATABASE, "promote", tenant);

        assertThat(ended.output()).isEqualTo(message);
        assertThat(ended.status()).isEqualTo(1);
    }

    private static Mono<Void> promote(String tenant) {
        return new Promotion(DatabaseSettings.from(DATABASE.variables(1)))
                .promote(tenant)
                .then();
    }

    /** When a promotion says that it has come so far, and so many statements wait for a lock. */
    private static Mono<String> until(String progress, int waiting) {
        String sql =
                """
                select application_name from pg_stat_activity
                 where datname = current_database() and application_name like 'rhizome promote: %s%%'
                   and (select count(*) from pg_locks where not granted and database = %s) >= %d
                """.formatted(progress, "(select oid from pg_database where datname = current_database())", waiting);
        return Flux.interval(LOOK_AGAIN)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic())
                .concatMapIterable(tick -> asNobody(sql))
                .next();
    }

    private static List<String> asNobody(String sql) {
        try {
            return DATABASE.asApplication(null, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void asTenant(Tenant tenant, String sql) {
        try {
            assertThat(tenant.select(sql)).isNotNull();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void release(Held held) {
        try {
            held.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void killPromotions() {
        DATABASE.asAdministrator("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and application_name like 'rhizome promote:%'");
    }

    private static List<?> findings() {
        ConnectionPool pool = DATABASE.pool(1);
        try {
            return Objects.requireNonNull(
                    new Preflight(new UntenantedQueries(pool)).findings().block(LIMIT));
        } finally {
            pool.disposeLater().block(LIMIT);
        }
    }

    private static String plan(Tenant tenant) {
        Answer answer = tenant.client()
                .post("/v1/search", "{\"query\":\"word7\",\"legs\":[\"vector\"]}")
                .block(LIMIT);
        return Objects.requireNonNull(answer)
                .body()
                .path("done")
                .path("legs")
                .path("vector")
                .path("plan")
                .asString();
    }

    private Mono<?> search(Tenant tenant, String more) {
        String words = TestDocuments.query(number.incrementAndGet());
        return tenant.client()
                .post("/v1/search", "{\"query\":\"" + words + "\",\"limit\":" + K + more + "}")
                .doOnNext(answer -> {
                    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                    assertThat(answer.body().path("hits")).as("%s", answer).hasSize(K);
                    assertThat(TestDocuments.modelsOf(answer.body().path("hits").values(), words, MODEL))
                            .hasSize(1);
                    assertThat(answer.body().path("done").path("complete").asBoolean())
                            .isTrue();
                });
    }

    private Mono<?> change(Tenant tenant) {
        int version = number.incrementAndGet();
        return tenant.client()
                .post("/v1/entities", TestDocuments.json(version % tenant.documents(), version))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(200));
    }

    private Mono<?> createAndDelete(Tenant tenant) {
        int document = MANY + number.incrementAndGet();
        return tenant.client()
                .post("/v1/entities", TestDocuments.json(document, 0))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(201))
                .then(tenant.client().delete("/v1/entities/t" + document))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(204));
    }
}
