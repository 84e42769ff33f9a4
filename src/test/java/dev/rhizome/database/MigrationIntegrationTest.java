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
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A database with two tenants' data in it, as version 4 of the schema left it, comes to the newest version whole. */
class MigrationIntegrationTest {

    private static final UUID ACME = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID OTHER = UUID.fromString("00000000-0000-7000-8000-00000000000b");
    private static final UUID EMPTY = UUID.fromString("00000000-0000-7000-8000-00000000000c");
    private static final int MANY = 60;
    private static final int FEW = 12;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final WordVectors MODEL = new WordVectors("words-384", 384);
    private static final WordVectors OLDER = new WordVectors("older-words-384", 384);

    /** What of a tenant has to be the same before and after. */
    private static final String KEPT = """
            select concat_ws('|', 'tenant', slug, name, isolation, privacy, status, created_at) from tenants
             union all
            select concat_ws('|', 'entity', entity_id, type, name, text, confidence, metadata, digest, created_at) from entities
             union all
            select concat_ws('|', 'edge', source_id, type, target_id, directed, weight, metadata) from relationships
             union all
            select concat_ws('|', 'document', document_id, type, name, text, tsv, length, confidence, metadata, indexed_at)
              from hybrid_search_index
             union all
            select concat_ws('|', 'term', term, document_id, frequency, length) from search_terms where term !~ '^\\x01'
             order by 1
            """;

    private static final TestDatabase DATABASE = TestDatabase.createEmpty();
    private static final EmbeddingServer SERVER = EmbeddingServer.giving(MODEL::answer);
    private static final EmbeddingServer OLDER_SERVER = EmbeddingServer.giving(OLDER::answer);

    private static List<List<String>> before = List.of();
    private static List<List<String>> vectorsBefore = List.of();

    @BeforeAll
    static void anOlderProgramLeftItsData() throws SQLException {
        assertThat(migrations().migrateTo(4)).isEqualTo(4);
        load(ACME, MANY, MODEL);
        load(OTHER, FEW, OLDER);
        assertThat(DATABASE.asApplication(EMPTY, "insert into tenants values (current_tenant(), 'empty', 'Empty')"))
                .containsExactly("1");
        // One that has no vector yet, as a failed model may have left it.
        assertThat(DATABASE.asApplication(ACME, """
                        select index_documents(array['bare'], array['NOTE'], array['a bare one'], array['without a vector'],
                                            array[1]::real[], array['{}']::jsonb[], array[null]::vector[], null)
                        """)).containsExactly("1");
        before = List.of(DATABASE.asApplication(ACME, KEPT), DATABASE.asApplication(OTHER, KEPT));
        String vectors =
                "select document_id || embedding from hybrid_search_index where embedding is not null order by 1";
        vectorsBefore = List.of(DATABASE.asApplication(ACME, vectors), DATABASE.asApplication(OTHER, vectors));
        // By way of the version before agents, whose rows then get what was added to them.
        assertThat(migrations().migrateTo(8)).isEqualTo(4);
        assertThat(DATABASE.asApplication(ACME, """
                        insert into entities (entity_id, type, name, digest) values ('agent:old', 'NOTE', 'an old note', '')
                        """)).containsExactly("1");
        before = List.of(DATABASE.asApplication(ACME, KEPT), before.getLast());
        assertThat(migrations().migrate()).isEqualTo(Migrations.newest() - 8);
    }

    private static void load(UUID tenant, int documents, WordVectors model) throws SQLException {
        String rows = IntStream.range(0, documents)
                .mapToObj(number -> row(number, TestDocuments.name(number, 0), model))
                .collect(Collectors.joining(",\n"));
        assertThat(DATABASE.asApplication(tenant, """
                        insert into tenants (tenant_id, slug, name) values (current_tenant(), '%1$s', 'Tenant %1$s');
                        with given as materialized (
                          select * from (values %2$s) as t (id, name, body, metadata, embedding)
                        ), stored as (
                          insert into entities (entity_id, type, name, text, metadata, digest)
                          select id, 'THING', name, body, metadata, sha256(name::bytea) from given
                        )
                        select index_documents(array_agg(id), array_agg('THING'::text), array_agg(name), array_agg(body),
                                            array_agg(0.9::real), array_agg(metadata), array_agg(embedding), '%3$s')
                          from given;
                        insert into relationships (source_id, target_id, type, strength) values ('t0', 't1', 'NEXT', 0.5)
                        """.formatted("tenant-" + documents, rows, model.model())))
                .containsExactly("1");
    }

    private static String row(int number, String name, WordVectors model) {
        return "('t%d', '%s', '%s', '{\"group\": %d, \"wet\": true}'::jsonb, '%s'::vector)"
                .formatted(
                        number,
                        name,
                        TestDocuments.text(name),
                        number % 20,
                        Arrays.toString(model.of(TestDocuments.embeddable(name))));
    }

    private static Migrations migrations() {
        DatabaseSettings settings = DatabaseSettings.from(DATABASE.variables(1));
        Migrations.Wanted wanted = new Migrations.Wanted(
                Stream.of(MODEL, OLDER)
                        .map(model -> new ModelName(model.model(), model.dimension()))
                        .toList(),
                new SchemaProperties(16, 64));
        return new Migrations(settings, Objects.requireNonNull(settings.migration()), wanted);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        OLDER_SERVER.close();
    }

    @Test
    void nothingIsLost() throws SQLException {
        assertThat(before.getFirst()).hasSizeGreaterThan(10 * MANY);
        isKept();
    }

