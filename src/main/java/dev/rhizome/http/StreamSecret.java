package dev.rhizome.http;

import dev.rhizome.integrity.KeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What event ids are authenticated with; the same in every process of an installation, so that a stream can be resumed at
 * another one, and after a restart. It is a secret of its own: ids are seen by clients, and must not be a test for guesses of
 * any other secret.
 *
 * @param keys the one that is used, then others that count as well; never printed
 */
public record StreamSecret(List<byte[]> keys) {

    private static final int BYTES = 32;
    private static final int SHORTEST = 32;

    /**
     * {@code configured}, or the secret in {@code home}, made there where there is none.
     *
     * @throws IllegalArgumentException when the configured secret is too short
     */
    public static StreamSecret resolve(String configured, Path home) {
        return new StreamSecret(List.of(
                configured.isBlank()
                        ? bytes(KeyFile.readOrCreate(home.resolve("stream.key"), () -> KeyFile.random(BYTES)))
                        : longEnough("RHIZOME_STREAM_SECRET", configured)));
    }

    /**
     * This secret, and the one of before, while it is being replaced.
     *
     * @param before empty for none
     * @throws IllegalArgumentException when it is too short
     */
    public StreamSecret or(String before) {
        return before.isBlank()
                ? this
                : new StreamSecret(List.of(keys.getFirst(), longEnough("RHIZOME_STREAM_SECRET_BEFORE", before)));
    }

    private static byte[] longEnough(String variable, String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    variable + ": too short (expected: at least " + SHORTEST + " characters)");
        }
        return bytes(secret);
    }

    private static byte[] bytes(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "StreamSecret";
    }
}
