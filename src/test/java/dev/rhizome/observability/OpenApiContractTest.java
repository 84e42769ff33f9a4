package dev.rhizome.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.yaml.snakeyaml.Yaml;

/** The description of the API names exactly the routes that there are. */
class OpenApiContractTest {

    private static final Pattern ROUTE = Pattern.compile("\\((GET|POST|PUT|PATCH|DELETE) && (/[^)]*)\\)");

    @Test
    void describedAreExactlyTheRoutesThatAreServed() {
        Set<String> served = new TreeSet<>();
        for (RouterFunction<?> routes : RunningService.get().beans(RouterFunction.class)) {
            Matcher route = ROUTE.matcher(String.valueOf(routes));
            while (route.find()) {
                served.add(route.group(1) + " " + route.group(2));
            }
        }

        assertThat(described()).isNotEmpty().isEqualTo(served);
    }

    private static Set<String> described() {
        byte[] document = Objects.requireNonNull(RunningService.get()
                .client(null)
                .get()
                .uri("/openapi.yaml")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(byte[].class)
                .returnResult()
                .getResponseBody());
        Map<String, Map<String, Map<String, ?>>> api =
                new Yaml().load(new String(document, java.nio.charset.StandardCharsets.UTF_8));
        Set<String> described = new TreeSet<>();
        Objects.requireNonNull(api.get("paths")).forEach((path, methods) -> {
            if (!path.startsWith("/actuator")) {
                methods.keySet().forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path));
            }
        });
        return described;
    }
}
