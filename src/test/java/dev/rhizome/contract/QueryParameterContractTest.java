package dev.rhizome.contract;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every query parameter of every route refuses what the document says that it does not take, and is named. */
class QueryParameterContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();

    static Stream<Operation> withParameters() {
        return Callers.ours().filter(operation -> !operation.parameters("query").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("withParameters")
    void aBadValueIsRefusedAndItsParameterIsNamed(Operation operation) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode parameter : operation.parameters("query")) {
            String name = parameter.path("name").asString();
            for (String value : bad(name, parameter.path("schema"))) {
                cases.add(refused(operation, name, List.of(name + "=" + value)));
            }
            String usual = name + "=" + Valid.text(parameter.path("schema"));
            cases.add(refused(operation, name, List.of(usual, usual)));
            if (parameter.path("required").asBoolean(false)) {
                cases.add(refused(operation, name, List.of()));
            }
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    @ParameterizedTest
    @MethodSource("withParameters")
    void aParameterThatThereIsNotIsRefusedAndNamed(Operation operation) {
        Findings.none(
                CALLERS.of(operation),
                List.of(Case.of(
                        "unknown parameter",
                        request(operation, CALLERS.target(operation, "", List.of("nonsense=1"))),
                        Findings.names("nonsense"))));
    }

    private static Case refused(Operation operation, String name, List<String> given) {
        String shown = String.join("&", given);
        return Case.of(
                shown.length() > 60 ? shown.substring(0, 60) + "…" : shown,
                request(operation, CALLERS.target(operation, name, given)),
                Findings.names(name));
    }

    private static Request request(Operation operation, String target) {
        return operation.body("application/json").isEmpty()
                ? Request.of(operation.method(), target)
                : Request.json(operation.method(), target, Valid.json(Valid.body(operation)));
    }

    private static List<String> bad(String name, JsonNode schema) {
        List<String> bad = new ArrayList<>(List.of("a%00", "%ED%A0%80"));
        switch (Valid.type(schema)) {
            case "integer" -> bad.addAll(numbers(schema, List.of("x", "1.5", "", "0x1", "99999999999999999999")));
            case "number" -> bad.addAll(numbers(schema, List.of("x", "NaN", "", "1e999", "0x1p-1", "0.5f")));
            case "boolean" -> bad.addAll(List.of("yes", "1", "", "TRUE"));
            case "array" -> bad.addAll(List.of("a%20b!", "T,a%20b!", "T,,T", many(schema)));
            default -> bad.addAll(texts(schema));
        }
        if (name.equals("cursor")) {
            bad.addAll(List.of("nonsense", "!", "%F0%9F%90%9A"));
        }
        if (name.equals("filter")) {
            bad.addAll(List.of("", "x", "[]", "%7B", "%7B%22k%22:%22%5Cud800%22%7D", "%7B%22k%22:%22%5Cu0000%22%7D"));
        }
        return bad;
    }

    private static List<String> numbers(JsonNode schema, List<String> words) {
        List<String> bad = new ArrayList<>(words);
        if (schema.has("minimum")) {
            bad.add(String.valueOf(schema.path("minimum").asLong() - 1));
        }
        if (schema.has("maximum")) {
            bad.add(String.valueOf(schema.path("maximum").asLong() + 1));
        }
        return bad;
    }

    private static String many(JsonNode schema) {
        JsonNode items = schema.path("items");
        boolean isClosed = items.has("enum");
        return String.join(
                ",",
                IntStream.rangeClosed(0, schema.path("maxItems").asInt())
                        .mapToObj(i -> isClosed ? Valid.text(items) : "T" + i)
                        .toList());
    }

    private static List<String> texts(JsonNode schema) {
        List<String> bad = new ArrayList<>();
        if (schema.has("enum")) {
            bad.addAll(List.of("nonsense", ""));
        }
        if (schema.has("pattern")) {
            bad.addAll(List.of("a%20b!", ""));
        }
        if (schema.has("format")) {
            bad.addAll(List.of("yesterday", "", "%2B999999999-12-31T23:59:59Z", "P999999999999D", "-PT1H"));
        }
        if (schema.path("minLength").asInt(0) > 0) {
            bad.addAll(List.of("", "%20", "%E2%80%8B"));
        }
        if (schema.has("maxLength")) {
            bad.add("x".repeat(schema.path("maxLength").asInt() + 1));
        }
        return bad;
    }
}
