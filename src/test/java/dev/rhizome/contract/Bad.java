package dev.rhizome.contract;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value that a schema does not take.
 *
 * @param kind what is wrong with it
 * @param field that must be named, or one within it
 * @param value to be put at the top-level field
 */
record Bad(String kind, String field, JsonNode value) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> IN_DOCUMENTS = List.of("half a surrogate pair", "the other half", "U+0000");
    private static final String NO_TEXT = "no text ";
    private static final int DEEPER_THAN_ALLOWED = 40;
    private static final String BODY = "body";
    private static final String ELEMENT = "element: ";
    private static final String TOO_DEEP = "too deep";
    private static final int LARGER_THAN_ALLOWED = 20_000;

    /** Values that {@code field} of {@code schema} does not take. */
    static List<Bad> of(String field, JsonNode schema) {
        List<Bad> bad = new ArrayList<>();
        String type = Valid.type(schema);
        for (String json : List.of("5", "true", "\"x\"", "[]", "{}", "[[1]]")) {
            JsonNode value = JsonMapper.shared().readTree(json);
            if (!isOf(type, value) && !(type.isEmpty() && value.isString())) {
                bad.add(new Bad("wrong type " + json, field, value));
            }
        }
        switch (type) {
            case "integer", "number" -> numbers(bad, field, schema);
            case "array" -> lists(bad, field, schema);
            case "object" -> objects(bad, field, schema);
            case "boolean" -> bad.add(new Bad("word", field, NODES.stringNode("true")));
            default -> texts(bad, field, schema);
        }
        return bad;
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "integer", "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray() && value.isEmpty();
            case "object" -> value.isObject();
            default -> value.isString();
        };
    }

    private static void texts(List<Bad> bad, String field, JsonNode schema) {
        add(bad, field, "half a surrogate pair", "a\ud800");
        add(bad, field, "the other half", "\udc00a");
        add(bad, field, "U+0000", "a\0b");
        if (schema.has("enum")) {
            add(bad, field, "unknown word", "nonsense");
        }
        if (schema.has("pattern")) {
            add(bad, field, "pattern", "a b!");
        }
        if (schema.has("format")) {
            add(bad, field, "format", "yesterday");
            add(bad, field, "far future", "+999999999-12-31T23:59:59Z");
        }
        if (schema.path("minLength").asInt(0) > 0) {
            add(bad, field, "empty", "");
            add(bad, field, "blank", " \t");
            add(bad, field, "invisible", "\u200b");
        }
        if (schema.has("maxLength")) {
            add(bad, field, "too long", "x".repeat(schema.path("maxLength").asInt() + 1));
        }
    }

    private static void add(List<Bad> bad, String field, String kind, String text) {
        bad.add(new Bad(kind, field, NODES.stringNode(text)));
    }

    private static void numbers(List<Bad> bad, String field, JsonNode schema) {
        bad.add(new Bad("huge", field, JsonMapper.shared().readTree("1e300")));
        if (Valid.type(schema).equals("integer")) {
            bad.add(new Bad("fraction", field, NODES.numberNode(1.5)));
        }
        if (schema.has("minimum")) {
            bad.add(new Bad(
                    "too small", field, NODES.numberNode(schema.path("minimum").asDouble() - 1)));
        }
        if (schema.has("maximum")) {
            bad.add(new Bad(
                    "too large", field, NODES.numberNode(schema.path("maximum").asDouble() + 1)));
        }
    }

    private static void lists(List<Bad> bad, String field, JsonNode schema) {
        JsonNode items = schema.path("items");
        for (Bad item : of(field, items)) {
            bad.add(new Bad(ELEMENT + item.kind(), field, NODES.arrayNode().add(item.value())));
        }
        bad.add(new Bad("null among elements", field, NODES.arrayNode().addNull()));
        if (schema.has("maxItems")) {
            ArrayNode many = NODES.arrayNode();
            for (int i = 0; i <= schema.path("maxItems").asInt(); i++) {
                many.add(distinct(items, i));
            }
            bad.add(new Bad("too many", field, many));
        }
    }

    private static JsonNode distinct(JsonNode schema, int number) {
        JsonNode value = Valid.of(schema);
        boolean isFree = value.isString() && !schema.has("enum");
        return isFree ? NODES.stringNode("T" + number) : value;
    }

    private static void objects(List<Bad> bad, String field, JsonNode schema) {
        if (!schema.has("properties")) {
            documents(bad, field, schema);
            return;
        }
        if (!schema.path("additionalProperties").asBoolean(false)) {
            ObjectNode unknown = ((ObjectNode) Valid.of(schema)).deepCopy();
            bad.add(new Bad("unknown field", field, unknown.put("nonsense", 1)));
        }
        schema.path("properties").forEachEntry((name, property) -> {
            for (Bad inner : of(field + "." + name, property)) {
                ObjectNode object = ((ObjectNode) Valid.of(schema)).deepCopy();
                object.set(name, inner.value());
                bad.add(new Bad(inner.kind(), inner.field(), object));
            }
        });
    }

    /** What no object of the client's own making may hold, at any depth, in keys as in values. */
    private static void documents(List<Bad> bad, String field, JsonNode schema) {
        for (String json : List.of(
                "{\"k\":\"a\\u0000\"}",
                "{\"k\":\"\\ud800\"}",
                "{\"k\":[{\"l\":\"\\udfffx\"}]}",
                "{\"a\\u0000\":1}",
                "{\"\\ud800\":1}",
                "{\"k\":{\"\\udc00\":{}}}")) {
            bad.add(new Bad(NO_TEXT + json, field, JsonMapper.shared().readTree(json)));
        }
        ObjectNode deep = NODES.objectNode();
        ObjectNode inner = deep;
        for (int i = 0; i < DEEPER_THAN_ALLOWED; i++) {
            inner = inner.putObject("k");
        }
        bad.add(new Bad(TOO_DEEP, BODY, deep));
        int larger = schema.path("x-maxBytes").asInt(LARGER_THAN_ALLOWED);
        bad.add(new Bad("too large", field, NODES.objectNode().put("k", "x".repeat(larger))));
    }

    /** Whether one of {@code fields} is the one that is wrong, or lies within it. */
    boolean isNamedBy(List<String> fields) {
        String own = kind.startsWith(ELEMENT) ? kind.substring(ELEMENT.length()) : kind;
        if ((own.startsWith(NO_TEXT) || own.equals(TOO_DEEP)) && fields.equals(List.of(BODY))) {
            return true; // a key that is no text is malformed JSON, and so is what is too deep
        }
        if (IN_DOCUMENTS.contains(kind) && fields.equals(List.of(field.split("\\.", 2)[0]))) {
            return true; // a document that is kept as it came is refused as a whole
        }
        return fields.stream()
                .map(named -> named.replaceAll("\\[\\d+]", ""))
                .anyMatch(named -> named.equals(field) || named.startsWith(field + "."));
    }
}
