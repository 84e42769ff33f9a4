package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.embedding.ModelName;
import dev.rhizome.testing.EmbeddingServer;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * V012 over data: vectors that shared one partitioned table, where a large tenant could have a partition, get the homes that
 * they have since, and whoever is searched finds what was found before.
 */
class VectorHomesMigrationIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int OWN_FROM = 200;
    private static final WordVectors MODEL = new WordVectors("words-16", 16);
    private static final TestDatabase DATABASE = TestDatabase.createEmpty();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);

    private static final String INDEX_TYPE = "select index_type from vector_homes";
    private static String before = "";
    private static List<String> indexTypeBefore = List.of();

    /** A tenant of the older program. */
    enum Tenant {
        /** Shares the table. */
        SMALL(40),
        /** Shares the table, and is large enough for one of its own. */
        LARGE(300),
        /** Has a partition of its own. */
        PROMOTED(120),
        /** Was being promoted when the service was stopped: has a table that nobody reads. */
        HALFWAY(30);

        private final int things;

        Tenant(int things) {
            this.things = things;
        }

        UUID id() {
            return new UUID(0x7000L, 0x8000000000000000L + things);
        }

        String partition() {
            return "rhizome.vectors_t" + id().toString().replace("-", "");
        }

        List<String> select(String sql) throws SQLException {
            return DATABASE.asApplication(id(), sql);
        }
    }

    @BeforeAll
    static void aNewerProgramMeetsAnOlderOnesData() throws IOException, SQLException {
        olderSchema();
        for (Tenant tenant : Tenant.values()) {
            load(tenant);
        }
        DATABASE.asOwner(
                ownTable(Tenant.HALFWAY),
                ownTable(Tenant.PROMOTED),
                "alter table rhizome.vectors attach partition " + Tenant.PROMOTED.partition() + " for values in ('"
                        + Tenant.PROMOTED.id() + "')",
                "set app.current_tenant = '" + Tenant.PROMOTED.id() + "'");
        load(Tenant.PROMOTED, "on conflict do nothing");
        before = relations();

        DatabaseSettings settings = DatabaseSettings.from(DATABASE.variables(1));
        int applied = new Migrations(
                        settings,
                        Objects.requireNonNull(settings.migration()),
                        List.of(new ModelName(MODEL.model(), MODEL.dimension())))
                .migrate();
        assertThat(applied).isGreaterThan(1);
        indexTypeBefore = Tenant.PROMOTED.select(INDEX_TYPE);
    }

    /** As the program before left it: versions 1 to 11, and room for one model. Its functions are made anew in any case. */
    private static void olderSchema() throws IOException {
        Map<String, String> variables = DATABASE.variables(1);
        DatabaseSettings.Address address = DatabaseSettings.from(variables).address();
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + address.database(),
                        variables.get("DB_MIGRATION_USER"),
                        variables.get("DB_MIGRATION_PASSWORD"))
                .schemas("rhizome")
                .createSchemas(true)
                .baselineVersion("11")
                .load()
                .baseline();
        for (int version = 1; version <= 11; version++) {
            String prefix = "V%03d__".formatted(version);
            try (var files = Files.list(Path.of("migrations"))) {
                Path file = files.filter(name -> name.getFileName().toString().startsWith(prefix))
                        .findFirst()
                        .orElseThrow();
                DATABASE.asOwner("set search_path = rhizome, public", Files.readString(file));
            }
        }
        DATABASE.asOwner(
                "insert into rhizome.vector_spaces (space, model, dimension) values (1, '" + MODEL.model() + "', 16)",
                """
                alter table rhizome.vectors drop constraint vectors_dimension,
                  add constraint vectors_dimension check (coalesce(public.vector_dims(embedding) = case space when 1 then 16 end, false))
                  not valid
                """,
                index("vectors_1_nearest", "rhizome.vectors"));
    }

    private static String index(String name, String table) {
        return "create index " + name + " on " + table + " using hnsw ((embedding::public.vector(16))"
                + " public.vector_cosine_ops) with (m = 16, ef_construction = 64) where space = 1";
    }

    private static String ownTable(Tenant tenant) {
        return """
                create table %1$s (like rhizome.vectors_shared including defaults including constraints including storage);
                call rhizome.isolate('%1$s');
                alter table %1$s add primary key (tenant_id, space, document_id);
                """.formatted(tenant.partition()) + index("", tenant.partition());
    }

    private static void load(Tenant tenant) throws SQLException {
        assertThat(tenant.select("insert into tenants (tenant_id, slug, name) values (current_tenant(), '"
                        + tenant.name().toLowerCase(Locale.ROOT) + "', 'x')"))
                .containsExactly("1");
        if (tenant != Tenant.PROMOTED) {
            load(tenant, "");
        }
    }

    private static void load(Tenant tenant, String onConflict) throws SQLException {
        List<String> sql = new ArrayList<>();
        for (int number = 0; number < tenant.things; number++) {
            String name = TestDocuments.name(number, 0);
            sql.add("""
                    insert into entities (entity_id, type, name, digest) values ('t%1$d', 'THING', '%2$s', '') %5$s;
                    insert into hybrid_search_index (document_id, type, name, text, tsv, length, confidence, metadata)
                    values ('t%1$d', 'THING', '%2$s', '%3$s', to_tsvector('%3$s'), 8, 1, '{}');
                    insert into vectors (space, document_id, embedding) values (1, 't%1$d', '%4$s')
                    """.formatted(
                            number,
                            name,
                            TestDocuments.text(name),
                            Arrays.toString(MODEL.of(TestDocuments.embeddable(name))),
                            onConflict));
        }
        assertThat(tenant.select(String.join(";", sql))).containsExactly("1");
    }

    private static String relations() throws SQLException {
        return DATABASE.readAsAdministrator("select pg_relation_filenode('rhizome.vectors_shared')")
                .getFirst();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void noRowIsCopied() throws SQLException {
        assertThat(DATABASE.readAsAdministrator("select pg_relation_filenode('rhizome.vectors')"))
                .containsExactly(before);
    }

    @ParameterizedTest
    @EnumSource
    void everyVectorIsWhereItIsLookedFor(Tenant tenant) throws SQLException {
        TestDocuments.areAllBy(MODEL, DATABASE, tenant.id());
        assertThat(tenant.select("select current_vector_table()"))
                .containsExactly(tenant == Tenant.PROMOTED ? tenant.partition() + "_1" : "rhizome.vectors");
    }

    @Test
    void noPartitionAndNoSharedIndexIsLeft() throws SQLException {
        assertThat(
                        DATABASE.readAsAdministrator(
                                "select relname from pg_class where relname like 'vectors%' and relkind in ('r', 'p', 'i') order by 1"))
                .containsExactly(
                        "vectors",
                        "vectors_pkey",
                        Tenant.PROMOTED.partition().replace("rhizome.", "") + "_1",
                        Tenant.PROMOTED.partition().replace("rhizome.", "") + "_embedding_idx",
                        Tenant.PROMOTED.partition().replace("rhizome.", "") + "_pkey");
    }

    @Test
    void theIndexThatWasThereStays() throws SQLException {
        assertThat(Tenant.PROMOTED.select("select calibrated_at > 0 from vector_homes"))
                .containsExactly("t");
        assertThat(indexTypeBefore).containsExactly("vector");
    }

    @Test
    void theServiceFindsWhatWasThereAndMovesWhoIsLarge() throws SQLException {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.addAll(List.of(
                "--DB_POOL_MAX=4",
                "--rhizome.search.vector.exact-below=100",
                "--rhizome.vectors.own-from=" + OWN_FROM,
                "--rhizome.vectors.interval=100ms",
                "--rhizome.vectors.calm=100ms"));
        RunningService service = RunningService.on(DATABASE, settings.toArray(String[]::new));
        try {
            for (Tenant tenant : Tenant.values()) {
                JsonClient client = service.json(service.newKey(tenant.id().toString(), "writer"));
                String name = TestDocuments.name(tenant.things - 1, 0);
                assertThat(search(client, name)
                                .path("hits")
                                .path(0)
                                .path("name")
                                .asString())
                        .isEqualTo(name);
                Answer written = client.post("/v1/entities", TestDocuments.json(tenant.things, 0))
                        .block(LIMIT);
                assertThat(Objects.requireNonNull(written).status()).isEqualTo(201);
            }
            Flux.interval(Duration.ofMillis(50))
                    .onBackpressureDrop()
                    .publishOn(Schedulers.boundedElastic())
                    .concatMapIterable(tick -> indexedHomes())
                    .next()
                    .block(LIMIT);
            JsonClient large = service.json(service.newKey(Tenant.LARGE.id().toString(), "writer"));
            JsonClient promoted =
                    service.json(service.newKey(Tenant.PROMOTED.id().toString(), "writer"));
            for (JsonClient client : List.of(large, promoted)) {
                assertThat(search(client, TestDocuments.name(7, 0)).toString()).contains("\"plan\":\"hnsw\"");
            }
            assertThat(Tenant.LARGE.select(INDEX_TYPE)).containsExactly("halfvec");
        } finally {
            service.close();
        }
    }

    private static List<String> indexedHomes() {
        try {
            return Tenant.LARGE.select("select 1 from vector_homes where indexed_space = 1 and step is null");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode search(JsonClient client, String name) {
        Answer found = client.post(
                        "/v1/search",
                        "{\"query\":\"" + TestDocuments.embeddable(name) + "\",\"legs\":[\"vector\"],\"efSearch\":10}")
                .block(LIMIT);
        assertThat(Objects.requireNonNull(found).status()).isEqualTo(200);
        return found.body();
    }
}
