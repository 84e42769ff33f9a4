package dev.rhizome.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.contract.Findings.Case;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RawClient.Reply;
import dev.rhizome.testing.RawClient.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** On every route the whole segment of the path, decoded once, is the id. */
class PathVariableContractTest {

    private static final Callers CALLERS = Callers.ofNewTenant();

    static Stream<Operation> withVariables() {
        return Callers.ours().filter(operation -> !operation.parameters("path").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("withVariables")
    void whatNoIdCanBeIsRefused(Operation operation) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode parameter : operation.parameters("path")) {
            String name = parameter.path("name").asString();
            cases.add(refused(operation, name, "a%00"));
            cases.add(refused(operation, name, "%00"));
            cases.add(refused(operation, name, "a%0Ab"));
            cases.add(refused(operation, name, "x".repeat(201)));
            cases.add(refused(operation, name, "%20"));
            cases.add(refused(operation, name, "%E2%80%8B"));
            cases.add(refused(operation, name, "%ED%A0%80"));
            cases.add(refused(operation, name, "a%FFb"));
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    private static Case refused(Operation operation, String name, String value) {
        return Case.of(
                name + "=" + (value.length() > 20 ? "201 characters" : value),
                request(operation, Map.of(name, value)),
                Findings.names(name));
    }

    @ParameterizedTest
    @MethodSource("withVariables")
    void whatLooksLikeAPathOrAParameterIsPartOfTheId(Operation operation) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode parameter : operation.parameters("path")) {
            String name = parameter.path("name").asString();
            for (String value : List.of("a;x=1", "a%3Bx=1", "a%2Fb", "a%25b", "..%2F..", "a+b", "%C3%A9", "a%3Fq=1")) {
                cases.add(Case.of(
                        name + "=" + value,
                        request(operation, Map.of(name, value)),
                        reply -> reply.status() < 500 && reply.status() != 405 ? "" : "must be taken or refused"));
            }
        }

        Findings.none(CALLERS.of(operation), cases);
    }

    /** A request with a body where one is needed, so that the path alone is wrong. */
    private static Request request(Operation operation, Map<String, String> variables) {
        String target = CALLERS.target(operation)
                .replaceFirst("^[^?]*", java.util.regex.Matcher.quoteReplacement(CALLERS.path(operation, variables)));
        return operation.body("application/json").isEmpty()
                ? Request.of(operation.method(), target)
                : Request.json(operation.method(), target, Valid.json(Valid.body(operation)));
    }

    @Test
    void nothingBehindASemicolonIsCutOff() {
        for (String id : List.of("order", "order;line=2")) {
            Reply written = CALLERS.admin()
                    .ask(Request.json(
                            "POST", "/v1/entities", "{\"id\":\"%s\",\"type\":\"T\",\"name\":\"n\"}".formatted(id)));
            assertThat(written.status()).isEqualTo(201);
        }

        assertThat(CALLERS.admin()
                        .ask(Request.of("GET", "/v1/entities/order;line=2"))
                        .json()
                        .path("id")
                        .asString())
                .isEqualTo("order;line=2");
        assertThat(CALLERS.admin()
                        .ask(Request.of("DELETE", "/v1/entities/order;line=2"))
                        .status())
                .isEqualTo(204);
        assertThat(CALLERS.admin()
                        .ask(Request.of("GET", "/v1/entities/order;line=2"))
                        .status())
                .isEqualTo(404);
        assertThat(CALLERS.admin().ask(Request.of("GET", "/v1/entities/order")).status())
                .isEqualTo(200);
    }

    @Test
    void aSlashInAnIdIsWrittenAsAnEscape() {
        CALLERS.admin().ask(Request.json("POST", "/v1/entities", "{\"id\":\"a/b c\",\"type\":\"T\",\"name\":\"n\"}"));

        assertThat(CALLERS.admin()
                        .ask(Request.of("GET", "/v1/entities/a%2Fb%20c"))
                        .json()
                        .path("id")
                        .asString())
                .isEqualTo("a/b c");
    }
}
