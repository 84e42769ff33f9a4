package dev.rhizome.transfer;

import static dev.rhizome.transfer.TransferringService.appendTo;
import static dev.rhizome.transfer.TransferringService.get;
import static dev.rhizome.transfer.TransferringService.post;
import static dev.rhizome.transfer.TransferringService.word;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.database.OneRowEach;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.SigningKey;
import dev.rhizome.tenancy.TenantTable;
import dev.rhizome.testing.JsonClient;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tenants that are exported and imported, copied and certified to be gone. */
class TransferContractTest {

    private static final String KEY_OF_EVENTS = "key-of-the-events-of-the-first-server";
    private static final TransferringService SERVICE =
            TransferringService.start("--rhizome.events.integrity-key=" + KEY_OF_EVENTS);
    private static final TestDatabase DATABASE = SERVICE.database();

    @TempDir
    private Path directory = Path.of("");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static String imported(String slug, String lines) {
        Reply answer = SERVICE.load(slug, lines);
        assertThat(answer.status()).as(answer::toString).isEqualTo(201);
        String id = answer.json().path("tenant").path("id").asString();
        assertThat(answer.headers().getFirst("Location")).isEqualTo("/v1/tenants/" + id);
        return id;
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

        String copy = imported("whole", SERVICE.export(tenant.toString()));

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
        SERVICE.delete(tenant.toString());
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
        String tenant = SERVICE.busyTenant("travels");
        List<String> before = searches(SERVICE.client(tenant, "reader"));
        String lines = SERVICE.export(tenant);
        SERVICE.delete(tenant);

        String copy = imported("travels", lines);

        JsonClient client = SERVICE.client(copy, "writer");
        assertThat(searches(client)).isEqualTo(before);
        assertThat(get(client, "/v1/documents/d").path("title").asString()).isEqualTo("Rivers");
        isValid(client, tenant, 5);
        appendTo(client, "later");
        isValid(client, tenant, 6);

        String again = imported("travels-again", SERVICE.export(copy));
        isValid(SERVICE.client(again, "reader"), tenant, 6);
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

    /** One with keys of its own, which first knows nothing of the other's. */
    @Test
    void anotherServerTakesItWhereItTrustsTheKeys() throws IOException {
        String tenant = SERVICE.busyTenant("leaves");
        List<String> before = searches(SERVICE.client(tenant, "reader"));
        Request load = Request.lines("/v1/tenants/import?slug=arrives", SERVICE.export(tenant));
        Path key = Files.writeString(directory.resolve("first.pem"), publicKey());

        try (RunningService stranger = RunningService.on(TestDatabase.create())) {
            Reply refused = stranger.raw(RunningService.OPERATOR).ask(load);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("rhizome.provenance.trusted-keys");
        }
        try (RunningService other = RunningService.on(
                TestDatabase.create(),
                "--rhizome.provenance.trusted-keys=" + key,
                "--rhizome.events.trusted-keys=" + KEY_OF_EVENTS)) {
            Reply taken = other.raw(RunningService.OPERATOR).ask(load);
            assertThat(taken.status()).as(taken::toString).isEqualTo(201);
            JsonClient client = other.json(
                    other.newKey(taken.json().path("tenant").path("id").asString(), "writer"));
            assertThat(searches(client)).isEqualTo(before);
            isValid(client, tenant, 5);
            appendTo(client, "there");
            isValid(client, tenant, 6);
        }
    }

    private static String publicKey() {
        JsonNode keys = get(
                SERVICE.client(SERVICE.service().newTenant("keys-" + UUID.randomUUID()), "reader"),
                "/v1/provenance/keys");
        return keys.path("items").path(0).path("pem").asString();
    }

    @Test
    void aCopyGoesItsOwnWay() {
        String tenant = SERVICE.busyTenant("original");

        Reply answer = SERVICE.ask(Request.json("POST", "/v1/tenants/" + tenant + "/fork", "{\"slug\":\"trial\"}"));

        assertThat(answer.status()).as(answer::toString).isEqualTo(201);
        assertThat(answer.json().path("tables").path("entities").asInt()).isEqualTo(TransferringService.ENTITIES);
        JsonClient original = SERVICE.client(tenant, "writer");
        JsonClient copy = SERVICE.client(answer.json().path("tenant").path("id").asString(), "writer");
        assertThat(searches(copy)).isEqualTo(searches(original));
        post(copy, "/v1/entities", "{\"id\":\"only\",\"type\":\"T\",\"name\":\"in the copy\"}");
        appendTo(copy, "only");
        assertThat(Objects.requireNonNull(original.get("/v1/entities/only").block(TransferringService.LIMIT))
                        .status())
                .isEqualTo(404);
        isValid(copy, tenant, 6);
        isValid(original, tenant, 5);
    }

    @Test
    void anAdminExportsItsOwnTenantAndItsAuditSaysSo() {
        String tenant = SERVICE.busyTenant("owned");

        JsonClient.Answer answer = Objects.requireNonNull(SERVICE.client(tenant, "admin")
                .getLines("/v1/tenants/" + tenant + "/export")
                .block(TransferringService.LIMIT));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(get(SERVICE.client(tenant, "auditor"), "/v1/audit?action=exported")
                        .path("items"))
                .hasSize(1);
        assertThat(Objects.requireNonNull(SERVICE.client(tenant, "writer")
                                .getLines("/v1/tenants/" + tenant + "/export")
                                .block(TransferringService.LIMIT))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anExportSaysWhatItIsAndIsSigned() {
        List<JsonNode> lines = SERVICE.ask(
                        Request.of("GET", "/v1/tenants/" + SERVICE.busyTenant("described") + "/export"))
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

    @Test
    void progressIsToldLineByLine() {
        String lines = SERVICE.export(SERVICE.busyTenant("watched"));

        List<JsonNode> told = SERVICE.ask(
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
    void aRemovalIsCertified() {
        String tenant = SERVICE.busyTenant("certified");
        Request request = Request.of("GET", "/v1/tenants/" + tenant + "/certificate");
        assertThat(SERVICE.ask(request).status()).isEqualTo(404);

        SERVICE.delete(tenant);

        JsonNode certificate = SERVICE.ask(request).json();
        assertThat(certificate.path("rows").path("entities").asInt()).isEqualTo(TransferringService.ENTITIES);
        assertThat(certificate.path("rows").path("caws_provenance_graph").asInt())
                .isEqualTo(5);
        assertThat(certificate.path("rows").path("vectors").asInt()).isEqualTo(TransferringService.VECTORS);
        assertThat(certificate.path("left").asInt()).isZero();
        isVerifiedByWhoeverHasTheKey(SERVICE.ask(request).text());
    }

    private void isVerifiedByWhoeverHasTheKey(String certificate) {
        String key = publicKey();

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
