package dev.rhizome.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API as the service gives it out, with its references resolved. */
public final class OpenApiDocument {

    private static final OpenApiDocument SERVED = new OpenApiDocument(read());

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, JsonNode> known = new HashMap<>();

    private OpenApiDocument(JsonNode root) {
        this.root = root;
        root.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) ->
                        operations.add(Operation.of(method.toUpperCase(Locale.ROOT), path, resolved(operation)))));
        operations.sort(Comparator.comparing(Operation::literalFirst));
    }

    /** The document of the service on the class path. */
    public static OpenApiDocument served() {
        return SERVED;
    }

    private static JsonNode read() {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream("/openapi.yaml")) {
            return JsonMapper.shared()
                    .valueToTree(new Yaml().<Map<String, Object>>load(Objects.requireNonNull(in, "openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A method on a path.
     *
     * @param method in capitals
     * @param path with its variables in braces
     * @param requests the raw paths of requests that go to it
     * @param node its description, without references
     */
    public record Operation(String method, String path, Pattern requests, JsonNode node) {

        private static Operation of(String method, String path, JsonNode node) {
            String requests = Stream.of(path.split("/", -1))
                    .map(segment -> segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment))
                    .reduce((left, right) -> left + "/" + right)
                    .orElse("");
            return new Operation(method, path, Pattern.compile(requests), node);
        }

        /** Whether a request for {@code rawPath} goes to this path. */
        boolean takes(String rawPath) {
            return requests.matcher(rawPath).matches();
        }

        /** Orders paths so that a literal segment wins over a variable one, as routing does. */
        private String literalFirst() {
            return path.replace('{', '~');
        }

        /** Its parameters that are in {@code place}: path, query or header. */
        public List<JsonNode> parameters(String place) {
            return node.path("parameters")
                    .valueStream()
                    .filter(parameter -> parameter.path("in").asString().equals(place))
                    .toList();
        }

        /** The schema of the request body of {@code mediaType}, where there is one. */
        public Optional<JsonNode> body(String mediaType) {
            JsonNode schema =
                    node.path("requestBody").path("content").path(mediaType).path("schema");
            return schema.isMissingNode() ? Optional.empty() : Optional.of(schema);
        }

        /** Whether lines can be written with it. */
        public boolean isBulk() {
            return body("application/x-ndjson").isPresent();
        }

        /** The response of {@code status}, or the one of all statuses that are not named. */
        JsonNode response(int status) {
            JsonNode named = node.path("responses").path(String.valueOf(status));
            return named.isMissingNode() && status >= 400
                    ? node.path("responses").path("default")
                    : named;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** All operations. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The operation that answers a request, if one does. */
    public Optional<Operation> operation(String method, String rawPath) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method) && operation.takes(rawPath))
                .findFirst();
    }

    /** The schema {@code name} of the components, without references. */
    public JsonNode schema(String name) {
        return resolved(root.path("components").path("schemas").required(name));
    }

    /** The response {@code name} of the components, without references. */
    JsonNode response(String name) {
        return resolved(root.path("components").path("responses").required(name));
    }

    private JsonNode resolved(JsonNode node) {
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(resolved(element)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        JsonNode reference = node.path("$ref");
        if (reference.isString()) {
            String pointer = reference.stringValue().substring(1);
            JsonNode target = known.get(pointer);
            if (target == null) {
                target = resolved(root.requiredAt(pointer));
                known.put(pointer, target);
            }
            return target;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        node.forEachEntry((name, value) -> object.set(name, resolved(value)));
        return object;
    }
}
