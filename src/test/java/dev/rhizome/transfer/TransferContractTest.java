package dev.rhizome.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.database.OneRowEach;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.SigningKey;
import dev.rhizome.tenancy.TenantTable;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Tenants that are exported and imported, copied and certified to be gone. */
class TransferContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final RunningService SERVICE =
            RunningService.on(DATABASE, "--DB_POOL_MAX=4", "--rhizome.indexing.late-interval=100ms");
    private static final RawClient OPERATOR = SERVICE.raw(RunningService.OPERATOR);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static @Nullable String anExport;

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String export(String tenant) {
        Reply answer = OPERATOR.ask(Request.of("GET", "/v1/tenants/" + tenant + "/export"));
        assertThat(answer.status()).as(answer::toString).isEqualTo(200);
        return answer.text();
    }

    private static Reply load(String slug, String lines) {
        return OPERATOR.ask(Request.lines("/v1/tenants/import?slug=" + slug, lines));
    }

    private static String imported(String slug, String lines) {
        Reply answer = load(slug, lines);
        assertThat(answer.status()).as(answer::toString).isEqualTo(201);
        String id = answer.json().path("tenant").path("id").asString();
        assertThat(answer.headers().getFirst("Location")).isEqualTo("/v1/tenants/" + id);
        return id;
    }

    private static void delete(String tenant) {
        assertThat(OPERATOR.ask(Request.of("DELETE", "/v1/tenants/" + tenant)).status())
                .isEqualTo(204);
    }

    private static JsonNode get(JsonClient client, String path) {
        JsonClient.Answer answer = Objects.requireNonNull(client.get(path).block(LIMIT));
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void post(JsonClient client, String path, String json) {
        JsonClient.Answer answer =
                Objects.requireNonNull(client.post(path, json).block(LIMIT));
        assertThat(answer.status()).as(path + ": " + answer.body()).isIn(200, 201);
    }

    /** The rows of {@code table} that {@code tenant} has, as JSON without what differs between tenants. */
    private static List<String> rows(String table, String tenant) throws SQLException {
        String from = table.equals(TenantTable.VECTORS)
                ? DATABASE.asApplication(UUID.fromString(tenant), "select current_vector_table()")
                        .getFirst()
                : "rhizome." + table;
        return DATABASE.readAsAdministrator("select (to_jsonb(t) - 'tenant_id')::text from " + from
                + " t where tenant_id = '" + tenant + "' order by 1");
    }

    @Test
    void everyTableThatTravelsComesWhole() throws SQLException {
        UUID tenant = UUID.randomUUID();
        OneRowEach.fill(DATABASE, tenant, OneRowEach.SQL);

        String copy = imported("whole", export(tenant.toString()));

        for (TenantTable table : TenantTable.travelling()) {
            assertThat(rows(table.name(), copy))
                    .as(table.name())
                    .isNotEmpty()
                    .isEqualTo(rows(table.name(), tenant.toString()));
        }
        assertThat(rows("api_keys", copy)).isEmpty();
        assertThat(rows("tenant_limits", copy)).isEmpty();
        assertThat(DATABASE.readAsAdministrator(
                        "select chain_origin || status from rhizome.tenants where tenant_id = '" + copy + "'"))
                .containsExactly(tenant + "active");
        delete(tenant.toString());
    }

    /** A tenant with some of everything that clients can send. */
    private static String busyTenant(String slug) {
        String tenant = SERVICE.newTenant(slug);
        JsonClient client = SERVICE.json(SERVICE.newKey(tenant, "writer"));
        String lines = IntStream.range(0, 300)
                .mapToObj(i -> "{\"id\":\"n%d\",\"type\":\"T\",\"name\":\"%s %d\",\"text\":\"about %s and %s\"}"
                        .formatted(i, word(i), i, word(i * 7), word(i * 13)))
                .collect(Collectors.joining("\n"));
        assertThat(Objects.requireNonNull(
                                client.postLines("/v1/entities", lines).block(LIMIT))
                        .status())
                .isEqualTo(200);
        post(
                client,
                "/v1/documents",
                "{\"id\":\"d\",\"title\":\"Rivers\",\"text\":\"A river runs. It bends at the town.\"}");
        for (int i = 0; i < 5; i++) {
            post(client, "/v1/provenance", "{\"type\":\"gate\",\"id\":\"g%d\",\"description\":\"fine\"}".formatted(i));
            post(client, "/v1/events", "{\"id\":\"e%d\",\"type\":\"task_end\",\"agentId\":\"a\"}".formatted(i));
        }
        until("select count(*) from rhizome.late_vectors where tenant_id = '" + tenant + "'", "0");
        return tenant;
    }

    /** Made once. */
    private static synchronized String anExport() {
        String found = anExport;
        if (found == null) {
            found = export(busyTenant("exported"));
            anExport = found;
        }
        return found;
    }

    private static String word(int i) {
        return List.of(
                        "river", "clock", "harbour", "engine", "garden", "copper", "letter", "winter", "mirror",
                        "bridge")
                .get(i % 10);
    }

    private static List<String> searches(JsonClient client) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            JsonNode found = get(client, "/v1/search?limit=10&q=" + word(i) + "+" + word(i * 3 + 1) + "+" + i);
            found.path("hits").forEach(hit -> answers.add(hit.path("id").asString() + " " + hit.path("score")));
        }
        assertThat(answers).hasSizeGreaterThan(200);
        return answers;
    }

    @Test
    void whatWasDeletedAnswersTheSameAfterItsImport() {
        String tenant = busyTenant("travels");
        List<String> before = searches(SERVICE.json(SERVICE.newKey(tenant, "reader")));
        String lines = export(tenant);
        delete(tenant);

        String copy = imported("travels", lines);

        JsonClient client = SERVICE.json(SERVICE.newKey(copy, "writer"));
        assertThat(searches(client)).isEqualTo(before);
        assertThat(get(client, "/v1/documents/d").path("title").asString()).isEqualTo("Rivers");
        isValid(client, tenant, 5);
        post(client, "/v1/provenance", "{\"type\":\"gate\",\"id\":\"later\",\"description\":\"fine\"}");
        post(client, "/v1/events", "{\"id\":\"later\",\"type\":\"task_end\",\"agentId\":\"a\"}");
        isValid(client, tenant, 6);

        String again = imported("travels-again", export(copy));
        isValid(SERVICE.json(SERVICE.newKey(again, "reader")), tenant, 6);
    }

    /** Both chains hold, and are sealed as those of {@code origin}. */
    private static void isValid(JsonClient client, String origin, int length) {
        JsonNode provenance = get(client, "/v1/provenance/verify");
        assertThat(provenance.path("valid").asBoolean())
                .as(provenance.toString())
                .isTrue();
        assertThat(provenance.path("entries").asInt()).isEqualTo(length);
        JsonNode events = get(client, "/v1/events/verify");
        assertThat(events.path("valid").asBoolean()).as(events.toString()).isTrue();
        for (String head : List.of("/v1/provenance/head", "/v1/events/head")) {
            JsonNode sealed = get(client, head);
            assertThat(sealed.path("tenant").asString()).isEqualTo(origin);
            assertThat(sealed.path("sequence").asInt()).isEqualTo(length);
        }
    }

    @Test
    void aCopyGoesItsOwnWay() {
        String tenant = busyTenant("original");

        Reply answer = OPERATOR.ask(Request.json("POST", "/v1/tenants/" + tenant + "/fork", "{\"slug\":\"trial\"}"));

        assertThat(answer.status()).as(answer::toString).isEqualTo(201);
        assertThat(answer.json().path("tables").path("entities").asInt()).isGreaterThan(300);
        JsonClient original = SERVICE.json(SERVICE.newKey(tenant, "writer"));
        JsonClient copy = SERVICE.json(
                SERVICE.newKey(answer.json().path("tenant").path("id").asString(), "writer"));
        assertThat(searches(copy)).isEqualTo(searches(original));
        post(copy, "/v1/entities", "{\"id\":\"only\",\"type\":\"T\",\"name\":\"in the copy\"}");
        post(copy, "/v1/provenance", "{\"type\":\"gate\",\"id\":\"only\",\"description\":\"fine\"}");
        assertThat(Objects.requireNonNull(original.get("/v1/entities/only").block(LIMIT))
                        .status())
                .isEqualTo(404);
        isValid(copy, tenant, 6, 5);
        isValid(original, tenant, 5);
    }

    private static void isValid(JsonClient client, String origin, int entries, int events) {
        assertThat(get(client, "/v1/provenance/verify").path("entries").asInt()).isEqualTo(entries);
        assertThat(get(client, "/v1/provenance/verify").path("valid").asBoolean())
                .isTrue();
        assertThat(get(client, "/v1/events/head").path("sequence").asInt()).isEqualTo(events);
        assertThat(get(client, "/v1/events/head").path("tenant").asString()).isEqualTo(origin);
    }

    @Test
    void anAdminExportsItsOwnTenantAndItsAuditSaysSo() {
        String tenant = busyTenant("own");

        JsonClient.Answer answer = Objects.requireNonNull(SERVICE.json(SERVICE.newKey(tenant, "admin"))
                .getLines("/v1/tenants/" + tenant + "/export")
                .block(LIMIT));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(get(SERVICE.json(SERVICE.newKey(tenant, "auditor")), "/v1/audit?action=exported")
                        .path("items"))
                .hasSize(1);
        assertThat(Objects.requireNonNull(SERVICE.json(SERVICE.newKey(tenant, "writer"))
                                .getLines("/v1/tenants/" + tenant + "/export")
                                .block(LIMIT))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anExportSaysWhatItIsAndIsSigned() {
        List<JsonNode> lines = OPERATOR.ask(Request.of("GET", "/v1/tenants/" + busyTenant("described") + "/export"))
                .lines();

        assertThat(lines.getFirst().path("event").asString()).isEqualTo("tenant");
        assertThat(lines.getFirst().path("tenant").path("slug").asString()).isEqualTo("described");
        JsonNode end = lines.getLast();
        assertThat(end.path("event").asString()).isEqualTo("done");
        assertThat(end.path("rows").asInt()).isEqualTo(lines.size() - 2);
        assertThat(end.path("keyId").asString())
                .isEqualTo(lines.getFirst().path("keyId").asString());
        assertThat(lines.toString()).doesNotContain("secret_hash");
    }

    /** What is replaced in an export by what, after … the last of it, or cut off where the second is empty; and what is said then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    harbour 2            | harbor 2            | 400 | changed
                    {"event":"done"      |                      | 400 | cut
                    {"event":"tenant"    | {"event":"row"       | 400 | the first line of an export
                    "version":1,         | "version":2,         | 400 | rhizome-tenant 1
                    "format":"rhizome-te | "format":"another-te | 400 | rhizome-tenant 1
                    "table":"entities"   | "table":"api_keys"   | 400 | a table that line 1 names
                    "name":"entities"    | "name":"api_keys"    | 409 | is not as this installation has it
                    "columns":["entity_id| "columns":["secret   | 409 | is not as this installation has it
                    "embeddingModel":"a  | "embeddingModel":"b  | 409 | a model of this installation
                    "keyId":"            | "keyId":"0           | 409 | a key of this installation
                    "rows":              | "rows":1             | 400 | changed
                    "sha256":"           | "sha256":"0          | 400 | changed
                    …"signature":"       | "signature":"0       | 400 | changed
                    "confidence":1       | "confidence":2       | 400 | entities_confidence_range
                    "confidence":1       | "confidence":true    | 400 | refused by the database
                    {"event":"row"       | {"event":"other"     | 400 | row, or done
                    {"event":"row"       | {"event": "row"      | 400 | a line of an export
                    {"event":"done"      | []                   | 400 | a line of an export
                    "chains":"           | "chains":"x          | 400 | a line of an export
                    "chains":            | "chain":             | 400 | a line of an export
                    "slug":              | "slugs":             | 400 | a line of an export
                    …"keyId":            | "key":               | 400 | a line of an export
                    "language":"english" | "language":"elvish"  | 400 | language
                    """)
    void anExportThatIsNotWholeLeavesNothing(String found, String replaced, int status, String says)
            throws SQLException {
        String slug = "broken" + Integer.toUnsignedString((found + replaced).hashCode());
        String lines = anExport();
        String sought = found.replace("…", "");
        int place = sought.equals(found) ? lines.indexOf(sought) : lines.lastIndexOf(sought);
        assertThat(place).as(found).isNotEqualTo(-1);
        String broken = replaced == null
                ? lines.substring(0, place)
                : lines.substring(0, place) + replaced + lines.substring(place + sought.length());

        Reply answer = load(slug, broken);

        assertThat(answer.status()).as(answer::toString).isEqualTo(status);
        assertThat(answer.text()).contains(says);
        isGone(slug);
    }

    private static void isGone(String slug) throws SQLException {
        assertThat(DATABASE.readAsAdministrator("select slug from rhizome.tenants where slug = '" + slug + "'"))
                .isEmpty();
    }

    @Test
    void aTenantWhoseExportStopsIsRemovedAgain() throws Exception {
        String lines = anExport();
        String most = lines.substring(0, lines.lastIndexOf("{\"event\":\"done\""));
        Disposable upload = SERVICE.client(RunningService.OPERATOR)
                .post()
                .uri("/v1/tenants/import?slug=half")
                .header("Content-Type", "application/x-ndjson")
                .header("Accept", "application/x-ndjson")
                .body(Flux.concat(Mono.just(most), Mono.never()), String.class)
                .exchange()
                .returnResult(String.class)
                .getResponseBody()
                .subscribe();
        until(
                "select count(*) from rhizome.entities e join rhizome.tenants t using (tenant_id) where slug = 'half'",
                "307");
        assertThat(DATABASE.readAsAdministrator("select status from rhizome.tenants where slug = 'half'"))
                .containsExactly("suspended");

        upload.dispose();

        until("select count(*) from rhizome.tenants where slug = 'half'", "0");
    }

    private static void until(String sql, String expected) {
        long end = System.nanoTime() + LIMIT.toNanos();
        String found = one(sql);
        while (!found.equals(expected)) {
            assertThat(System.nanoTime()).as(sql + ": " + found).isLessThan(end);
            Mono.delay(Duration.ofMillis(50)).block();
            found = one(sql);
        }
    }

    private static String one(String sql) {
        try {
            return DATABASE.readAsAdministrator(sql).getFirst();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Test
    void progressIsToldLineByLine() {
        String lines = anExport();

        List<JsonNode> told = OPERATOR.ask(
                        Request.lines("/v1/tenants/import?slug=watched-copy&name=Copy", lines),
                        "Accept",
                        "application/x-ndjson")
                .lines();

        assertThat(told.getFirst().path("event").asString()).isEqualTo("progress");
        assertThat(told.getLast().path("event").asString()).isEqualTo("done");
        assertThat(told.getLast().path("tenant").path("name").asString()).isEqualTo("Copy");
        assertThat(told.getLast().path("rows").asInt())
                .isEqualTo((int) lines.lines().count() - 2);
    }

    @Test
    void aSlugThatIsTakenIsRefused() {
        String lines = export(busyTenant("taken"));

        assertThat(load("taken", lines).status()).isEqualTo(409);
        assertThat(OPERATOR.ask(Request.lines("/v1/tenants/import", lines)).status())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/tenants/00000000-0000-7000-8000-0000000000ff/export, 404",
        "GET, /v1/tenants/00000000-0000-7000-8000-0000000000ff/certificate, 404",
        "POST, /v1/tenants/00000000-0000-7000-8000-0000000000ff/fork, 404",
        "POST, /v1/tenants/import, 415",
        "POST, /v1/tenants/import?slug=NO, 400",
    })
    void whatIsNotThereOrNotMeantIsRefused(String method, String path, int status) {
        Request request =
                method.equals("GET") ? Request.of(method, path) : Request.json(method, path, "{\"slug\":\"new\"}");

        assertThat(OPERATOR.ask(request).status()).isEqualTo(status);
    }

    @Test
    void anEventStreamIsRefusedSinceItsReaderWouldAskAgain() {
        assertThat(OPERATOR.ask(
                                Request.lines("/v1/tenants/import?slug=streamed", anExport()),
                                "Accept",
                                "text/event-stream")
                        .status())
                .isEqualTo(406);
    }

    @Test
    void linesInACodingAreRefused() {
        assertThat(OPERATOR.ask(Request.lines("/v1/tenants/import?slug=coded", anExport()), "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void aRemovalIsCertified() {
        String tenant = busyTenant("certified");
        Request request = Request.of("GET", "/v1/tenants/" + tenant + "/certificate");
        assertThat(OPERATOR.ask(request).status()).isEqualTo(404);

        delete(tenant);

        JsonNode certificate = OPERATOR.ask(request).json();
        assertThat(certificate.path("rows").path("entities").asInt()).isEqualTo(307);
        assertThat(certificate.path("rows").path("caws_provenance_graph").asInt())
                .isEqualTo(5);
        assertThat(certificate.path("rows").path("vectors").asInt()).isEqualTo(306);
        assertThat(certificate.path("left").asInt()).isZero();
        isVerifiedByWhoeverHasTheKey(OPERATOR.ask(request).text());
    }

    @TempDir
    private Path directory = Path.of("");

    private void isVerifiedByWhoeverHasTheKey(String certificate) {
        JsonNode keys = get(SERVICE.json(SERVICE.newKey(SERVICE.newTenant("keys"), "reader")), "/v1/provenance/keys");
        String key = keys.path("items").path(0).path("pem").asString();

        assertThat(verified(certificate, key))
                .startsWith("0 ")
                .contains("rows: ", "; left: 0", "valid: signed by the key");
        assertThat(verified(certificate.replaceFirst("\"entities\":\\d+", "\"entities\":1"), key))
                .startsWith("1 ")
                .contains("it does not say what was signed");
        assertThat(verified(certificate, SigningKey.create().pem())).startsWith("2 ");
        assertThat(verified(certificate, KeyPem.of(SigningKey.create().publicKey())))
                .startsWith("1 ")
                .contains("which is not given");
        assertThat(verified("{}", key)).startsWith("2 ");
    }

    /** What {@code rhizome verify-certificate} says, its exit status in front. */
    private String verified(String certificate, String pem) {
        try {
            Path file = Files.writeString(directory.resolve("certificate.json"), certificate);
            Path key = Files.writeString(directory.resolve("key.pem"), pem);
            StringWriter said = new StringWriter();
            int status = RhizomeCommand.of(TransferContractTest.class, Map.of())
                    .setOut(new PrintWriter(said))
                    .setErr(new PrintWriter(said))
                    .execute("verify-certificate", file.toString(), "--key", key.toString());
            return status + " " + said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
