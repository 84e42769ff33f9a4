package dev.rhizome.contract;

import dev.rhizome.testing.OpenApiDocument.Operation;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema takes. */
final class Valid {

    /** Writes what is no text, such as half a surrogate pair, as an escape. */
    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final AtomicInteger NAMES = new AtomicInteger();

    private Valid() {}

    /** The example of {@code schema}, or the least that it takes. */
    static JsonNode of(JsonNode schema) {
        if (schema.has("examples")) {
            return schema.path("examples").path(0);
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(0);
        }
        return switch (type(schema)) {
            case "integer" -> NODES.numberNode(schema.path("minimum").asLong(1));
            case "number" -> schema.has("maximum") ? schema.path("maximum") : NODES.numberNode(1);
            case "boolean" -> NODES.booleanNode(true);
            case "array" -> NODES.arrayNode();
            case "object" -> object(schema);
            default -> NODES.stringNode(string(schema));
        };
    }

    /** The type, without that it may be null too. */
    static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asString() : type.asString("");
    }

    private static ObjectNode object(JsonNode schema) {
        ObjectNode object = NODES.objectNode();
        for (JsonNode name : schema.path("required")) {
            JsonNode property = schema.path("properties").path(name.asString());
            object.set(name.asString(), name.asString().equals("target") ? other(property) : of(property));
        }
        return object;
    }

    /** The end of a relationship, which is not its start. */
    private static JsonNode other(JsonNode schema) {
        return NODES.stringNode(of(schema).asString() + "-other");
    }

    private static String string(JsonNode schema) {
        String pattern = schema.path("pattern").asString("");
        return switch (schema.path("format").asString("")) {
            case "uuid" -> "01234567-89ab-7def-8123-456789abcdef";
            case "date-time" -> "2026-01-31T12:00:00Z";
            case "duration" -> "PT24H";
            default ->
                switch (pattern) {
                    case "^[A-Z0-9_]{1,64}$" -> "T";
                    case "^[0-9a-f]{16}$" -> "0".repeat(16);
                    case "^[0-9a-f]{64}$" -> "0".repeat(64);
                    case "^[0-9a-f]{128}$" -> "0".repeat(128);
                    default -> "some" + NAMES.incrementAndGet();
                };
        };
    }

    /** The value as a parameter writes it. */
    static String text(JsonNode schema) {
        return of(schema).asString("");
    }

    /** The body that {@code operation} takes. */
    static ObjectNode body(Operation operation) {
        return ((ObjectNode) of(schema(operation))).deepCopy();
    }

    /** The schema of the body of {@code operation}. */
    static JsonNode schema(Operation operation) {
        return operation
                .body("application/json")
                .or(() -> operation.body("application/x-ndjson"))
                .orElseThrow();
    }

    /** {@code value} as JSON in ASCII. */
    static String json(JsonNode value) {
        return ASCII.writeValueAsString(value);
    }
}
