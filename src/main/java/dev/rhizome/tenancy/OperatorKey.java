package dev.rhizome.tenancy;

import dev.rhizome.integrity.KeyFile;
import java.nio.file.Path;

/** Finds the operator's key, or makes one at the first start. */
public final class OperatorKey {

    private static final String PREFIX = "rzo_";
    private static final int BYTES = 24;
    private static final int SHORTEST = 16;

    private OperatorKey() {}

    /**
     * {@code configured}, or the key in {@code home}, made there where there is none.
     *
     * @throws IllegalArgumentException when the configured key is too short to be a secret
     */
    public static String resolve(String configured, Path home) {
        if (configured.isBlank()) {
            return KeyFile.readOrCreate(home.resolve("operator.key"), () -> PREFIX + KeyFile.random(BYTES));
        }
        if (configured.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "RHIZOME_OPERATOR_KEY: too short (expected: at least " + SHORTEST + " characters)");
        }
        return configured;
    }
}
