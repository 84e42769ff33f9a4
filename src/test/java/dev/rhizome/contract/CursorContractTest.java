package dev.rhizome.contract;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cursors that somebody made up give a page or are refused by name, whatever they hold. */
class CursorContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();
    private static final List<String> VALUES = List.of(
            "",
            "a",
            "0",
            "-1",
            "1",
            "1.5",
            "1e308",
            "-1e308",
            "1e-320",
            "NaN",
            "Infinity",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "99999999999999999999999999",
            "2026-01-31T12:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "-999999999-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "+294277-01-01T00:00:00Z",
            "01234567-89ab-7def-8123-456789abcdef",
            "0-0-0-0-0",
            "a\0",
            "\u200b",
            "x".repeat(500));

    static Stream<Operation> lists() {
        return Callers.ours()
                .filter(operation -> operation.parameters("query").stream()
                        .anyMatch(parameter -> parameter.path("name").asString().equals("cursor")));
    }

    static Stream<Operation> listsByBody() {
        return Callers.withBody()
                .filter(operation -> Valid.schema(operation).path("properties").has("cursor"));
    }

    /** What the lists are under, by the id that the document has as its example; without it they would be 404. */
    @BeforeAll
    static void anAgentAndAnEntity() {
        CALLERS.admin()
                .ask(Request.json("POST", "/v1/agents", "{\"id\":\"ada\",\"name\":\"A\",\"modelFamily\":\"m\"}"));
        CALLERS.admin().ask(Request.json("POST", "/v1/entities", "{\"id\":\"ada\",\"type\":\"T\",\"name\":\"A\"}"));
        CALLERS.admin().ask(Request.json("POST", "/v1/knowledge/queries", "{\"id\":\"ada\",\"query\":\"A\"}"));
        CALLERS.admin().ask(Request.json("POST", "/v1/documents", "{\"id\":\"ada\",\"text\":\"A\"}"));
        CALLERS.admin()
                .ask(Request.json("POST", "/v1/web/pages", "{\"url\":\"https://example.org/ada\",\"content\":\"A\"}"));
        CALLERS.admin()
                .ask(Request.json(
                        "POST", "/v1/web/traversals", "{\"id\":\"ada\",\"startUrl\":\"https://example.org/\"}"));
        CALLERS.admin().ask(Request.json("POST", "/v1/verifications", "{\"id\":\"ada\",\"content\":\"A\"}"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorOfAnyKindIsAPageOrRefused(Operation operation) {
        List<Case> cases = new ArrayList<>();
        for (String key : keys()) {
            String cursor =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
            String target = CALLERS.target(operation, "", List.of("cursor=" + cursor));
            cases.add(Case.of(key, Request.of("GET", target), CursorContractTest::wrong));
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("listsByBody")
    void aCursorInABodyIsAPageOrRefused(Operation operation) {
        List<Case> cases = new ArrayList<>();
        for (String key : keys()) {
            String cursor =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
            String body = Valid.json(Valid.body(operation).put("cursor", cursor));
            cases.add(Case.of(key, Request.json("POST", CALLERS.target(operation), body), CursorContractTest::wrong));
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    private static String wrong(Reply reply) {
        return reply.status() == 200 || reply.fields().equals(List.of("cursor"))
                ? ""
                : "must be a page, or 400 that names cursor";
    }

    /** One to four values of each kind, and pairs of each with each. */
    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (String value : VALUES) {
            keys.add(value);
            keys.add(value + "\n" + value + "\n" + value);
            keys.add(value + "\n" + value + "\n" + value + "\n" + value);
            for (String second : List.of("a", "1", "9223372036854775807", "NaN", "", "a\0", "2026-01-31T12:00:00Z")) {
                keys.add(value + "\n" + second);
                keys.add(value + "\n" + second + "\na");
            }
        }
        return keys;
    }
}
