package dev.rhizome.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every benchmark can be told. */
final class BenchOptions {

    @Option(names = "--url", description = "Measure the service there, instead of one that is started for this.")
    private @Nullable URI url;

    @Option(
            names = "--key",
            defaultValue = "${env:RHIZOME_OPERATOR_KEY}",
            description = "With --url: that service's operator key, or RHIZOME_OPERATOR_KEY.")
    private @Nullable String key;

    @Option(names = "--keep", description = "Leave the tenants that the benchmark made.")
    private boolean keep;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the figures there, with the settings and the machine, as JSON.")
    private @Nullable Path json;

    @Option(names = "--seed", description = "Of everything that is drawn at random (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Nullable
    URI url() {
        return url;
    }

    /** The operator's key of the service at {@link #url}. */
    String key() {
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException("--key: missing (expected: the operator's key of the service at --url)");
        }
        return key;
    }

    boolean keep() {
        return keep;
    }

    long seed() {
        return seed;
    }

    /**
     * Where the figures go, null for nowhere.
     *
     * @throws IllegalArgumentException where no file can be made
     */
    @Nullable
    Path json() {
        if (json != null) {
            Path directory = json.toAbsolutePath().getParent();
            if (Files.isDirectory(json) || directory == null || !Files.isWritable(directory)) {
                throw new IllegalArgumentException("--json: " + json + " (expected: a file that can be written)");
            }
        }
        return json;
    }

    /** {@code value}, which must not be less than {@code least}. */
    @CanIgnoreReturnValue
    static int atLeast(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: " + least + " or more)");
        }
        return value;
    }
}
