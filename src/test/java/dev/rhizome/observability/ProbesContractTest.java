package dev.rhizome.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.Yaml;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kubernetes asks of a pod is what the service answers. */
class ProbesContractTest {

    private final Yaml container =
            Yaml.of(Path.of("k8s", "base", "deployment.yaml")).at("spec.template.spec.containers.0");

    @ParameterizedTest
    @ValueSource(strings = {"startupProbe", "livenessProbe", "readinessProbe"})
    void probesAskWhatIsAnsweredWithoutAToken(String probe) {
        Yaml asked = container.at(probe + ".httpGet");

        assertThat(asked.text("port")).isEqualTo(container.text("ports.1.name"));
        RunningService.get()
                .client(null)
                .get()
                .uri(asked.text("path"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("UP");
    }
}
