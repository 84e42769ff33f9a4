package dev.rhizome.contract;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route that takes a body refuses one that is no JSON object, and media types that it does not know. */
class BodyFormContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();
    private static final int LARGER_THAN_ALLOWED = 1_100_000;

    static Stream<Operation> bodies() {
        return Callers.withBody();
    }

    static Stream<Operation> bulk() {
        return Callers.bulk();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whatIsNoJsonObjectIsRefused(Operation operation) {
        List<Case> cases = new ArrayList<>();
        String valid = Valid.json(Valid.body(operation));
        forms(valid)
                .forEach((kind, body) -> cases.add(Case.of(
                        kind,
                        new Request(operation.method(), CALLERS.target(operation), "application/json", body),
                        Findings.names("body"))));

        Findings.none(CALLERS.of(operation), cases);
    }

    private static Map<String, byte[]> forms(String valid) {
        Map<String, byte[]> forms = new LinkedHashMap<>();
        forms.put("empty", new byte[0]);
        forms.put("blank", ascii(" \n"));
        forms.put("array", ascii("[]"));
        forms.put("string", ascii("\"x\""));
        forms.put("number", ascii("1"));
        forms.put("null", ascii("null"));
        forms.put("truncated", ascii(valid.substring(0, valid.length() - 1)));
        forms.put("truncated in a string", ascii("{\"name\":\"x"));
        forms.put("two objects", ascii(valid + valid));
        forms.put("duplicate field", ascii("{\"name\":\"a\",\"name\":\"b\"}"));
        forms.put("deep array", ascii("{\"metadata\":" + "[".repeat(10_000)));
        forms.put("deep object", ascii("{\"k\":".repeat(10_000)));
        forms.put("single quotes", ascii("{'name':'a'}"));
        forms.put("NaN", ascii("{\"confidence\":NaN}"));
        forms.put("comment", ascii("/* */" + valid));
        forms.put("not UTF-8", "{\"name\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        forms.put("bytes", new byte[] {0, 1, 2, (byte) 0xff});
        return forms;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aMediaTypeOrACodingThatIsNotTakenIs415(Operation operation) {
        byte[] valid = ascii(Valid.json(Valid.body(operation)));
        String target = CALLERS.target(operation);
        List<Case> cases = new ArrayList<>();
        for (String type : List.of("garbage", "text/plain", "application/xml", "application/", "a/b/c", "*/*")) {
            if (operation.body(type).isPresent()) {
                continue; // a document may be text
            }
            cases.add(Case.of(
                    "Content-Type: " + type,
                    new Request(operation.method(), target, type, valid),
                    Findings.refused(415)));
        }
        cases.add(new Case(
                "gzip",
                new Request(operation.method(), target, "application/json", gzip(valid)),
                List.of("Content-Encoding", "gzip"),
                Findings.refused(415)));
        cases.add(Case.of(
                "gzip without saying so",
                new Request(operation.method(), target, "application/json", gzip(valid)),
                Findings.names("body")));

        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void linesInACodingAreRefusedAsWell(Operation operation) {
        byte[] valid = ascii(Valid.json(Valid.body(operation)));

        Findings.none(
                CALLERS.of(operation),
                List.of(new Case(
                        "gzip",
                        new Request("POST", CALLERS.target(operation), "application/x-ndjson", gzip(valid)),
                        List.of("Content-Encoding", "gzip"),
                        Findings.refused(415))));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyThatIsTooLargeIs413(Operation operation) {
        byte[] large = ascii("{\"name\":\"" + "x".repeat(LARGER_THAN_ALLOWED) + "\"}");

        Findings.none(
                CALLERS.of(operation),
                List.of(Case.of(
                        "large",
                        new Request(operation.method(), CALLERS.target(operation), "application/json", large),
                        Findings.refused(413))));
    }

    @ParameterizedTest
    @MethodSource("bulk")
    void aLineThatIsNoJsonObjectIsRefusedByItsNumber(Operation operation) {
        String valid = Valid.json(Valid.body(operation));
        List<String> lines = List.of(
                "[]",
                "\"x\"",
                "null",
                valid.substring(0, valid.length() - 1),
                valid + valid,
                "{\"name\":\"a\",\"name\":\"b\"}",
                "[".repeat(10_000),
                "{\"k\":".repeat(10_000),
                "\u0000");
        Function<dev.rhizome.testing.RawClient.Reply, String> wrong = reply -> {
            long named = reply.lines().stream()
                    .filter(answer -> dev.rhizome.testing.RawClient.Reply.fields(answer.path("problem"))
                            .equals(List.of("body")))
                    .count();
            return reply.status() == 200 && named == lines.size() ? "" : "must name body in each of " + lines.size();
        };

        Findings.none(
                CALLERS.of(operation),
                List.of(Case.of("lines", Request.lines(CALLERS.target(operation), String.join("\n", lines)), wrong)));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }
}
