package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An empty database comes to the newest schema; one with data gets the functions of a newer program and keeps its rows. */
class MigrationIntegrationTest {

    private static final int MANY = 60;
    private static final int FEW = 12;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final WordVectors MODEL = new WordVectors("words-384", 384);
    private static final WordVectors OTHER_MODEL = new WordVectors("words-16", 16);

    /** What of a tenant has to be the same before and after. */
    private static final String KEPT = """
            select concat_ws('|', 'tenant', t.*) from tenants t
             union all
            select concat_ws('|', 'entity', e.*) from entities e
             union all
            select concat_ws('|', 'edge', r.*) from relationships r
             union all
            select concat_ws('|', 'document', i.*) from hybrid_search_index i
             union all
            select concat_ws('|', 'term', s.*) from search_terms s
             union all
            select concat_ws('|', 'word', v.*) from search_vocabulary v
             union all
            select concat_ws('|', 'vector', v.*) from vectors v
             order by 1
            """;

    private static final String FUNCTIONS = """
            select concat_ws('|', oid::regprocedure, prosrc, proacl, proconfig, prosecdef, provolatile)
              from pg_proc where pronamespace = 'rhizome'::regnamespace order by 1
            """;

    private static final TestDatabase DATABASE = TestDatabase.createEmpty();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);

    private static int applied;
    private static int appliedOverData;
    private static List<String> functions = List.of();
    private static List<String> olderFunctions = List.of();
    private static UUID large = new UUID(0, 0);
    private static UUID small = large;
    private static List<String> before = List.of();

    @BeforeAll
    static void aNewerProgramMeetsAnOlderOnesData() throws SQLException {
        applied = migrations().migrate();
        functions = DATABASE.asApplication(null, FUNCTIONS);
        large = load("large", MANY);
        small = load("small", FEW);
        before = kept();
        olderProgram();
        olderFunctions = DATABASE.asApplication(null, FUNCTIONS);

        appliedOverData = migrations().migrate();
    }

    private static UUID load(String slug, int documents) {
        RunningService service = service();
        try {
            String tenant = service.newTenant(slug);
            JsonClient client = service.json(service.newKey(tenant, "writer"));
            Answer loaded = client.postLines("/v1/entities", TestDocuments.lines(documents))
                    .block(LIMIT);
            Answer related = client.post(
                            "/v1/relationships",
                            "{\"source\":\"t0\",\"target\":\"t1\",\"type\":\"NEXT\",\"strength\":0.5}")
                    .block(LIMIT);
            assertThat(Objects.requireNonNull(loaded)
                            .body()
                            .path(documents)
                            .path("summary")
                            .path("created")
                            .asInt())
                    .isEqualTo(documents);
            assertThat(Objects.requireNonNull(related).status()).isEqualTo(201);
            return UUID.fromString(tenant);
        } finally {
            service.close();
        }
    }

    private static RunningService service() {
        return RunningService.on(
                DATABASE, MODEL.settings("rhizome.embedding", SERVER.url()).toArray(String[]::new));
    }

    /** Leaves functions as a program would have left them whose files of these were others. */
    private static void olderProgram() {
        DATABASE.asOwner(
                """
                create or replace function rhizome.unindex_documents(ids text[]) returns bigint language plpgsql
                as 'begin return 0; end'
                """, """
                create or replace function rhizome.vector_table(tenant uuid, home integer) returns text language sql
                as 'select null'
                """, "revoke execute on function rhizome.vector_table(uuid, integer) from rhizome_app", """
                update rhizome.flyway_schema_history set checksum = checksum + 1
                 where script in ('R__indexing.sql', 'R__vector_homes.sql')
                """);
    }

    private static List<String> kept() throws SQLException {
        List<String> rows = new ArrayList<>(DATABASE.asApplication(large, KEPT));
        rows.addAll(DATABASE.asApplication(small, KEPT));
        return rows;
    }

    private static Migrations migrations() {
        DatabaseSettings settings = DatabaseSettings.from(DATABASE.variables(1));
        List<ModelName> models = Stream.of(MODEL, OTHER_MODEL)
                .map(model -> new ModelName(model.model(), model.dimension()))
                .toList();
        return new Migrations(settings, Objects.requireNonNull(settings.migration()), models);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void anEmptyDatabaseGetsEveryFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("migrations"))) {
            long all = files.filter(file -> file.getFileName().toString().matches("[VR].*__.*\\.sql"))
                    .count();

            assertThat(applied).isEqualTo((int) all).isGreaterThan(Migrations.newest());
        }
    }

    @Test
    void thereIsRoomForEveryModel() throws SQLException {
        assertThat(DATABASE.asApplication(null, "select model || ' ' || dimension from vector_spaces order by space"))
                .containsExactly("words-384 384", "words-16 16");
        assertThat(DATABASE.asApplication(null, """
                        select pg_get_constraintdef(oid) from pg_constraint
                         where conrelid = 'vectors'::regclass and conname = 'vectors_dimension'
                        """))
                .singleElement()
                .asString()
                .contains("WHEN 1 THEN 384", "WHEN 2 THEN 16");
    }

    @Test
    void olderFunctionsAreReplacedWithTheirGrants() throws SQLException {
        assertThat(olderFunctions).hasSameSizeAs(functions).isNotEqualTo(functions);
        assertThat(appliedOverData).isEqualTo(2);
        assertThat(DATABASE.asApplication(null, FUNCTIONS)).isEqualTo(functions);
    }

    @Test
    void nothingIsLost() throws SQLException {
        assertThat(before).hasSizeGreaterThan(10 * MANY);
        assertThat(kept()).isEqualTo(before);
    }

    @Test
    void aSecondMigrationAppliesAndChangesNothing() throws SQLException {
        String relations = """
                select concat_ws('|', oid, relname, relkind, relfilenode, relrowsecurity, relforcerowsecurity, relacl)
                  from pg_class where relnamespace = 'rhizome'::regnamespace
                 union all
                select concat_ws('|', oid, proname, xmin) from pg_proc where pronamespace = 'rhizome'::regnamespace
                 order by 1
                """;
        List<String> relationsBefore = DATABASE.asApplication(null, relations);

        assertThat(migrations().migrate()).isZero();

        assertThat(DATABASE.asApplication(null, relations)).isEqualTo(relationsBefore);
        assertThat(kept()).isEqualTo(before);
    }

    @Test
    void theServiceFindsWhatWasThereAndTakesItOut() {
        RunningService service = service();
        try {
            JsonClient client = service.json(service.newKey(small.toString(), "writer"));
            isFoundByMeaning(client, TestDocuments.name(FEW - 1, 0));
            JsonClient another = service.json(service.newKey(service.newTenant("another"), "writer"));
            assertThat(Objects.requireNonNull(another.post("/v1/entities", TestDocuments.json(1, 1))
                                    .block(LIMIT))
                            .status())
                    .isEqualTo(201);
            isFoundByMeaning(another, TestDocuments.name(1, 1));

            assertThat(Objects.requireNonNull(another.delete("/v1/entities/t1").block(LIMIT))
                            .status())
                    .isEqualTo(204);
            assertThat(hits(another, "{\"query\":\"document\"}")).isEmpty();
        } finally {
            service.close();
        }
    }

    private static void isFoundByMeaning(JsonClient client, String name) {
        JsonNode best = hits(client, "{\"query\":\"" + TestDocuments.embeddable(name) + "\",\"legs\":[\"vector\"]}")
                .path(0);

        assertThat(best.path("name").asString()).isEqualTo(name);
        assertThat(best.path("legs").path("vector").path("distance").asDouble()).isCloseTo(0, within(1e-5));
    }

    private static JsonNode hits(JsonClient client, String search) {
        Answer found = Objects.requireNonNull(client.post("/v1/search", search).block(LIMIT));
        assertThat(found.status()).isEqualTo(200);
        return found.body().path("hits");
    }
}
