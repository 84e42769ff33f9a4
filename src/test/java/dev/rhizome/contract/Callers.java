package dev.rhizome.contract;

import dev.rhizome.testing.OpenApiDocument;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A tenant, and for each route a caller who may use it, so that nothing but the input is wrong. */
final class Callers {

    private static final RunningService SERVICE = RunningService.get();
    private static final AtomicInteger TENANTS = new AtomicInteger();

    private final String tenant;
    private final RawClient operator = SERVICE.raw(RunningService.OPERATOR);
    private final RawClient admin;
    private final RawClient auditor;

    private Callers(String tenant) {
        this.tenant = tenant;
        this.admin = SERVICE.raw(SERVICE.newKey(tenant, "admin"));
        this.auditor = SERVICE.raw(SERVICE.newKey(tenant, "auditor"));
    }

    /** Callers of a new tenant. */
    static Callers ofNewTenant() {
        return new Callers(SERVICE.newTenant("enumeration-" + TENANTS.incrementAndGet()));
    }

    /** A caller who may use {@code operation}. */
    RawClient of(Operation operation) {
        if (operation.path().startsWith("/v1/audit")) {
            return auditor;
        }
        return operation.path().startsWith("/v1/tenants") || operation.path().startsWith("/actuator")
                ? operator
                : admin;
    }

    /** The one who may write. */
    RawClient admin() {
        return admin;
    }

    /** Every operation of the document. */
    static Stream<Operation> operations() {
        return OpenApiDocument.served().operations().stream();
    }

    /** Those under /v1, which are ours to the last byte. */
    static Stream<Operation> ours() {
        return operations().filter(operation -> operation.path().startsWith("/v1/"));
    }

    /** Those that take a JSON body. */
    static Stream<Operation> withBody() {
        return ours().filter(operation -> operation.body("application/json").isPresent());
    }

    /** Those that take lines. */
    static Stream<Operation> bulk() {
        return ours().filter(Operation::isBulk);
    }

    /** The path of {@code operation} with well-formed variables, of which {@code given} are these. */
    String path(Operation operation, Map<String, String> given) {
        String path = operation.path();
        for (JsonNode parameter : operation.parameters("path")) {
            String name = parameter.path("name").asString();
            path = path.replace("{" + name + "}", given.getOrDefault(name, usual(operation, parameter)));
        }
        return path;
    }

    private String usual(Operation operation, JsonNode parameter) {
        boolean isTenant = operation.path().startsWith("/v1/tenants/{id}")
                && parameter.path("name").asString().equals("id");
        return isTenant ? tenant : Valid.text(parameter.path("schema"));
    }

    /** The path with its required parameters, of which {@code without} is left out, and {@code more}. */
    String target(Operation operation, String without, List<String> more) {
        Stream<String> required = operation.parameters("query").stream()
                .filter(parameter -> parameter.path("required").asBoolean(false)
                        && !parameter.path("name").asString().equals(without))
                .map(parameter -> parameter.path("name").asString() + "=" + Valid.text(parameter.path("schema")));
        String query = String.join("&", Stream.concat(required, more.stream()).toList());
        return path(operation, Map.of()) + (query.isEmpty() ? "" : "?" + query);
    }

    /** The path with its required parameters. */
    String target(Operation operation) {
        return target(operation, "", List.of());
    }
}
