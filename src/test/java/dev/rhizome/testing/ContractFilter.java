package dev.rhizome.testing;

import dev.rhizome.testing.OpenApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks each answer that a test reads to its end against the document: its status, its media type and its body. An answer
 * that the document does not describe ends the reading with an {@link AssertionError}.
 */
final class ContractFilter implements ExchangeFilterFunction {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.served();
    /**
     * Checking loads classes, which blocks. Among the threads for everything that blocks, one may count as free that waits for the
     * very answer that is to be checked: it does where a test blocks behind {@code publishOn(…).next()}.
     */
    private static final Scheduler CHECKS = Schedulers.newBoundedElastic(4, 10_000, "contract", 60, true);

    /** By the document's own nodes: to compare what they hold takes as long as a check. */
    private static final Map<JsonNode, ClosedSchema> SCHEMAS = Collections.synchronizedMap(new IdentityHashMap<>());

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return next.exchange(request).map(response -> checked(request, response));
    }

    private static ClientResponse checked(ClientRequest request, ClientResponse response) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        return response.mutate()
                .body(body -> body.doOnNext(buffer -> copy(buffer, copy))
                        .concatWith(Flux.defer(() -> verdict(request, response, copy.toByteArray()))
                                .subscribeOn(CHECKS)))
                .build();
    }

    private static void copy(DataBuffer buffer, ByteArrayOutputStream into) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        int start = buffer.readPosition();
        buffer.read(bytes);
        buffer.readPosition(start);
        into.writeBytes(bytes);
    }

    private static Flux<DataBuffer> verdict(ClientRequest request, ClientResponse response, byte[] body) {
        int status = response.statusCode().value();
        MediaType type = response.headers().contentType().orElse(null);
        List<String> violations =
                violations(request, status, type == null ? "" : type.getType() + "/" + type.getSubtype(), body);
        return violations.isEmpty()
                ? Flux.empty()
                : Flux.error(new AssertionError("%s %s answers %d %s, which the document does not describe: %s%n%s"
                        .formatted(
                                request.method(),
                                request.url(),
                                status,
                                type,
                                violations,
                                shortened(new String(body, StandardCharsets.UTF_8)))));
    }

    private static String shortened(String text) {
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }

    private static List<String> violations(ClientRequest request, int status, String type, byte[] body) {
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        String method = isHead ? "GET" : request.method().name();
        Optional<Operation> operation = DOCUMENT.operation(method, request.url().getRawPath());
        if (operation.isEmpty() && status < 400) {
            return request.url().getRawPath().startsWith("/v1/")
                    ? List.of("the document has no such route")
                    : List.of();
        }
        JsonNode content = operation
                .map(known -> known.response(status))
                .orElseGet(() -> DOCUMENT.response("Problem"))
                .path("content");
        if (operation.isPresent() && operation.get().response(status).isMissingNode()) {
            return List.of("status " + status + " is not described");
        }
        if (isHead || content.isMissingNode()) {
            return body.length == 0 ? List.of() : List.of("there is a body");
        }
        JsonNode schema = content.path(type).path("schema");
        return schema.isMissingNode() ? List.of("media type " + type + " is not described") : of(schema, type, body);
    }

    private static List<String> of(JsonNode schema, String type, byte[] body) {
        if (schema.path("type").asString("").equals("string")) {
            return List.of();
        }
        ClosedSchema closed = SCHEMAS.computeIfAbsent(schema, ClosedSchema::new);
        List<String> violations = new ArrayList<>();
        try {
            for (JsonNode element : elements(type, new String(body, StandardCharsets.UTF_8))) {
                violations.addAll(closed.violations(element));
            }
        } catch (JacksonException e) {
            violations.add("it is not JSON: " + e.getOriginalMessage());
        }
        return violations;
    }

    private static List<JsonNode> elements(String type, String body) {
        JsonMapper json = JsonMapper.shared();
        return switch (type) {
            case MediaType.APPLICATION_NDJSON_VALUE ->
                body.lines().filter(line -> !line.isBlank()).map(json::readTree).toList();
            case MediaType.TEXT_EVENT_STREAM_VALUE ->
                EventStream.parse(body).stream()
                        .map(event -> (JsonNode) ((ObjectNode) json.readTree(event.data())).put("event", event.name()))
                        .toList();
            default -> List.of(json.readTree(body));
        };
    }
}
