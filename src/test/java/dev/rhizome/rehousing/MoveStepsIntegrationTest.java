package dev.rhizome.rehousing;

import static dev.rhizome.rehousing.RehousedTenant.LIMIT;
import static dev.rhizome.rehousing.RehousedTenant.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDatabase.Held;
import dev.rhizome.testing.VectorHomes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A move of a tenant's vectors, made step by step by the test, while its clients go on between the steps. */
class MoveStepsIntegrationTest {

    private static final int FEW = 60;

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);
    private static final RunningService SERVICE = RunningService.on(DATABASE, settings());

    private static String[] settings() {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.addAll(List.of("--DB_POOL_MAX=4", "--rhizome.vectors.interval=1h"));
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
    void whateverIsWrittenAtWhicheverStepIsThere() throws SQLException {
        RehousedTenant tenant = tenant("steps", FEW);
        for (String target : List.of("own", "indexed", "shared")) {
            VectorHomes.begin(DATABASE, tenant.id(), target);
            for (String step : List.of(
                    "copy_vectors(worker, 20)",
                    "copy_vectors(worker, 20)",
                    "copy_vectors(worker, 2000)",
                    "copy_vectors(worker, 2000)")) {
                write(tenant);
                assertThat(tenant.select("select " + step + " from job_leases where job = 'rehousing'"))
                        .hasSize(1);
            }
            write(tenant);

            String home = VectorHomes.finish(DATABASE, tenant.id());

            assertThat(tenant.home()).isEqualTo(home);
            write(tenant);
            assertThat(tenant.home()).isEqualTo(home);
        }
    }

    private static void write(RehousedTenant tenant) {
        for (int i = 0; i < 5; i++) {
            tenant.change(FEW).block(LIMIT);
            tenant.createAndDelete().block(LIMIT);
        }
        tenant.delete(0, 3).block(LIMIT);
        tenant.load(1, 4).block(LIMIT);
        tenant.load(0, 1).block(LIMIT);
    }

    @Test
    void aWorkerWithoutTheLeaseDoesNothing() throws SQLException {
        RehousedTenant tenant = tenant("leased", FEW);
        VectorHomes.begin(DATABASE, tenant.id(), "own");
        String before = "select concat_ws('|', h.*) from vector_homes h";
        List<String> state = tenant.select(before);

        for (String step : List.of(
                "begin_rehousing(gen_random_uuid(), 'own')",
                "copy_vectors(gen_random_uuid(), 10)",
                "index_vectors(gen_random_uuid(), 'halfvec', 16, 64, 64, 0, 0.9)",
                "exchange_vector_homes(gen_random_uuid(), 10)",
                "clear_left_home(gen_random_uuid(), 10)")) {
            assertThat(tenant.select("select " + step)).containsExactly("f");
        }

        assertThat(tenant.select(before)).isEqualTo(state);
        assertThat(VectorHomes.finish(DATABASE, tenant.id())).isEqualTo(tenant.home());
    }

    @ParameterizedTest
    @CsvSource({"null, 200, 16, 64", "null, 20, 24, 128", "40, 200, 40, 80"})
    void anIndexHasMoreLinksWhereThereAreMoreVectors(String set, int many, int m, int construction)
            throws SQLException {
        RehousedTenant tenant = tenant("sized-" + m, FEW);
        VectorHomes.begin(DATABASE, tenant.id(), "indexed");
        assertThat(tenant.select("""
                        select copy_vectors(worker, 1000) and copy_vectors(worker, 1000)
                           and index_vectors(worker, 'halfvec', %s, null, 64, 0, 0.9, %d)
                          from job_leases where job = 'rehousing'
                        """.formatted(set, many))).containsExactly("t");

        assertThat(tenant.select("select reloptions from pg_class where relname like 'vectors_t"
                        + tenant.id().toString().replace("-", "") + "%_nearest'"))
                .containsExactly("{m=" + m + ",ef_construction=" + construction + "}");
    }

    /** The function runs as the owner, so what the application gives it must not become a part of a statement. */
    @Test
    void theTypeOfAnIndexIsAName() throws SQLException {
        RehousedTenant tenant = tenant("named", FEW);
        VectorHomes.begin(DATABASE, tenant.id(), "indexed");

        assertThatThrownBy(() -> tenant.select("""
                        select copy_vectors(worker, 1000) and copy_vectors(worker, 1000)
                           and index_vectors(worker, 'vector_cosine_ops); drop table rhizome.late_vectors; --', 16, 64, 64, 0, 0.9)
                          from job_leases where job = 'rehousing'
                        """)).hasStackTraceContaining("operator class");
        assertThat(DATABASE.readAsAdministrator("select count(*) from late_vectors"))
                .containsExactly("0");
    }

    /** As the match of agents and reranking do, which cannot begin again in another home. */
    @Test
    void aStatementThatBeganBeforeTheExchangeKeepsItsTable() throws Exception {
        RehousedTenant tenant = tenant("reading", FEW);
        assertThat(VectorHomes.move(DATABASE, tenant.id(), "own")).startsWith("vectors_t");
        VectorHomes.begin(DATABASE, tenant.id(), "own");
        Mono<List<String>> reader = Mono.fromCallable(() -> tenant.select("""
                        with waited as materialized (select pg_sleep(3))
                        select count(*) from waited, tenants t,
                               lateral vectors_of(array(select document_id from hybrid_search_index), t.vector_space)
                        """))
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        Mono<String> move = Mono.fromCallable(() -> VectorHomes.finish(DATABASE, tenant.id()))
                .subscribeOn(Schedulers.boundedElastic())
                .delaySubscription(Duration.ofSeconds(1));

        List<String> read = Objects.requireNonNull(
                Mono.zip(reader, move, (vectors, home) -> vectors).block(LIMIT));

        assertThat(read).containsExactly("" + FEW);
        assertThat(tenant.home()).endsWith("_2");
    }

    /** The service of this test does not look for moves, so that the command makes them. */
    @Test
    void theOperatorPlacesATenantWhateverItsSizeIs() throws Exception {
        RehousedTenant tenant = tenant("placed", FEW);

        Ended promoted = command("promote", "placed");

        assertThat(promoted.output())
                .contains("its vectors are in a table of their own, searched with ef 40 at recall 1.0");
        assertThat(promoted.status()).isZero();
        assertThat(tenant.home()).isEqualTo("vectors_t" + tenant.id().toString().replace("-", "") + "_1");
        tenant.search("").block(LIMIT);
        Ended demoted = command("demote", tenant.id().toString(), "--automatic");
        assertThat(demoted.output()).endsWith("its vectors are in the shared table\n");
        assertThat(tenant.home()).isEqualTo("vectors");
        assertThat(tenant.select("select placement from vector_homes")).containsExactly("automatic");
        Ended unknown = command("promote", "nobody");
        assertThat(unknown.output()).isEqualTo("error: there is no tenant nobody\n");
        assertThat(unknown.status()).isEqualTo(1);
    }

    /** How a command of the program ends that is run in this process. */
    private static Ended command(String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter out = new PrintWriter(output, true);
        int status = RhizomeCommand.of(MoveStepsIntegrationTest.class, DATABASE.variables(4))
                .setOut(out)
                .setErr(out)
                .execute(arguments);
        return new Ended(status, output.toString());
    }

    private record Ended(int status, String output) {}

    /** Whoever waits for a writer of the tenant lets others pass, and tries again. */
    @Test
    void aWriterThatTakesLongHoldsUpTheMoveAndNobodyElse() throws SQLException {
        RehousedTenant tenant = tenant("held", FEW);
        VectorHomes.begin(DATABASE, tenant.id(), "own");
        assertThat(tenant.select("""
                        select copy_vectors(worker, 1000) and copy_vectors(worker, 1000) from job_leases where job = 'rehousing'
                        """)).containsExactly("t");
        try (Held writer = DATABASE.hold(
                "set app.current_tenant = '" + tenant.id() + "'; select rhizome.lock_vector_home(false)")) {
            assertThat(writer.isHeld()).isTrue();
            assertThat(tenant.select(
                            "select exchange_vector_homes(worker, 10) from job_leases where job = 'rehousing'"))
                    .containsExactly("t");
            tenant.search("").block(LIMIT);
            tenant.change(FEW).block(LIMIT);
            assertThat(tenant.select("select step from vector_homes")).containsExactly("exchanging");
        }

        assertThat(VectorHomes.finish(DATABASE, tenant.id())).isEqualTo(tenant.home());
    }

    @Test
    void ofATenantThatIsRemovedOnTheWayNothingIsLeft() throws SQLException {
        for (String target : List.of("own", "indexed")) {
            RehousedTenant tenant = tenant("gone" + target, FEW);
            VectorHomes.begin(DATABASE, tenant.id(), target);
            assertThat(tenant.select("select copy_vectors(worker, 10) from job_leases where job = 'rehousing'"))
                    .containsExactly("t");

            assertThat(Objects.requireNonNull(SERVICE.json(RunningService.OPERATOR)
                                    .delete("/v1/tenants/" + tenant.id())
                                    .block(LIMIT))
                            .status())
                    .isEqualTo(204);

            assertThat(DATABASE.readAsAdministrator("select relname from pg_class where relname like '%"
                            + tenant.id().toString().replace("-", "") + "%'"))
                    .isEmpty();
            for (String table : List.of("vectors", "vector_homes", "vector_changes", "job_leases")) {
                assertThat(DATABASE.readAsAdministrator(
                                "select 1 from " + table + " where tenant_id = '" + tenant.id() + "'"))
                        .as(table)
                        .isEmpty();
            }
        }
    }
}
