package dev.rhizome.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RecordedStart;
import dev.rhizome.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault once, under load, in an order and with a strength that the seed says: {@code bin/bench soak} in short. The service is a
 * process of its own on a PostgreSQL of its own, and both are killed.
 */
class FaultsIntegrationTest {

    private static final String PROGRAM = "rhizome.service";
    private static final Duration BETWEEN = Duration.ofMillis(300);
    private static final int DISK_MB = 160;

    @TempDir
    private static Path directory = Path.of("");

    /** Becomes the service as the tests have it, which is not built as a program. */
    @BeforeAll
    static void theServiceOfTheTests() throws IOException, InterruptedException {
        Path program = directory.resolve("service");
        String command = RecordedStart.command(List.of()).stream()
                .map(argument -> "'" + argument + "'")
                .collect(Collectors.joining(" "));
        Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        System.setProperty(PROGRAM, program.toString());
    }

    @Seeds(cases = 1, first = 1200)
    void nothingIsLostAfterAnyFault(long seed) throws IOException {
        List<Fault> faults = List.of(Fault.values());
        SoakRun.Plan plan = SoakRun.Plan.onceEach(faults, BETWEEN, seed, DISK_MB);

        SoakRun.Figures figures = new SoakRun(plan, outcome -> {}).run();

        assertThat(figures.wrong()).as("seed " + seed).isEmpty();
        assertThat(figures.outcomes()).extracting(SoakRun.Outcome::fault).containsExactlyInAnyOrderElementsOf(faults);
        assertThat(figures.outcomes().getLast().acknowledged()).isGreaterThan(50);
        assertThat(figures.resent()).as("writes that met a fault").isPositive();
    }
}
