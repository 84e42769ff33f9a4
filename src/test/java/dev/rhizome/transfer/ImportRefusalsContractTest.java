package dev.rhizome.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import dev.rhizome.testing.RunningService;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is no whole, unchanged export leaves no tenant behind. */
class ImportRefusalsContractTest {

    private static final TransferringService SERVICE = TransferringService.start();
    private static final String EXPORT = SERVICE.export(SERVICE.busyTenant("exported"));

    @AfterAll
    static void stop() {
        SERVICE.close();
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
        String sought = found.replace("…", "");
        int place = sought.equals(found) ? EXPORT.indexOf(sought) : EXPORT.lastIndexOf(sought);
        assertThat(place).as(found).isNotEqualTo(-1);
        String broken = replaced == null
                ? EXPORT.substring(0, place)
                : EXPORT.substring(0, place) + replaced + EXPORT.substring(place + sought.length());

        Reply answer = SERVICE.load(slug, broken);

        assertThat(answer.status()).as(answer::toString).isEqualTo(status);
        assertThat(answer.text()).contains(says);
        assertThat(SERVICE.database()
                        .readAsAdministrator("select slug from rhizome.tenants where slug = '" + slug + "'"))
                .isEmpty();
    }

    @Test
    void aTenantWhoseExportStopsIsRemovedAgain() throws Exception {
        String most = EXPORT.substring(0, EXPORT.lastIndexOf("{\"event\":\"done\""));
        Disposable upload = SERVICE.service()
                .client(RunningService.OPERATOR)
                .post()
                .uri("/v1/tenants/import?slug=half")
                .header("Content-Type", "application/x-ndjson")
                .header("Accept", "application/x-ndjson")
                .body(Flux.concat(Mono.just(most), Mono.never()), String.class)
                .exchange()
                .returnResult(String.class)
                .getResponseBody()
                .subscribe();
        SERVICE.until(
                "select count(*) from rhizome.entities e join rhizome.tenants t using (tenant_id) where slug = 'half'",
                Integer.toString(TransferringService.ENTITIES));
        assertThat(SERVICE.database().readAsAdministrator("select status from rhizome.tenants where slug = 'half'"))
                .containsExactly("suspended");

        upload.dispose();

        SERVICE.until("select count(*) from rhizome.tenants where slug = 'half'", "0");
    }

    @Test
    void aSlugThatIsTakenIsRefused() {
        assertThat(SERVICE.load("exported", EXPORT).status()).isEqualTo(409);
        assertThat(SERVICE.ask(Request.lines("/v1/tenants/import", EXPORT)).status())
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

        assertThat(SERVICE.ask(request).status()).isEqualTo(status);
    }

    @Test
    void anEventStreamIsRefusedSinceItsReaderWouldAskAgain() {
        assertThat(SERVICE.ask(Request.lines("/v1/tenants/import?slug=streamed", EXPORT), "Accept", "text/event-stream")
                        .status())
                .isEqualTo(406);
    }

    @Test
    void linesInACodingAreRefused() {
        assertThat(SERVICE.ask(Request.lines("/v1/tenants/import?slug=coded", EXPORT), "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(415);
    }
}
