package dev.rhizome.tenancy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the operator's key, or makes one at the first start. */
public final class OperatorKey {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorKey.class);
    private static final String PREFIX = "rzo_";
    private static final int SHORTEST = 16;

    private OperatorKey() {}

    /**
     * {@code configured}, or the key in {@code home}, made there with mode 0600 where there is none.
     *
     * @throws IllegalArgumentException when the configured key is too short to be a secret
     */
    public static String resolve(String configured, Path home) {
        if (!configured.isBlank()) {
            if (configured.length() < SHORTEST) {
                throw new IllegalArgumentException(
                        "RHIZOME_OPERATOR_KEY: too short (expected: at least " + SHORTEST + " characters)");
            }
            return configured;
        }
        Path file = home.resolve("operator.key");
        try {
            return Files.exists(file) ? Files.readString(file).strip() : create(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the operator's key in " + file, e);
        }
    }

    private static String create(Path file) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + HexFormat.of().formatHex(random);
        Files.createDirectories(file.getParent());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, key + "\n");
        LOG.atInfo()
                .addKeyValue("event", "operator-key-created")
                .addKeyValue("file", file)
                .log("made an operator key");
        return key;
    }
}
