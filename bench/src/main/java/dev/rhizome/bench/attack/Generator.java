package dev.rhizome.bench.attack;

import dev.rhizome.bench.attack.ApiDescription.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Draws requests to the operations of an API: each part of them is valid most of the time, and the victim's wherever it can be. */
final class Generator {

    /** Writes what is no text, such as half a surrogate pair, as an escape. */
    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern IDS = Pattern.compile(
            "(?i)(id|source|target|from|to|reference|references|subject|about|derivedFrom|chunkId|.*Id|.*Ids|.*Tasks|actor|writer)");
    private static final List<String> TYPES = List.of("application/json", "application/x-ndjson", "text/event-stream");
    private static final int OPTIONAL = 25;
    private static final int JUNK = 4;
    private static final int DEEPEST = 4;
    private static final int DIMENSIONS = 384;

    private final ApiDescription api;
    private final Draw draw;
    private final Values values;

    Generator(ApiDescription api, Draw draw, Names names) {
        this.api = api;
        this.draw = draw;
        this.values = new Values(draw, names);
    }

    /** A request to {@code operation}. */
    Attempt attempt(Operation operation) {
        String path = operation.path();
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Request-Id", "the-same");
        headers.put("Accept", draw.chance(70) ? TYPES.getFirst() : draw.of(TYPES));
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asString();
            JsonNode schema = api.resolved(parameter.path("schema"));
            switch (parameter.path("in").asString()) {
                case "path" -> path = path.replace("{" + name + "}", encoded(variable(operation, name, schema)));
                case "query" -> {
                    if (parameter.path("required").asBoolean(false) || draw.chance(OPTIONAL)) {
                        query.add(name + "=" + encoded(parameter(name, schema)));
                    }
                }
                default -> {
                    if (draw.chance(OPTIONAL)) {
                        headers.put(name, values.eventId());
                    }
                }
            }
        }
        if (draw.chance(3)) {
            headers.put("X-Tenant-ID", values.tenant());
        }
        String body = operation.body().isMissingNode() ? null : body(operation, headers);
        return new Attempt(operation, path + query, headers, body);
    }

    private String variable(Operation operation, String name, JsonNode schema) {
        boolean isTenant = operation.path().startsWith("/v1/tenants/") && name.equals("id");
        if (isTenant) {
            return values.tenant();
        }
        if (name.equals("type")) {
            return draw.of(List.of("verdict", "gate", "spec", values.strange()));
        }
        return schema.path("format").asString("").equals("uuid") ? values.uuid() : values.id();
    }

    private String parameter(String name, JsonNode schema) {
        if (schema.path("type").asString("").equals("array")) {
            StringJoiner list = new StringJoiner(",");
            value(name, schema, 0).forEach(element -> list.add(element.asString("")));
            return list.toString();
        }
        if (name.equals("filter")) {
            return ASCII.writeValueAsString(open(0));
        }
        return value(name, schema, 0).asString("");
    }

    private String body(Operation operation, Map<String, String> headers) {
        boolean inLines = operation.isBulk() && draw.chance(40);
        headers.put("Content-Type", inLines ? "application/x-ndjson" : "application/json");
        if (!inLines) {
            return ASCII.writeValueAsString(top(operation));
        }
        StringBuilder lines = new StringBuilder();
        for (int i = draw.between(1, 4); i > 0; i--) {
            lines.append(ASCII.writeValueAsString(top(operation))).append('\n');
        }
        return lines.toString();
    }

    /** The id of an entry of provenance becomes a name, of which a model makes a vector: it must not be of the victim's. */
    private ObjectNode top(Operation operation) {
        ObjectNode object = object(operation.body(), 0);
        if (operation.path().equals("/v1/provenance")) {
            object.put("id", draw.of(Names.OWN) + "-" + draw.between(0, 9));
        }
        return object;
    }

    private ObjectNode object(JsonNode reference, int depth) {
        JsonNode schema = api.resolved(reference);
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        ObjectNode object = NODES.objectNode();
        schema.path("properties").forEachEntry((name, property) -> {
            if (required.contains(name) || draw.chance(name.equals("id") ? 100 : OPTIONAL)) {
                object.set(name, value(name, api.resolved(property), depth + 1));
            }
        });
        return object;
    }

    private JsonNode value(String name, JsonNode schema, int depth) {
        if (draw.chance(JUNK)) {
            return NODES.stringNode(values.strange());
        }
        if (schema.has("enum")) {
            return draw.of(schema.path("enum").valueStream().toList());
        }
        String type = schema.path("type").isArray()
                ? schema.path("type").path(0).asString()
                : schema.path("type").asString("");
        return switch (type) {
            case "integer" -> NODES.numberNode(integer(schema));
            case "number" -> NODES.numberNode(draw.between(0, 8) / 8.0);
            case "boolean" -> NODES.booleanNode(draw.chance(50));
            case "array" -> array(name, schema, depth);
            case "object" -> schema.has("properties") && depth < DEEPEST ? object(schema, depth) : open(depth);
            default -> NODES.stringNode(string(name, schema));
        };
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = Math.min(schema.path("maximum").asLong(1_000), least + 200);
        return draw.chance(3) ? Long.MAX_VALUE : draw.between((int) least, (int) most);
    }

    private ArrayNode array(String name, JsonNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        if (name.equals("embedding")) {
            int turn = draw.between(1, 7);
            for (int i = 0; i < DIMENSIONS; i++) {
                array.add(Math.round(1_000 * Math.sin(turn * (i + 1.0))) / 1_000.0);
            }
            return array;
        }
        for (int i = draw.between(0, 3); i > 0; i--) {
            array.add(value(name, api.resolved(schema.path("items")), depth + 1));
        }
        return array;
    }

    /** An object of the client's own making. */
    private ObjectNode open(int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = draw.between(0, 2); i > 0; i--) {
            String key = draw.of(List.of("word", "page", "$gt", "a.b", values.strange()));
            if (depth < DEEPEST && draw.chance(20)) {
                object.set(key, open(depth + 1));
            } else {
                object.put(key, draw.chance(60) ? values.id() : values.text());
            }
        }
        return object;
    }

    private String string(String name, JsonNode schema) {
        String format = schema.path("format").asString("");
        return switch (format) {
            case "date-time" -> values.time();
            case "duration" -> draw.of(List.of("PT0S", "PT24H", "P3650D"));
            case "uuid" -> name.equals("tenant") ? values.tenant() : values.uuid();
            default -> word(name, schema.path("pattern").asString(""));
        };
    }

    private String word(String name, String pattern) {
        if (name.equals("cursor")) {
            return values.cursor();
        }
        return switch (pattern) {
            case "^[A-Z0-9_]{1,64}$" -> draw.of(List.of("T", "KNOWS", "PLAN"));
            case "^[a-z0-9_]{1,64}$" -> draw.of(List.of("code", "system_health", "t"));
            case "^[0-9a-f]{16}$" -> "0".repeat(16);
            case "^[0-9a-f]{64}$" -> "0".repeat(64);
            case "^[0-9a-f]{128}$" -> "0".repeat(128);
            default -> IDS.matcher(name).matches() ? values.id() : values.text();
        };
    }

    /** Percent-encoded; half a surrogate pair as the bytes that no UTF-8 has. */
    private static String encoded(String text) {
        return URLEncoder.encode(
                        text.replace("\ud800", "\u0001D8").replace("\udc00", "\u0001DC"), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%01D8", "%ED%A0%80")
                .replace("%01DC", "%ED%B0%80");
    }
}
