package dev.rhizome.tenancy;

import dev.rhizome.integrity.KeyFile;
import java.nio.file.Path;
import java.util.List;

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
        return configured.isBlank()
                ? KeyFile.readOrCreate(home.resolve("operator.key"), () -> PREFIX + KeyFile.random(BYTES))
                : longEnough("RHIZOME_OPERATOR_KEY", configured);
    }

    /**
     * The operator's keys that count: that of {@link #resolve}, and the one of before, while it is being replaced.
     *
     * @throws IllegalArgumentException when a configured key is too short to be a secret
     */
    static List<String> all(OperatorProperties properties) {
        String current = resolve(properties.operatorKey(), properties.home());
        String before = properties.operatorKeyBefore();
        return before.isBlank()
                ? List.of(current)
                : List.of(current, longEnough("RHIZOME_OPERATOR_KEY_BEFORE", before));
    }

    private static String longEnough(String variable, String key) {
        if (key.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    variable + ": too short (expected: at least " + SHORTEST + " characters)");
        }
        return key;
    }
}
