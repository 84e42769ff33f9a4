package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.contract.RequestRecords.Entry;
import dev.rhizome.testing.OpenApiDocument;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RunningService;
import dev.rhizome.validation.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** The document says of each field and parameter what its record says, and the record has no other. */
class RequestRecordsContractTest {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.served();
    private static final Environment ENVIRONMENT = RunningService.get().bean(Environment.class);
    private static final Settings SETTINGS = name -> Objects.requireNonNull(ENVIRONMENT.getProperty(name), name);
    private static final List<String> LIMITS =
            List.of("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "maxItems", "default");

    static Stream<Entry> bodies() {
        return RequestRecords.entries().stream().filter(entry -> entry.body() != null);
    }

    static Stream<Entry> parameters() {
        return RequestRecords.entries().stream().filter(entry -> entry.parameters() != null);
    }

    @Test
    void everyRouteThatTakesAnythingHasItsRecords() {
        Set<String> taking = Callers.ours()
                .filter(operation -> operation.body("application/json").isPresent()
                        || operation.body("application/x-ndjson").isPresent()
                        || !operation.parameters("path").isEmpty()
                        || !operation.parameters("query").isEmpty())
                .map(Operation::toString)
                .collect(Collectors.toSet());

        assertThat(RequestRecords.entries().stream().map(Entry::operation)).containsExactlyInAnyOrderElementsOf(taking);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theDocumentSaysOfEachFieldWhatTheRecordSays(Entry entry) {
        JsonNode schema = Valid.schema(operation(entry));
        Map<String, String> described = new TreeMap<>();
        describe(described, "", schema);

        Map<String, String> declared = Facts.ofBody(Objects.requireNonNull(entry.body()), SETTINGS);

        assertThat(described).isEqualTo(by(entry.rules(), declared));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void theDocumentSaysOfEachParameterWhatTheRecordSays(Entry entry) {
        Map<String, String> described = new TreeMap<>();
        Operation operation = operation(entry);
        Stream.concat(operation.parameters("path").stream(), operation.parameters("query").stream())
                .forEach(parameter -> {
                    String name = parameter.path("name").asString();
                    if (parameter.path("required").asBoolean(false)) {
                        described.put(name + " required", "true");
                    }
                    describeValue(described, name, parameter.path("schema"));
                });

        Map<String, String> declared = Facts.ofParameters(Objects.requireNonNull(entry.parameters()), SETTINGS);

        assertThat(described).isEqualTo(by(entry.body() == null ? entry.rules() : Set.of(), declared));
    }

    private static Operation operation(Entry entry) {
        return DOCUMENT.operations().stream()
                .filter(operation -> operation.toString().equals(entry.operation()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(entry.operation() + " is not described"));
    }

    private static Map<String, String> by(Set<String> rules, Map<String, String> facts) {
        Map<String, String> changed = new TreeMap<>(facts);
        for (String rule : rules) {
            String field = rule.substring(1);
            if (rule.startsWith("+")) {
                changed.put(field + " required", "true");
            } else if (rule.startsWith("=")) {
                String[] fieldAndValue = field.split(":", 2);
                changed.put(fieldAndValue[0] + " default", fieldAndValue[1]);
            } else {
                changed.keySet().removeIf(fact -> fact.startsWith(field + " "));
            }
        }
        return changed;
    }

    private static void describe(Map<String, String> into, String prefix, JsonNode schema) {
        schema.path("required").forEach(name -> into.put(prefix + name.asString() + " required", "true"));
        schema.path("properties").forEachEntry((name, property) -> describeValue(into, prefix + name, property));
    }

    private static void describeValue(Map<String, String> into, String path, JsonNode schema) {
        String type = Valid.type(schema);
        into.put(path + " type", type.isEmpty() ? "string" : type);
        for (String limit : LIMITS) {
            boolean isSize =
                    limit.equals("format") && schema.path(limit).asString("").startsWith("int");
            if (schema.has(limit) && !isSize) {
                into.put(path + " " + limit, Facts.plain(schema.path(limit).asString()));
            }
        }
        if (schema.has("enum")) {
            into.put(
                    path + " enum",
                    Facts.words(schema.path("enum").valueStream().map(JsonNode::asString)));
        }
        if (schema.has("items")) {
            describeValue(into, path + "[]", schema.path("items"));
        }
        describe(into, path + ".", schema);
    }
}