    private static void isKept() throws SQLException {
        assertThat(DATABASE.asApplication(ACME, KEPT)).isEqualTo(before.getFirst());
        assertThat(DATABASE.asApplication(OTHER, KEPT)).isEqualTo(before.getLast());
    }

    @Test
    void vectorsAreInTheSpaceOfTheModelThatMadeThem() throws SQLException {
        String vectors = "select document_id || embedding from vectors order by 1";
        String model = "select distinct model from vectors join vector_spaces using (space)";
        String answering = "select model from tenants join vector_spaces on space = vector_space";

        assertThat(vectorsBefore.getFirst()).hasSize(MANY);
        assertThat(DATABASE.asApplication(ACME, vectors)).isEqualTo(vectorsBefore.getFirst());
        assertThat(DATABASE.asApplication(OTHER, vectors)).isEqualTo(vectorsBefore.getLast());
        assertThat(DATABASE.asApplication(ACME, model)).containsExactly(MODEL.model());
        assertThat(DATABASE.asApplication(OTHER, model)).containsExactly(OLDER.model());
        assertThat(DATABASE.asApplication(ACME, answering)).containsExactly(MODEL.model());
        assertThat(DATABASE.asApplication(OTHER, answering)).containsExactly(OLDER.model());
        assertThat(DATABASE.asApplication(EMPTY, answering)).containsExactly(MODEL.model());
        assertThat(DATABASE.asApplication(null, """
                        select count(*) from pg_index join pg_class c on c.oid = indrelid
                         where c.relname like 'vectors%' and indisvalid
                        """)).containsExactly("9");
    }

    @Test
    void facetsAndVocabularyAreThere() throws SQLException {
        assertThat(DATABASE.asApplication(ACME, """
                        select facet || ' ' || count(document_id)
                          from unnest(array[E'\\x01tTHING', E'\\x01tNOTE', E'\\x01mwet=btrue', E'\\x01mgroup=n7']) as facet
                          left join search_terms on term = facet
                         group by facet order by facet
                        """))
                .containsExactly(
                        "\u0001mgroup=n7 3", "\u0001mwet=btrue " + MANY, "\u0001tNOTE 1", "\u0001tTHING " + MANY);
        assertThat(DATABASE.asApplication(
                        OTHER,
                        "select distinct term from search_vocabulary where trigram = any (show_trgm('document'))"))
                .containsExactly("document");
    }

    @Test
    void aSecondMigrationAppliesAndChangesNothing() throws SQLException {
        String relations = """
                select concat_ws('|', relname, relkind, relfilenode, relrowsecurity, relforcerowsecurity, relacl)
                  from pg_class where relnamespace = 'rhizome'::regnamespace order by 1
                """;
        String spaces = "select concat_ws('|', space, model, dimension, created_at) from vector_spaces order by 1";
        List<String> relationsBefore = DATABASE.asApplication(null, relations);
        List<String> spacesBefore = DATABASE.asApplication(null, spaces);

        assertThat(migrations().migrate()).isZero();

        assertThat(DATABASE.asApplication(null, relations)).isEqualTo(relationsBefore);
        assertThat(DATABASE.asApplication(null, spaces)).isEqualTo(spacesBefore).hasSize(2);
        isKept();
    }

    @Test
    void theServiceFindsWhatWasThere() {
        List<String> settings = new ArrayList<>(MODEL.settings("rhizome.embedding", SERVER.url()));
        settings.addAll(OLDER.settings("rhizome.embedding.others[0]", OLDER_SERVER.url()));
        RunningService service = RunningService.on(DATABASE, settings.toArray(String[]::new));
        try {
            JsonClient acme = service.json(service.newKey(ACME.toString(), "writer"));
            JsonClient other = service.json(service.newKey(OTHER.toString(), "writer"));

            isFoundByMeaning(acme, TestDocuments.name(MANY - 1, 0));
            isFoundByMeaning(other, TestDocuments.name(FEW - 1, 0));
            assertThat(hits(acme, "{\"query\":\"without\",\"legs\":[\"text\"]}"))
                    .hasSize(1);
            assertThat(hits(acme, "{\"query\":\"thingg\",\"legs\":[\"text\"]}")).hasSize(10);
            assertThat(hits(acme, "{\"query\":\"document\",\"filter\":{\"group\":7}}"))
                    .hasSize(3);
            assertThat(hits(acme, "{\"query\":\"bare\",\"types\":[\"NOTE\"]}")).hasSize(1);
            isWritten(service.json(service.newKey(EMPTY.toString(), "writer")));
            whatStandsInTheWayOfAnAgentIsKept(acme);
        } finally {
            service.close();
        }
    }

    private static void whatStandsInTheWayOfAnAgentIsKept(JsonClient client) {
        String agent = "{\"id\":\"%s\",\"name\":\"%1$s\",\"modelFamily\":\"m\"}";
        Answer taken = client.post("/v1/agents", agent.formatted("old")).block(LIMIT);
        Answer free = client.post("/v1/agents", agent.formatted("new")).block(LIMIT);

        assertThat(Objects.requireNonNull(taken).status()).isEqualTo(409);
        assertThat(Objects.requireNonNull(free).status()).isEqualTo(201);
        assertThat(Objects.requireNonNull(client.get("/v1/entities/agent:old").block(LIMIT))
                        .body()
                        .path("name")
                        .asString())
                .isEqualTo("an old note");
    }

    private static void isWritten(JsonClient client) {
        Answer written = client.post("/v1/entities", TestDocuments.json(1, 1)).block(LIMIT);

        assertThat(Objects.requireNonNull(written).status()).isEqualTo(201);
        isFoundByMeaning(client, TestDocuments.name(1, 1));
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
