package dev.rhizome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.database.DatabaseSettings;
import dev.rhizome.event.IntegrityKey;
import dev.rhizome.http.StreamSecret;
import dev.rhizome.tenancy.OperatorKey;
import dev.rhizome.testing.Server;
import dev.rhizome.testing.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of Kubernetes and Docker say of the service what the service says of itself. */
class DeploymentFilesTest {

    private static final Path K8S = Path.of("k8s", "base");
    private static final Path SCRIPTS = Path.of("bin", "lib", "compose");
    private static final String POD = "spec.template.spec";

    private final Yaml configMap = Yaml.of(K8S.resolve("configmap.yaml"));
    private final Yaml deployment = Yaml.of(K8S.resolve("deployment.yaml"));
    private final Yaml job = Yaml.of(K8S.resolve("migration-job.yaml"));
    private final Yaml service = Yaml.of(K8S.resolve("service.yaml"));
    private final Yaml compose = Yaml.of(Path.of("docker-compose.yml"));
    private final String dockerfile = read(Path.of("Dockerfile"));

    @Test
    void onePortIsNamedEverywhere() {
        String port = captured(read(Path.of("src/main/resources/application.yaml")), "port: \\$\\{PORT:(\\d+)}");

        assertThat(configMap.text("data.PORT")).isEqualTo(port);
        assertThat(container(deployment).text("ports.0.containerPort")).isEqualTo(port);
        assertThat(captured(dockerfile, "(?m)^EXPOSE (\\d+)$")).isEqualTo(port);
        assertThat(compose.text("services.rhizome.environment.PORT")).isEqualTo(port);
        assertThat(compose.text("services.rhizome.ports.0")).isEqualTo("127.0.0.1:${PORT:-" + port + "}:" + port);
    }

    @Test
    void theServiceLeadsToThePods() {
        assertThat(service.text("spec.selector.app")).isEqualTo(deployment.text("spec.template.metadata.labels.app"));
        assertThat(deployment.text("spec.selector.matchLabels.app"))
                .isEqualTo(deployment.text("spec.template.metadata.labels.app"));
        assertThat(service.text("spec.ports.0.targetPort"))
                .isEqualTo(container(deployment).text("ports.0.name"));
    }

    @Test
    void everyVariableIsReadByTheService() {
        Set<String> given = new TreeSet<>();
        given.addAll(variables(deployment).keySet());
        given.addAll(variables(job).keySet());
        compose.at("services.rhizome.environment")
                .map()
                .keySet()
                .forEach(name -> given.add(name.replaceFirst("PASSWORD_FILE$", "PASSWORD")));
        given.addAll(Pattern.compile("(?m)^ENV (\\w+)=")
                .matcher(dockerfile)
                .results()
                .map(found -> found.group(1))
                .toList());

        assertThat(given).isNotEmpty().isSubsetOf(readByTheService());
    }

    @Test
    void theVariablesOfTheClusterAreGoodSettings() {
        DatabaseSettings serving = DatabaseSettings.from(variables(deployment));
        DatabaseSettings migrating = DatabaseSettings.from(variables(job));

        assertThat(serving.address().host()).isEqualTo(configMap.text("data.DB_HOST"));
        assertThat(serving.encryption().mode()).isEqualTo("verify-full");
        assertThat(migrating.address()).isEqualTo(serving.address());
    }

    @Test
    void onlyTheMigrationHasTheOwnersCredentials() {
        DatabaseSettings serving = DatabaseSettings.from(variables(deployment));
        DatabaseSettings migrating = DatabaseSettings.from(variables(job));

        assertThat(serving.migration()).isNull();
        assertThat(serving.application().password()).isNotEmpty();
        assertThat(migrating.migration()).isNotNull();
        assertThat(variables(deployment).keySet()).noneMatch(name -> name.startsWith("DB_MIGRATION"));
        assertThat(variables(job)).doesNotContainKeys("RHIZOME_OPERATOR_KEY", "DB_PASSWORD");
    }

