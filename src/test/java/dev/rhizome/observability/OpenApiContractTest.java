package dev.rhizome.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.OpenApiDocument;
import dev.rhizome.testing.OpenApiDocument.Operation;
import dev.rhizome.testing.RunningService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.reactive.function.server.RouterFunction;
import tools.jackson.databind.JsonNode;

/** The description of the API names exactly the routes that there are, and says of each what it takes and answers. */
class OpenApiContractTest {

    private static final Pattern ROUTE = Pattern.compile("\\((GET|POST|PUT|PATCH|DELETE) && (/[^)]*)\\)");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
    private static final OpenApiDocument DOCUMENT = OpenApiDocument.served();

    @Test
    void describedAreExactlyTheRoutesThatAreServed() {
        Set<String> served = new TreeSet<>();
        for (RouterFunction<?> routes : RunningService.get().beans(RouterFunction.class)) {
            Matcher route = ROUTE.matcher(String.valueOf(routes));
            while (route.find()) {
                served.add(route.group(1) + " " + route.group(2));
            }
        }

        Set<String> described = operations()
                .filter(operation -> !operation.path().startsWith("/actuator"))
                .map(Operation::toString)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isNotEmpty().isEqualTo(served);
    }

    @Test
    void theDocumentIsGivenOutAsItIs() throws java.io.IOException {
        byte[] served = RunningService.get()
                .client(null)
                .get()
                .uri("/openapi.yaml")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(byte[].class)
                .returnResult()
                .getResponseBody();

        assertThat(served).isEqualTo(new ClassPathResource("openapi.yaml").getContentAsByteArray());
        assertThat(new String(served, StandardCharsets.UTF_8)).startsWith("openapi: 3.1");
    }

    @Test
    void everyResponseHasASchemaUnlessItHasNoBody() {
        List<String> without = new ArrayList<>();
        operations()
                .forEach(operation -> operation.node().path("responses").forEachEntry((status, response) -> {
                    if (!status.equals("204") && !areSchemas(response.path("content"))) {
                        without.add(operation + " " + status);
                    }
                }));

        assertThat(without).isEmpty();
    }

    @Test
    void everyBodyAndParameterHasASchemaAndEveryOperationADescription() {
        List<String> without = new ArrayList<>();
        operations().forEach(operation -> {
            if (operation.node().path("summary").asString("").isBlank()) {
                without.add(operation + " summary");
            }
            JsonNode body = operation.node().path("requestBody");
            if (!body.isMissingNode() && !areSchemas(body.path("content"))) {
                without.add(operation + " body");
            }
            operation.node().path("parameters").forEach(parameter -> {
                if (!isSchema(parameter.path("schema"))
                        || parameter.path("description").asString("").isBlank()) {
                    without.add(operation + " " + parameter.path("name").asString());
                }
            });
        });

        assertThat(without).isEmpty();
    }

    @Test
    void thePathParametersOfAnOperationAreTheVariablesOfItsPath() {
        operations()
                .forEach(operation -> assertThat(operation.parameters("path").stream()
                                .map(parameter -> parameter.path("name").asString()))
                        .as(operation.toString())
                        .containsExactlyInAnyOrderElementsOf(VARIABLE.matcher(operation.path())
                                .results()
                                .map(found -> found.group(1))
                                .toList()));
    }

    @Test
    void everyRouteButHealthAndTheDocumentAnswersProblems() {
        operations()
                .forEach(operation -> assertThat(operation
                                .node()
                                .path("responses")
                                .path("default")
                                .path("content")
                                .propertyNames())
                        .as(operation.toString())
                        .containsExactly("application/problem+json"));
    }

    private static Stream<Operation> operations() {
        return DOCUMENT.operations().stream();
    }

    private static boolean areSchemas(JsonNode content) {
        return !content.isEmpty() && content.valueStream().allMatch(mediaType -> isSchema(mediaType.path("schema")));
    }

    private static boolean isSchema(JsonNode schema) {
        return schema.isObject() && !schema.isEmpty();
    }
}
