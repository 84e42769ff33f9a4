package dev.rhizome.contract;

import dev.rhizome.testing.OpenApiDocument;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient;
import dev.rhizome.testing.RunningService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A tenant, and for each route a caller who may use it, so that nothing but the input is wrong. The routes that are about a
 * tenant get another one, which they may delete.
 */
final class Callers {

    private static final Set<String> OF_AUDITORS = Set.of("/v1/audit", "/v1/accesses");

    private static final AtomicInteger TENANTS = new AtomicInteger();

    private final String spare;
    private final RawClient operator;
    private final RawClient admin;
    private final RawClient auditor;

    private Callers(RunningService service) {
        int number = TENANTS.incrementAndGet();
        String tenant = service.newTenant("enumeration-" + number);
        this.spare = service.newTenant("enumeration-spare-" + number);
        this.operator = service.raw(RunningService.OPERATOR);
        this.admin = service.raw(service.newKey(tenant, "admin"));
        this.auditor = service.raw(service.newKey(tenant, "auditor"));
    }

    /** Callers of a new tenant of the service that all share. */
    static Callers ofNewTenant() {
        return ofNewTenant(RunningService.get());
    }

    /** Callers of a new tenant of {@code service}. */
    static Callers ofNewTenant(RunningService service) {
        return new Callers(service);
    }

    /** A caller who may use {@code operation}. */
    RawClient of(Operation operation) {
        if (OF_AUDITORS.contains(operation.path())) {
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
        return ours().filter(Operation::isBulk)
                .filter(operation -> !operation.path().equals("/v1/tenants/import")); // its lines are one thing
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
        return isTenant ? spare : Valid.text(parameter.path("schema"));
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
