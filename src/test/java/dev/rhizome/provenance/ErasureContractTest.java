package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is erased is gone from everywhere, and the chain is as valid as before. */
class ErasureContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static String tenant = "";
    private static JsonClient admin = SERVICE.json("");

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void entriesAboutSeveral() {
        tenant = SERVICE.newTenant("forgetful");
        admin = SERVICE.json(SERVICE.newKey(tenant, "admin"));
        add(
                "{\"type\":\"verdict\",\"id\":\"1\",\"subject\":\"zaphodbeeblebrox\",\"description\":\"wrote a vogonpoem\"}");
        add("{\"type\":\"verdict\",\"id\":\"2\",\"subject\":\"trillian\",\"description\":\"read a book\"}");
        add(
                "{\"type\":\"waiver\",\"id\":\"3\",\"subject\":\"zaphodbeeblebrox\",\"metadata\":{\"drink\":\"gargleblaster\"}}");
        add("{\"type\":\"gate\",\"id\":\"4\",\"description\":\"keeps slartibartfast out\"}");
        add("{\"type\":\"gate\",\"id\":\"5\"}");
    }

    private static void add(String entry) {
        assertThat(Objects.requireNonNull(admin.post("/v1/provenance", entry).block())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void leavesNoTraceAndAValidChain() throws IOException {
        assertThat(found("zaphodbeeblebrox")).isNotEmpty();
        assertThat(found("gargleblaster")).isNotEmpty();

        Answer subject = delete("/v1/provenance/subjects/zaphodbeeblebrox");
        Answer entry = delete("/v1/provenance/gate/4/payload");

        assertThat(subject.body().path("erased").toString())
                .isEqualTo(
                        "[{\"sequence\":1,\"type\":\"verdict\",\"id\":\"1\"},{\"sequence\":3,\"type\":\"waiver\",\"id\":\"3\"}]");
        assertThat(entry.body().path("erased").size()).isEqualTo(1);
        for (String gone : List.of("zaphod", "vogonpoem", "gargleblast", "slartibartfast")) {
            assertThat(found(gone)).as(gone).isEmpty();
        }
        assertThat(found("trillian")).isNotEmpty();
        isValidWithThreeErased(get("/v1/provenance/verify").body());
        assertThat(offline()).startsWith("0");
        assertThat(get("/v1/provenance/verify?to=2").body().path("erased").asLong())
                .isEqualTo(1);
        thatWhatIsGoneStaysGone();
    }

    private static void isValidWithThreeErased(JsonNode verdict) {
        assertThat(verdict.path("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("entries").asLong()).isEqualTo(7);
        assertThat(verdict.path("erased").asLong()).isEqualTo(3);
    }

    private static void thatWhatIsGoneStaysGone() {
        JsonNode erased = get("/v1/provenance/verdict/1").body();
        assertThat(erased.path("erased").asBoolean()).isTrue();
        assertThat(erased.has("description")).isFalse();
        assertThat(get("/v1/provenance/erasure/6").body().path("erases").toString())
                .isEqualTo("[1,3]");
        assertThat(get("/v1/search?q=vogonpoem&legs=text").body().path("hits").size())
                .isZero();
        assertThat(get("/v1/entities/verdict:1").body().path("text").asString()).isEmpty();
        assertThat(delete("/v1/provenance/subjects/zaphodbeeblebrox").status()).isEqualTo(404);
        assertThat(delete("/v1/provenance/gate/4/payload").status()).isEqualTo(404);
        assertThat(delete("/v1/provenance/gate/5/payload").status()).isEqualTo(404);
        assertThat(get("/v1/provenance/verdict/1/similar").status()).isEqualTo(409);
        assertThat(Objects.requireNonNull(admin.post(
                                        "/v1/provenance",
                                        "{\"type\":\"gate\",\"id\":\"4\",\"description\":\"keeps slartibartfast out\"}")
                                .block())
                        .status())
                .isEqualTo(409);
        assertThat(SERVICE.rows(
                        tenant, "select subject from audit_log where action = 'erased' order by occurred_at, subject"))
                .containsExactly("verdict:1", "waiver:3", "gate:4");
    }

    @Test
    void isForAdminsOnly() {
        for (String role : List.of("reader", "writer", "auditor")) {
            JsonClient client = SERVICE.json(SERVICE.newKey(tenant, role));
            assertThat(Objects.requireNonNull(client.delete("/v1/provenance/subjects/trillian")
                                    .block())
                            .status())
                    .isEqualTo(403);
            assertThat(Objects.requireNonNull(client.delete("/v1/provenance/verdict/2/payload")
                                    .block())
                            .status())
                    .isEqualTo(403);
        }
    }

    private String offline() throws IOException {
        Answer export =
                Objects.requireNonNull(admin.getLines("/v1/provenance/export").block());
        Path file = Files.writeString(
                directory.resolve("chain"),
                export.body().valueStream().map(JsonNode::toString).collect(Collectors.joining("\n")));
        return RhizomeCommand.run(ErasureContractTest.class, "verify-chain", file.toString()) + " of " + file;
    }

    /** Tables of the tenant's in which a row has {@code text} in any column; what nobody may read is no tenant's. */
    private static List<String> found(String text) {
        List<String> tables = SERVICE.rows(tenant, """
                select relname from pg_class
                 where relnamespace = 'rhizome'::regnamespace and relkind in ('r', 'p') and not relispartition
                   and has_table_privilege(oid, 'select')
                """);
        assertThat(tables).contains("search_terms", "search_vocabulary", "audit_log", "provenance_mentions");
        return tables.stream()
                .filter(table -> !SERVICE.rows(
                                tenant, "select 1 from " + table + " as t where t::text ilike '%" + text + "%' limit 1")
                        .isEmpty())
                .toList();
    }

    private static Answer get(String path) {
        return Objects.requireNonNull(admin.get(path).block());
    }

    private static Answer delete(String path) {
        return Objects.requireNonNull(admin.delete(path).block());
    }
}