    @Test
    void secretsAreOnlyInSecrets() {
        assertThat(configMap.at("data").map().keySet()).noneMatch(DeploymentFilesTest::isSecret);
        assertThat(container(deployment).has("env")).isFalse();
        assertThat(container(job).has("env")).isFalse();
    }

    @Test
    void nothingStartsOnThePlaceholders() {
        Path home = Path.of("unused");

        refused("RHIZOME_OPERATOR_KEY", placeholder -> OperatorKey.resolve(placeholder, home));
        refused("RHIZOME_STREAM_SECRET", placeholder -> StreamSecret.resolve(placeholder, home));
        refused("RHIZOME_EVENTS_INTEGRITY_KEY", placeholder -> IntegrityKey.resolve(placeholder, List.of(), home));
        assertThat(home).doesNotExist();
    }

    private void refused(String variable, Function<String, ?> resolve) {
        String placeholder = String.valueOf(variables(deployment).get(variable));

        assertThatThrownBy(() -> resolve.apply(placeholder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(variable);
    }

    @Test
    void oneImageIsRunEverywhere() {
        String image = container(deployment).text("image");

        assertThat(container(job).text("image")).isEqualTo(image);
        assertThat(compose.text("services.rhizome.image")).isEqualTo(image);
        assertThat(compose.text("services.postgres.image"))
                .isEqualTo(Server.IMAGE)
                .contains("pgvector", "-pg18");
    }

    @Test
    void containersRunCommandsThatThereAre() throws IOException {
        String command = captured(dockerfile, "(?m)^CMD \\[\"(\\w+)\"]$");

        assertThat(container(deployment).texts("args")).containsExactly(command);
        assertThat(commands()).contains(command, container(job).text("args.0"));
    }

    @Test
    void containersHaveNoRightsAndNoDiskButTmp() {
        for (Yaml workload : List.of(deployment, job)) {
            Yaml pod = workload.at(POD);
            assertThat(pod.text("securityContext.runAsNonRoot")).isEqualTo("true");
            assertThat(pod.text("securityContext.runAsUser")).isEqualTo(captured(dockerfile, "(?m)^USER (\\d+)$"));
            assertThat(pod.text("securityContext.seccompProfile.type")).isEqualTo("RuntimeDefault");
            assertThat(pod.text("automountServiceAccountToken")).isEqualTo("false");
            assertThat(pod.text("securityContext.runAsGroup")).isEqualTo(pod.text("securityContext.runAsUser"));
            assertThat(pod.text("volumes.0.name")).isEqualTo(container(workload).text("volumeMounts.0.name"));
            assertThat(pod.has("volumes.0.emptyDir")).isTrue();
            Yaml security = container(workload).at("securityContext");
            assertThat(security.text("allowPrivilegeEscalation")).isEqualTo("false");
            assertThat(security.text("readOnlyRootFilesystem")).isEqualTo("true");
            assertThat(security.texts("capabilities.drop")).containsExactly("ALL");
            assertThat(container(workload).text("volumeMounts.0.mountPath")).isEqualTo("/tmp");
        }
    }

    @Test
    void memoryIsBoundedAndContainersHoldIt() {
        String options = read(Path.of("bin/lib/java.options"));
        int heap = Integer.parseInt(captured(options, "(?m)^-Xmx(\\d+)m$"));
        int direct = Integer.parseInt(captured(options, "(?m)^-XX:MaxDirectMemorySize=(\\d+)m$"));
        int netty = Integer.parseInt(captured(options, "(?m)^-Dio\\.netty\\.maxDirectMemory=(\\d+)$")) >> 20;
        int code = Integer.parseInt(captured(options, "(?m)^-XX:ReservedCodeCacheSize=(\\d+)m$"));

        assertThat(heap + direct + netty + code).isLessThan(512);
        for (Yaml workload : List.of(deployment, job)) {
            Yaml resources = container(workload).at("resources");
            assertThat(resources.text("requests.cpu")).matches("\\d+m");
            assertThat(resources.text("requests.memory")).matches("\\d+Mi");
            assertThat(Integer.parseInt(resources.text("limits.memory").replace("Mi", "")))
                    .isGreaterThan(heap + direct);
        }
    }

    @Test
    void whoRunsOutOfMemoryEndsAndIsStartedAgain() {
        assertThat(read(Path.of("bin/lib/java.options")).lines()).contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(deployment.text(POD + ".restartPolicy")).isEqualTo("Always");
        assertThat(job.text(POD + ".restartPolicy")).isEqualTo("OnFailure");
        for (String container : List.of("rhizome", "postgres")) {
            assertThat(compose.text("services." + container + ".restart")).isEqualTo("unless-stopped");
        }
    }

    @Test
    void theContainersOfComposeAgree() {
        Yaml environment = compose.at("services.rhizome.environment");
        Set<String> bootstrap = all("\\\\getenv \\w+ (\\w+)", read(Path.of("migrations/bootstrap.sql")));

        assertThat(environment.text("DB_HOST")).isEqualTo("postgres");
        assertThat(compose.text("services.rhizome.depends_on.postgres.condition"))
                .isEqualTo("service_healthy");
        assertThat(bootstrap).containsExactlyInAnyOrder("DB_PASSWORD", "DB_MIGRATION_PASSWORD");
        for (String name : bootstrap) {
            String file = environment.text(name + "_FILE");
            assertThat(read(SCRIPTS.resolve("bootstrap.sh"))).contains(name + "=$(cat " + file + ")");
        }
        assertThat(read(Path.of("migrations/bootstrap.sql"))).contains("role " + environment.text("DB_MIGRATION_USER"));
    }

    @Test
    void passwordsAreMadeAtTheFirstStartAndNoneIsADefault() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("passwords");
        Path script = Files.writeString(
                folder.resolve("passwords.sh"),
                read(SCRIPTS.resolve("passwords.sh")).replace("/passwords/", folder + "/made-"));
        List<String> names = List.of("postgres", "owner", "app");

        runScript(script, Map.of());
        List<String> made =
                names.stream().map(name -> read(folder.resolve("made-" + name))).toList();
        runScript(script, Map.of("DB_PASSWORD", "given"));

        assertThat(made).doesNotHaveDuplicates().allMatch(password -> password.matches("[0-9a-f]{48}"));
        assertThat(names.stream().map(name -> read(folder.resolve("made-" + name))))
                .containsExactly(made.getFirst(), made.get(1), "given");
        for (Yaml service : compose.at("services").map().values()) {
            service.at("environment").map().forEach((name, value) -> {
                if (isSecret(name) && !name.endsWith("_FILE")) {
                    assertThat(value.text()).as(name).isEqualTo("null");
                }
            });
        }
    }

    private static void runScript(Path script, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString()).inheritIO();
        builder.environment().keySet().removeIf(DeploymentFilesTest::isSecret);
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor()).isZero();
    }

    @Test
    void containersOfComposeHaveNoRightsAndAReadOnlyRoot() {
        for (Yaml container : compose.at("services").map().values()) {
            assertThat(container.text("read_only")).isEqualTo("true");
            assertThat(container.texts("cap_drop")).containsExactly("ALL");
            assertThat(container.texts("security_opt")).containsExactly("no-new-privileges:true");
        }
        assertThat(compose.text("services.postgres.user")).isEqualTo("postgres");
        for (String container : List.of("rhizome", "postgres")) {
            assertThat(compose.has("services." + container + ".healthcheck.test"))
                    .isTrue();
        }
    }

    @Test
    void imagesArePinnedToAVersion() {
        Set<String> images = all("(?m)^FROM (\\S+)", dockerfile);
        images.add(compose.text("services.postgres.image"));
        images.add(compose.text("services.passwords.image"));

        assertThat(images).hasSize(3).allMatch(image -> image.matches("\\S+:\\d+\\.\\d+\\.\\d+[._-]\\S+"));
    }

    @Test
    void theDatabaseOfComposeIsPreparedAndHealthyOnlyThen() {
        Yaml database = compose.at("services.postgres");

        assertThat(database.texts("volumes"))
                .contains(
                        "./migrations/bootstrap.sql:/bootstrap.sql:ro",
                        "./bin/lib/compose/bootstrap.sh:/docker-entrypoint-initdb.d/bootstrap.sh:ro")
                .anyMatch(mount -> mount.endsWith(":/var/lib/postgresql")); // where images of 18 and newer keep data
        assertThat(read(SCRIPTS.resolve("bootstrap.sh"))).contains("-f /bootstrap.sql");
        // The server that runs bootstrap.sql listens on its socket alone.
        assertThat(database.text("healthcheck.test")).contains("-h 127.0.0.1");
    }

    @Test
    void theImageIsMadeOfWhatThereIs() {
        Set<String> copied = all("(?m)^COPY (\\S+) \\S+$", dockerfile);
        String app = captured(dockerfile, "(?m)^COPY --from=build \\S+ (\\S+)$");
        String jar = captured(read(Path.of("pom.xml")), "<finalName>(\\w+)</finalName>") + ".jar";

        assertThat(copied)
                .contains("pom.xml", "build", "src", "migrations", "bin/lib/java.options")
                .allMatch(path -> Files.exists(Path.of(path)));
        assertThat(dockerfile).contains("java @/app/java.options", "\"-jar\", \"" + app + "/" + jar + "\"");
        assertThat(dockerfile).contains("COPY --from=build /build/target/unchecked/app " + app);
        assertThat(compose.texts("services.rhizome.volumes"))
                .contains("home:" + captured(dockerfile, "(?m)^ENV RHIZOME_HOME=(\\S+)$"));
    }

    private static Yaml container(Yaml workload) {
        assertThat(workload.list(POD + ".containers")).hasSize(1);
        return workload.at(POD + ".containers.0");
    }

    /** What the container's configuration and secrets put into its environment. */
    private static Map<String, String> variables(Yaml workload) {
        Map<String, String> variables = new HashMap<>();
        for (Yaml source : container(workload).list("envFrom")) {
            boolean secret = source.has("secretRef");
            Yaml object = object(
                    secret ? "Secret" : "ConfigMap", source.text((secret ? "secretRef" : "configMapRef") + ".name"));
            object.at(secret ? "stringData" : "data").map().forEach((name, value) -> variables.put(name, value.text()));
        }
        return variables;
    }

    private static Yaml object(String kind, String name) {
        return Stream.of("configmap.yaml", "secret.yaml")
                .flatMap(file -> Yaml.all(K8S.resolve(file)))
                .filter(object -> object.text("kind").equals(kind)
                        && object.text("metadata.name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> commands() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/rhizome/cli"))) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file -> all("@Command\\(\\s*name = \"(\\w+)\"", read(file)).stream())
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> readByTheService() {
        Path database = Path.of("src/main/java/dev/rhizome/database");
        Set<String> read = all(
                "\"(DATABASE_URL|DB_[A-Z_]+)\"",
                read(database.resolve("DatabaseSettings.java")) + read(database.resolve("Variables.java")));
        read.addAll(all("\\$\\{([A-Z_]+):", read(Path.of("src/main/resources/application.yaml"))));
        return read;
    }

    private static boolean isSecret(String name) {
        return Pattern.compile("PASSWORD|KEY|SECRET|TOKEN|URL").matcher(name).find();
    }

    private static String captured(String text, String pattern) {
        return all(pattern, text).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing matches " + pattern));
    }

    private static Set<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
