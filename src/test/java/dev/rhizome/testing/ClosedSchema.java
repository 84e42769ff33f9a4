package dev.rhizome.testing;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema of the document that refuses each field that it does not describe. The document itself leaves objects open, since
 * clients must ignore what they do not know; the service must not send it.
 */
final class ClosedSchema {

    private static final String EVENT = "event";
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final Schema whole;
    private final Map<String, Schema> byEvent = new HashMap<>();

    /** The closed form of {@code schema}, which has no references. */
    ClosedSchema(JsonNode schema) {
        this.whole = REGISTRY.getSchema(closed(schema));
        for (JsonNode choice : schema.path("oneOf")) {
            for (JsonNode part : choice.path("allOf")) {
                JsonNode event = part.path("properties").path(EVENT).path("const");
                if (event.isString()) {
                    byEvent.put(event.stringValue(), REGISTRY.getSchema(closed(choice)));
                }
            }
        }
    }

    /** What is wrong with {@code instance}; empty where nothing is. */
    List<String> violations(JsonNode instance) {
        // A choice by event is checked against the one schema that it names, which says better what is wrong.
        Schema schema = byEvent.getOrDefault(instance.path(EVENT).asString(""), whole);
        return schema.validate(instance).stream().map(Error::toString).toList();
    }

    private static JsonNode closed(JsonNode schema) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode closed = open(schema);
        boolean says = schema.has("additionalProperties") || schema.has("unevaluatedProperties");
        if (!says && (schema.has("properties") || schema.has("allOf"))) {
            closed.put("unevaluatedProperties", false);
        }
        return closed;
    }

    /** As {@code schema}, with everything below it closed and itself left open, as a part of a whole that is closed. */
    private static ObjectNode open(JsonNode schema) {
        ObjectNode open = JsonNodeFactory.instance.objectNode();
        schema.forEachEntry((keyword, value) -> open.set(
                keyword,
                switch (keyword) {
                    case "properties" -> each(value);
                    case "items", "additionalProperties" -> closed(value);
                    case "oneOf", "anyOf" -> list(value, false);
                    case "allOf" -> list(value, true);
                    default -> value;
                }));
        return open;
    }

    private static ObjectNode each(JsonNode properties) {
        ObjectNode closed = JsonNodeFactory.instance.objectNode();
        properties.forEachEntry((name, schema) -> closed.set(name, closed(schema)));
        return closed;
    }

    private static ArrayNode list(JsonNode schemas, boolean areParts) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        schemas.forEach(schema -> list.add(areParts ? open(schema) : closed(schema)));
        return list;
    }
}
