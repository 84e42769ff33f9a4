package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import dev.rhizome.testing.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects of Kubernetes are objects that it knows, and fit each other and the service. */
class ClusterFilesTest {

    private static final Path K8S = Path.of("k8s");
    private static final String POD = "spec.template.spec";
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    private static final String PATCH = "one-pod.yaml";
    private static final int USUAL_CONNECTIONS = 100;

    private final Yaml deployment = Yaml.of(K8S.resolve("base/deployment.yaml"));
    private final Yaml container = deployment.at(POD + ".containers.0");
    private final Yaml configMap = Yaml.of(K8S.resolve("base/configmap.yaml"));
    private final String settings = read(Path.of("src/main/resources/application.yaml"));

    /** Files of whole objects: neither those that say how they are put together, nor patches. */
    static Stream<Path> objects() throws IOException {
        try (Stream<Path> files = Files.walk(K8S)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml") && !file.endsWith(PATCH))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void everyObjectIsOneThatKubernetesKnows(Path file) {
        assertThat(Yaml.all(file)).isNotEmpty().allSatisfy(ClusterFilesTest::validate);
    }

    @Test
    void anUnknownFieldAndAMissingOneAreFound() {
        Yaml unknown = new Yaml(Map.of("apiVersion", "v1", "kind", "Service", "spec", Map.of("selectors", "rhizome")));
        Yaml missing = new Yaml(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "spec", Map.of("replicas", 1)));

        assertThatThrownBy(() -> validate(unknown)).hasStackTraceContaining("selectors");
        assertThatThrownBy(() -> validate(missing)).hasStackTraceContaining("template");
    }

