package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All benchmarks in one run, each on next to nothing, against the real service. */
class AllContractTest {

    /** It makes an index at once, for which the benchmarks wait. */
    private static final RunningService SERVICE = RunningService.on(
            TestDatabase.create(), "--rhizome.vectors.interval=200ms", "--rhizome.vectors.calm=200ms");

    @TempDir
    private Path directory = Path.of("");

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void allOfThemMakeOneReport() throws IOException {
        Path out = directory.resolve("all");

        assertThat(run("all", "--quick", "--out", out.toString())).isZero();

        assertThat(out.resolve("summary.md"))
                .content()
                .contains(
                        "## ingest",
                        "| relationships | | | |",
                        "## tenants-1k",
                        "| tenantByTenant, the rest |",
                        "| smallTenants, clients 8 |")
                .contains("hops 3", "## load", "asked", "| one by one |", "| ingest, clients 4 | | | |");
        for (String drawing : List.of("vectors.svg", "walks.svg", "streams.svg")) {
            assertThat(out.resolve(drawing))
                    .content()
                    .contains("<svg", "</svg>")
                    .containsPattern("points=\"\\d");
        }
        assertThat(run("all", "--only", "nothing")).isEqualTo(1);
    }

    private static int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://localhost:" + SERVICE.port(), "--key", RunningService.OPERATOR));
        return BenchProgram.run(all.toArray(String[]::new));
    }
}
