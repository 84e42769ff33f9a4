package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.ServiceProcess;
import dev.rhizome.client.RhizomeClient;
import dev.rhizome.client.Tenant;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's loader, and a service that a program of ours starts for itself. */
class DemoContractTest {

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void forget() {
        System.clearProperty("rhizome.service");
    }

    @Test
    void theDemoLoadsOnceAndTheServiceThatWasStartedEndsWithItsStarter() throws IOException {
        System.setProperty("rhizome.service", program().toString());
        String url;
        try (ServiceProcess service = ServiceProcess.start(Map.of());
                RhizomeClient operator = RhizomeClient.of(service.url()).withKey(service.operatorKey())) {
            url = service.url().toString();
            assertThat(demo(url, service.operatorKey())).isZero();
            Tenant loaded = Blocking.get(operator.tenants().list().single());
            assertThat(loaded.slug()).isEqualTo("demo");
            assertThat(loaded.name()).isEqualTo("WordNet demo (loaded)");

            assertThat(demo(url, service.operatorKey())).isZero();
            assertThat(Blocking.get(operator.tenants().list().single())).isEqualTo(loaded);
        }
        try (RhizomeClient afterwards = RhizomeClient.of(java.net.URI.create(url))) {
            assertThat(Blocking.get(afterwards
                            .get("/actuator/health/liveness")
                            .map(answer -> "alive")
                            .onErrorReturn(IOException.class, "gone")))
                    .isEqualTo("gone");
        }
    }

    @Test
    void aLoaderThatIsRefusedFails() {
        assertThat(demo("http://localhost:" + RunningService.get().port(), "rzo_somebody-elses-key"))
                .isEqualTo(1);
    }

    private static int demo(String url, String key) {
        return BenchProgram.run("demo", "--limit", "30", "--url", url, "--key", key);
    }

    /** What bin/lib/service does, with a database of the tests' and the classes as they are compiled. */
    private Path program() throws IOException {
        String variables = TestDatabase.create().variables(2).entrySet().stream()
                .map(variable -> "export " + variable.getKey() + "='" + variable.getValue() + "'\n")
                .collect(Collectors.joining());
        String classes = System.getProperty("java.class.path").replaceFirst(File.pathSeparator + "+$", "");
        Path program = directory.resolve("service");
        Files.writeString(
                program,
                "#!/bin/sh\n" + variables + "export RHIZOME_HOME='" + directory + "'\nexec '"
                        + Path.of(System.getProperty("java.home"), "bin", "java") + "' -XX:TieredStopAtLevel=1 -cp '"
                        + classes + "' dev.rhizome.Application \"$@\"\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
}