    private static void validate(Yaml object) throws ReflectiveOperationException {
        String version = object.text("apiVersion");
        String model = version.substring(version.indexOf('/') + 1).toUpperCase(Locale.ROOT) + object.text("kind");
        Class.forName(MODELS + model)
                .getMethod("validateJsonElement", JsonElement.class)
                .invoke(null, new Gson().toJsonTree(object.value()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/production", "overlays/small"})
    void aKustomizationListsExactlyTheFilesThereAre(String folder) throws IOException {
        Yaml kustomization = Yaml.of(K8S.resolve(folder).resolve("kustomization.yaml"));
        Stream<String> patches = kustomization.has("patches")
                ? kustomization.list("patches").stream().map(patch -> patch.text("path"))
                : Stream.of();

        try (Stream<Path> files = Files.list(K8S.resolve(folder))) {
            assertThat(Stream.concat(kustomization.texts("resources").stream(), patches)
                            .filter(name -> !name.equals("../../base")))
                    .containsExactlyInAnyOrderElementsOf(files.map(file -> String.valueOf(file.getFileName()))
                            .filter(file -> !file.equals("kustomization.yaml"))
                            .toList());
        }
        assertThat(kustomization.text("namespace"))
                .isEqualTo(Yaml.of(K8S.resolve("base/namespace.yaml")).text("metadata.name"));
    }

    @Test
    void everythingIsRefusedButTheTwoPortsAndTheDatabaseAndNames() {
        List<Yaml> policies =
                Yaml.all(K8S.resolve("base/network-policies.yaml")).toList();
        Yaml all = policies.getFirst();
        Yaml http = policies.get(1);
        Yaml outwards = policies.get(2);

        assertThat(policies).hasSize(3);
        assertThat(all.at("spec.podSelector").map()).isEmpty();
        assertThat(all.texts("spec.policyTypes")).containsExactly("Ingress", "Egress");
        assertThat(all.at("spec").map()).containsOnlyKeys("podSelector", "policyTypes");
        assertThat(http.text("spec.podSelector.matchLabels.app")).isEqualTo(label());
        assertThat(ports(http, "ingress")).containsExactlyInAnyOrder("http", "management");
        assertThat(http.list("spec.ingress").stream()
                        .filter(rule -> !rule.has("from"))
                        .map(rule -> rule.text("ports.0.port")))
                .containsExactly("http");
        assertThat(outwards.texts("spec.podSelector.matchExpressions.0.values"))
                .containsExactly(
                        label(),
                        Yaml.of(K8S.resolve("base/migration-job.yaml")).text("spec.template.metadata.labels.app"));
        assertThat(ports(outwards, "egress")).containsExactlyInAnyOrder(configMap.text("data.DB_PORT"), "53");
    }

    private static Set<String> ports(Yaml policy, String direction) {
        return policy.list("spec." + direction).stream()
                .flatMap(rule -> rule.list("ports").stream())
                .map(port -> port.text("port"))
                .collect(Collectors.toSet());
    }

    @Test
    void thePortsAreThoseOfTheService() {
        assertThat(container.text("ports.0.name")).isEqualTo("http");
        assertThat(container.text("ports.0.containerPort")).isEqualTo(configMap.text("data.PORT"));
        assertThat(container.text("ports.1.name")).isEqualTo("management");
        assertThat(container.text("ports.1.containerPort")).isEqualTo(configMap.text("data.MANAGEMENT_PORT"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.text(probe + ".httpGet.port")).isEqualTo("management");
        }
    }

    @Test
    void aPodHasTheTimeToEnd() {
        int grace = Integer.parseInt(deployment.text(POD + ".terminationGracePeriodSeconds"));
        List<String> preStop = container.texts("lifecycle.preStop.exec.command");

        assertThat(preStop.getFirst()).isEqualTo("sleep");
        assertThat(grace)
                .isGreaterThanOrEqualTo(Integer.parseInt(preStop.getLast()) + seconds("RHIZOME_SHUTDOWN_LIMIT"));
        assertThat(seconds("RHIZOME_SHUTDOWN_LIMIT"))
                .isGreaterThanOrEqualTo(
                        seconds(configMap.text("data.RHIZOME_SHUTDOWN_DRAIN")) + seconds("RHIZOME_SHUTDOWN_REQUESTS"));
        assertThat(deployment.text("spec.strategy.rollingUpdate.maxUnavailable"))
                .isEqualTo("0");
    }

    @Test
    void podsAreSpreadAndScaledWithinTheConnectionsOfTheDatabase() {
        Yaml scaler = Yaml.of(K8S.resolve("overlays/production/autoscaler.yaml"));
        Yaml budget = Yaml.of(K8S.resolve("overlays/production/disruption-budget.yaml"));

        assertThat(scaler.text("spec.scaleTargetRef.name")).isEqualTo(deployment.text("metadata.name"));
        assertThat(Integer.parseInt(scaler.text("spec.maxReplicas"))
                        * (Integer.parseInt(configMap.text("data.DB_POOL_MAX")) + 2))
                .isLessThan(USUAL_CONNECTIONS);
        assertThat(deployment.has("spec.replicas")).isFalse(); // the scaler's
        assertThat(budget.text("spec.selector.matchLabels.app")).isEqualTo(label());
        assertThat(deployment.list(POD + ".topologySpreadConstraints"))
                .hasSize(2)
                .allMatch(spread -> spread.text("labelSelector.matchLabels.app").equals(label()));
    }

    @Test
    void archivesHaveAVolumeThatAllPodsCanWriteTo() {
        Yaml volume = deployment.list(POD + ".volumes").stream()
                .filter(one -> one.text("name").equals("archive"))
                .findFirst()
                .orElseThrow();
        Yaml mount = container.list("volumeMounts").stream()
                .filter(one -> one.text("name").equals("archive"))
                .findFirst()
                .orElseThrow();

        assertThat(mount.text("mountPath"))
                .isEqualTo(found("(?m)^ENV RHIZOME_HOME=(\\S+)$", read(Path.of("Dockerfile"))) + "/archive");
        assertThat(deployment.text(POD + ".securityContext.fsGroup"))
                .isEqualTo(deployment.text(POD + ".securityContext.runAsUser"));
        claims(volume, "production", "ReadWriteMany");
        claims(volume, "small", "ReadWriteOnce");
        Yaml onePod = Yaml.of(K8S.resolve("overlays/small").resolve(PATCH));
        assertThat(onePod.text("spec.replicas")).isEqualTo("1");
        assertThat(onePod.text("spec.strategy.type")).isEqualTo("Recreate");
    }

    private static void claims(Yaml volume, String overlay, String mode) {
        Yaml claim = Yaml.of(K8S.resolve("overlays").resolve(overlay).resolve("archive-claim.yaml"));
        assertThat(claim.text("metadata.name")).isEqualTo(volume.text("persistentVolumeClaim.claimName"));
        assertThat(claim.texts("spec.accessModes")).containsExactly(mode);
    }

    private String label() {
        return deployment.text("spec.template.metadata.labels.app");
    }

    /** A time of whole seconds, or the default of the setting that is named so. */
    private int seconds(String time) {
        String text = time.startsWith("RHIZOME_") ? found("\\$\\{" + time + ":(\\w+)}", settings) : time;
        return Integer.parseInt(text.replace("s", ""));
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
