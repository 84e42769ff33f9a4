package dev.rhizome.bench.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The operations that a service's OpenAPI document describes. */
public final class ApiDescription {

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * A method on a path.
     *
     * @param method in capitals
     * @param path with its variables in braces
     * @param parameters in any place
     * @param body schema of a JSON body, missing where there is none
     * @param isBulk whether lines can be sent, too
     */
    public record Operation(String method, String path, List<JsonNode> parameters, JsonNode body, boolean isBulk) {

        /** Whether asking twice is the same as once, and changes nothing. */
        public boolean isRead() {
            return method.equals("GET")
                    || path.equals("/v1/search")
                    || path.equals("/v1/agents/match")
                    || path.equals("/v1/provenance/verify");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Reads {@code yaml}, the document as the service gives it out. */
    public ApiDescription(String yaml) {
        Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        root = JsonMapper.shared().valueToTree(document);
        root.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry(
                        (method, operation) -> operations.add(operation(method, path, operation))));
    }

    private Operation operation(String method, String path, JsonNode node) {
        JsonNode content = resolved(node.path("requestBody")).path("content");
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                node.path("parameters").valueStream().map(this::resolved).toList(),
                content.path("application/json").path("schema"),
                content.has("application/x-ndjson"));
    }

    /** All operations, in the order of the document. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** {@code node}, or what it refers to. */
    JsonNode resolved(JsonNode node) {
        return Optional.of(node.path("$ref"))
                .filter(JsonNode::isString)
                .map(reference ->
                        resolved(root.requiredAt(reference.stringValue().substring(1))))
                .orElse(node);
    }
}
