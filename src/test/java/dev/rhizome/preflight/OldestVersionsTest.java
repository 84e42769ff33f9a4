package dev.rhizome.preflight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions are accepted: by the check, and by the script that fetches and starts the private PostgreSQL. */
class OldestVersionsTest {

    /** The functions of bin/postgres, before it does anything. */
    private static final String SCRIPT = """
            set -euo pipefail
            project=$PWD
            . bin/lib/common.sh
            . bin/lib/postgres-bundle.sh
            """;

    @ParameterizedTest
    @CsvSource({
        "9.6.24, false",
        "13.23, false",
        "15.19, false",
        "15.99, false",
        "16.0, false",
        "16.10, false",
        "16.14, false",
        "16.15, true",
        "16.16, true",
        "17.6, false",
        "17.10, false",
        "17.11, true",
        "17.12, true",
        "18.0, false",
        "18.4, false",
        "18.5, false",
        "18.6, true",
        "18.6.1, true",
        "18.10, true",
        "19, true",
        "19.0, true",
        "20.3, true"
    })
    void aServerIsAcceptedFromTheMinorVersionThatHasNoKnownHole(String version, boolean accepted) throws Exception {
        assertThat(OldestVersions.acceptsServer(version)).isEqualTo(accepted);
        assertThat(accepts("accepts_server " + version)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5.1, false",
        "0.8.0, false",
        "0.8.1, false",
        "0.8.2, false",
        "0.8.3, false",
        "0.8.4, true",
        "0.8.7, true",
        "0.8.10, true",
        "0.8, false",
        "0.9.0, true",
        "1.0, true",
        "not-installed, false",
        "none, false"
    })
    void pgvectorIsAcceptedFromTheVersionThatHasNoKnownHole(String version, boolean accepted) throws Exception {
        assertThat(OldestVersions.acceptsPgvector(version)).isEqualTo(accepted);
        assertThat(accepts("accepts_pgvector " + version)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "18.6 (Debian 18.6-3), true",
        "18.5 (Debian 18.5-1.pgdg13+1), false",
        "19beta2, true",
        "17.10-r1, false",
        "unknown, false"
    })
    void whatADistributionAddsToAVersionDoesNotMatter(String version, boolean accepted) {
        assertThat(OldestVersions.acceptsServer(version)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "18.6, 0.8.7, true",
        "18.5, 0.8.7, false",
        "18.6, 0.8.3, false",
        "17.10, 0.8.4, false",
        "17.11, 0.8.4, true",
        "15.19, 0.8.7, false",
        "18.6, , false"
    })
    void onlyAPairThatTheCheckAcceptsIsUsed(String server, @Nullable String vector, boolean used, @TempDir Path cache)
            throws Exception {
        bundle(cache.resolve("postgres-bundle"), server, vector);

        assertThat(run(cache, "bundled_bin_dirs")).matches(found -> found.isBlank() != used);
    }

    @ParameterizedTest
    @CsvSource({
        "18.6-3, 0.8.7-1, true",
        "18.5-1, 0.8.7-1, false",
        "18.6-3, 0.8.0-1, false",
        "17.10-0+deb13u1, 0.8.7-1, false",
        "2:18.6-1, 0.8.7-1, true",
        "'', '', false"
    })
    void onlyAPairThatTheCheckAcceptsIsFetched(String server, String vector, boolean fetched, @TempDir Path cache)
            throws Exception {
        Files.createDirectories(cache.resolve("work"));
        String mirror = """
                work=%s/work
                private_apt() {
                  case $3 in
                    *-pgvector) echo "Version: %s" ;;
                    *) echo "Version: %s" ;;
                  esac
                }
                """.formatted(cache, vector, server);

        String answer = run(cache, mirror + "offers_what_will_do forky 18 && echo fetched || cat \"$work/log\"");

        assertThat(answer.strip())
                .matches(fetched ? "fetched" : "rhizome: Debian forky has .*on which the service does not run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql-too-old", "pgvector-too-old"})
    void aRuleNamesTheOldestThatWillDo(String id) {
        Rule rule = Preflight.rules().stream()
                .filter(named -> named.id().equals(id))
                .findFirst()
                .orElseThrow();

        assertThat(rule.remedy()).containsAnyOf(OldestVersions.servers(), OldestVersions.pgvector());
        assertThat(OldestVersions.servers()).isEqualTo("16.15, 17.11, 18.6");
    }

    @Test
    void whoFindsNoneIsToldTheOldestThatWillDo(@TempDir Path cache) throws Exception {
        assertThat(run(cache, "echo \"${alternatives[@]}\""))
                .contains(OldestVersions.servers())
                .contains("pgvector " + OldestVersions.pgvector());
    }

    private static boolean accepts(String test) throws Exception {
        return run(Path.of("/nonexistent"), test + " && echo yes || echo no")
                .strip()
                .equals("yes");
    }

    /** Programs that are no more than their versions. */
    private static void bundle(Path root, String server, @Nullable String vector) throws IOException {
        String major = server.split("\\.", -1)[0];
        Path bin = Files.createDirectories(root.resolve("usr/lib/postgresql/" + major + "/bin"));
        Path share = Files.createDirectories(root.resolve("usr/share/postgresql/" + major + "/extension"));
        for (String program : new String[] {"postgres", "initdb", "pg_ctl", "psql"}) {
            Path file = bin.resolve(program);
            Files.writeString(file, "#!/bin/sh\necho 'postgres (PostgreSQL) " + server + " (Debian)'\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        if (vector != null) {
            Files.writeString(share.resolve("vector.control"), "default_version = '" + vector + "'\n");
        }
    }

    private static String run(Path cache, String commands) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", SCRIPT + commands);
        builder.environment().put("RHIZOME_CACHE", cache.toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
