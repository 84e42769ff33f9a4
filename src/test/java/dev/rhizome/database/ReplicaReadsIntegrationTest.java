package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.fairness.FairTurns;
import dev.rhizome.problem.Overloaded;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.PostgresCluster;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.SilentProxy;
import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What requests read from standbys, and what they do not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaReadsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final Duration SHORT_LAG = Duration.ofMillis(400);
    private static final String WRITTEN = "X-Rhizome-Written";
    private static final String READERS = """
            select count(*) from pg_stat_activity
             where usename = 'rhizome_app' and application_name = 'rhizome' and query like '%app.current_tenant%'
            """;

    private static final PostgresCluster CLUSTER = new PostgresCluster();
    private static final TestDatabase DATABASE = TestDatabase.of(CLUSTER);
    /** A standby may be as old as it likes, so that only a token decides. */
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--DB_POOL_MAX=4", "--RHIZOME_MAX_REPLICA_LAG=1h");

    private static final Replicas REPLICAS = SERVICE.bean(Replicas.class);
    private static final String TENANT = SERVICE.newTenant("replicas");
    private static final WebTestClient WRITER = SERVICE.client(SERVICE.newKey(TENANT, "writer"));
    private static final WebTestClient STRANGER =
            SERVICE.client(SERVICE.newKey(SERVICE.newTenant("stranger"), "writer"));

    private boolean paused;

    @AfterEach
    void goOn() {
        if (paused) {
            CLUSTER.replay(1, true);
            CLUSTER.replay(2, true);
            paused = false;
        }
    }

    @AfterAll
    static void close() {
        SERVICE.close();
        CLUSTER.close();
    }

    @Test
    @Order(1)
    void requestsReadFromStandbysAndOnlyWhatIsTheirTenants() {
        put("ada");
        awaitStandbys();
        long before = REPLICAS.reads();

        for (int time = 0; time < 4; time++) {
            assertThat(status(WRITER, "ada", null)).isEqualTo(200);
            assertThat(status(STRANGER, "ada", null)).isEqualTo(404);
        }

        assertThat(REPLICAS.reads() - before).isEqualTo(8);
        assertThat(CLUSTER.sql(1, READERS)).isNotEqualTo("0");
        assertThat(CLUSTER.sql(2, READERS)).isNotEqualTo("0");
    }

    @Test
    @Order(2)
    void theAnswerSaysWhichTenantTheStandbySaw() {
        put("bob");
        awaitStandbys();
        long before = REPLICAS.reads();

        WRITER.get()
                .uri("/v1/entities/bob")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("X-Tenant-ID", TENANT)
                .expectHeader()
                .doesNotExist(WRITTEN);

        assertThat(REPLICAS.reads() - before).isEqualTo(1);
    }

    @Test
    @Order(3)
    void whoSendsTheTokenBackSeesWhatItWrote() {
        awaitStandbys();
        pause();

        String token = put("late");

        assertThat(status(WRITER, "late", null))
                .as("at a standby that does not have it")
                .isEqualTo(404);
        assertThat(status(WRITER, "late", token)).isEqualTo(200);

        goOn();
        long before = REPLICAS.reads();
        await("the standby has it", () -> status(WRITER, "late", null) == 200);
        await("the token is satisfied there", () -> {
            long reads = REPLICAS.reads();
            return status(WRITER, "late", token) == 200 && REPLICAS.reads() > reads;
        });
        assertThat(REPLICAS.reads()).isGreaterThan(before);
    }

    @Test
    @Order(4)
    void whatIsWrittenTogetherWithOthersAndInLinesHasATokenToo() {
        awaitStandbys();
        pause();

        String verdict = posted("/v1/provenance", "application/json", "{\"type\":\"spec\",\"id\":\"s1\"}")
                .getResponseHeaders()
                .getFirst(WRITTEN);
        String lines = new String(
                Objects.requireNonNull(
                        posted("/v1/entities", "application/x-ndjson", """
                        {"id":"l1","type":"NOTE","name":"one"}
                        {"id":"l2","type":"NOTE","name":"two"}
                        """).getResponseBody()),
                StandardCharsets.UTF_8);
        String token = lines.replaceFirst("(?s).*\"written\":\"([^\"]*)\".*", "$1");

        assertThat(found(WRITER, "/v1/provenance/spec/s1", null)).isEqualTo(404);
        assertThat(found(WRITER, "/v1/provenance/spec/s1", verdict)).isEqualTo(200);
        assertThat(found(WRITER, "/v1/entities/l2", null)).isEqualTo(404);
        assertThat(found(WRITER, "/v1/entities/l2", token)).isEqualTo(200);
    }

    private static int status(WebTestClient client, String id, @Nullable String token) {
        return found(client, "/v1/entities/" + id, token);
    }

    private static int found(WebTestClient client, String path, @Nullable String token) {
        return client.get()
                .uri(path)
                .headers(headers -> headers.putAll(token == null ? Map.of() : Map.of(WRITTEN, List.of(token))))
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private static EntityExchangeResult<byte[]> posted(String path, String type, String body) {
        return WRITER.post()
                .uri(path)
                .header("Content-Type", type)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .is2xxSuccessful()
                .expectBody()
                .returnResult();
    }

    @Test
    @Order(5)
    void aTokenThatIsNoneIsRefusedByName() {
        WRITER.get()
                .uri("/v1/entities/ada")
                .header(WRITTEN, "0/16B374D848")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(WRITTEN);
    }

    @Test
    @Order(6)
    void whatChangesAccessAndWhatVerifiesIsReadAtThePrimary() {
        awaitStandbys();
        pause();
        put("unseen");
        long before = REPLICAS.reads();

        WRITER.get().uri("/v1/events/verify").exchange().expectStatus().isOk();
        WRITER.post()
                .uri("/v1/entities")
                .bodyValue(Map.of("id", "unseen", "type", "NOTE", "name", "the same"))
                .exchange()
                .expectStatus()
                .isOk(); // known, so it was looked up where it is

        assertThat(REPLICAS.reads()).isEqualTo(before);
    }

    @Test
    @Order(7)
    void aStandbyThatLagsGetsNoReads() {
        try (Direct direct = new Direct(SHORT_LAG)) {
            await("reads at a standby", () -> direct.reads() && direct.wasAtStandby());

            pause();
            put("behind");

            await("reads at the primary", () -> direct.reads() && !direct.wasAtStandby());
            for (int time = 0; time < 10; time++) {
                assertThat(direct.reads() && direct.wasAtStandby()).isFalse();
            }
            goOn();
            await("reads at a standby again", () -> direct.reads() && direct.wasAtStandby());
        }
    }

    @Test
    @Order(8)
    void aReadThatIsInTheWayOfReplayIsDoneOnceMoreAtThePrimary() {
        try (Direct direct = new Direct(Duration.ofMinutes(1))) {
            await("reads at a standby", () -> direct.reads() && direct.wasAtStandby());
            long again = direct.replicas.readsAgain();

            CompletableFuture<@Nullable Boolean> slow = direct.read(
                            "select pg_sleep(1) from entities where tenant_id = $1 limit 1")
                    .toFuture();
            await("it runs at a standby", () -> running(1) + running(2) == 1);
            DATABASE.asAdministrator("begin", "lock table rhizome.entities in access exclusive mode", "commit");

            assertThat(slow.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join())
                    .isTrue();
            assertThat(direct.replicas.readsAgain()).isEqualTo(again + 1);
        }
    }

    @Test
    @Order(9)
    void aReadAtAStandbyThatFallsSilentIsDoneOnceMoreAtThePrimary() throws IOException {
        try (SilentProxy proxy = new SilentProxy("127.0.0.1", CLUSTER.port(1));
                Direct direct = new Direct(Duration.ofMinutes(1), CLUSTER.port(0), proxy.port())) {
            await("reads at a standby", () -> direct.reads() && direct.wasAtStandby());
            proxy.silence();
            long began = System.nanoTime();

            assertThat(direct.reads()).isTrue();

            assertThat(direct.wasAtStandby()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
            assertThat(direct.reads()).isTrue();
            assertThat(direct.wasAtStandby()).isFalse();
        }
    }

    @Test
    @Order(10)
    void aStandbyThatIsKilledFailsNoRequest() {
        awaitStandbys();
        CompletableFuture<Void> killed = CompletableFuture.runAsync(() -> {
            sleep();
            CLUSTER.kill(1);
        });
        long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();

        while (System.nanoTime() < end) {
            assertThat(status(WRITER, "ada", null)).isEqualTo(200);
        }

        killed.join();
        assertThat(REPLICAS.lagSeconds(1)).isNaN();
        assertThat(REPLICAS.lagSeconds(2)).isNotNaN();
    }

    @Test
    @Order(11)
    void connectionsToAPrimaryThatFellSilentAreClosedAndItIsNotUsedWhenItComesBack() throws IOException {
        try (SilentProxy proxy = new SilentProxy("127.0.0.1", CLUSTER.port(0));
                Direct direct = new Direct(Duration.ofMinutes(1), proxy.port(), CLUSTER.port(2))) {
            assertThat(direct.primary().block(LIMIT)).isEqualTo(CLUSTER.port(0));
            proxy.silence();
            CompletableFuture<@Nullable Integer> hanging = direct.primary().toFuture();

            CLUSTER.sql(2, "select pg_promote()");

            assertThatThrownBy(() -> hanging.get(SOON.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(Overloaded.class);
            assertThat(direct.primary().retry(3).block(LIMIT)).isEqualTo(CLUSTER.port(2));
            proxy.recover();
            for (int time = 0; time < 5; time++) {
                direct.forgetConnections();
                assertThat(direct.primary().block(LIMIT)).isEqualTo(CLUSTER.port(2));
            }
        }
    }

    private static int running(int standby) {
        return Integer.parseInt(Objects.requireNonNull(CLUSTER.sql(
                standby,
                "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(1)%'"
                        + " and pid <> pg_backend_pid()")));
    }

    private void pause() {
        paused = true;
        CLUSTER.replay(1, false);
        CLUSTER.replay(2, false);
    }

    /** Both show what is there now, and the service knows it. */
    private static void awaitStandbys() {
        CLUSTER.awaitReplay(1, 0);
        CLUSTER.awaitReplay(2, 0);
        await("standbys are found", () -> REPLICAS.lagSeconds(1) < 3 && REPLICAS.lagSeconds(2) < 3);
    }

    /** Stores an entity; gives the token of that. */
    @CanIgnoreReturnValue
    private static String put(String id) {
        return Objects.requireNonNull(posted(
                        "/v1/entities",
                        "application/json",
                        "{\"id\":\"" + id + "\",\"type\":\"NOTE\",\"name\":\"the note " + id + "\"}")
                .getResponseHeaders()
                .getFirst(WRITTEN));
    }

    private static void await(String what, BooleanSupplier fact) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!fact.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            sleep();
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The door to the database without the service around it. */
    private static final class Direct implements AutoCloseable {

        private final Servers servers;
        private final ConnectionPool pool;
        private final Replicas replicas;
        private final Disposable watching;
        private final TenantTransactions transactions;
        private long readsBefore;

        Direct(Duration maxLag) {
            this(maxLag, CLUSTER.port(0), CLUSTER.port(1), CLUSTER.port(2));
        }

        Direct(Duration maxLag, int... ports) {
            Map<String, String> variables = new HashMap<>(DATABASE.variables(2));
            variables.put(
                    "DB_HOST",
                    IntStream.of(ports).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
            servers = new Servers(DatabaseSettings.from(variables));
            pool = ConnectionPools.create(servers);
            replicas = Replicas.of(servers, maxLag, () -> new FairTurns(FairTurns.Limits.of("connection", 2)));
            watching = replicas.run().subscribe();
            transactions = new TenantTransactions(new Connections(pool), new TenantMismatches(), replicas);
        }

        /** The port of the server that the primary's pool asks. */
        Mono<Integer> primary() {
            return transactions
                    .read(Query.of(
                            "select inet_server_port() as port", row -> Rows.required(row, "port", Integer.class)))
                    .next()
                    .contextWrite(TenantContext.of(new TenantId(UUID.fromString(TENANT))));
        }

        /** Has the pool make new ones. */
        void forgetConnections() {
            CLUSTER.sql(
                    2,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'rhizome_app' and query like '%inet_server_port%'");
        }

        /** Reads once; true where there was a row. */
        boolean reads() {
            readsBefore = replicas.reads();
            return Boolean.TRUE.equals(read("select true from entities where tenant_id = $1 limit 1")
                    .block(LIMIT));
        }

        boolean wasAtStandby() {
            return replicas.reads() > readsBefore;
        }

        Mono<Boolean> read(String sql) {
            return transactions
                    .read(Query.ofTenant(sql, row -> true))
                    .next()
                    .contextWrite(new RequestPosition(true, RequestPosition.NOWHERE).context())
                    .contextWrite(TenantContext.of(new TenantId(UUID.fromString(TENANT))));
        }

        @Override
        public void close() {
            watching.dispose();
            replicas.close();
            pool.dispose();
        }
    }
}
