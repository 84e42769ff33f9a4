package dev.rhizome.http;

import dev.rhizome.integrity.KeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What event ids are authenticated with; the same in every process of an installation, so that a stream can be resumed at
 * another one, and after a restart. It is a secret of its own: ids are seen by clients, and must not be a test for guesses of
 * any other secret.
 *
 * @param key never printed
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StreamSecret(byte[] key) {

    private static final int BYTES = 32;
    private static final int SHORTEST = 32;

    /**
     * {@code configured}, or the secret in {@code home}, made there where there is none.
     *
     * @throws IllegalArgumentException when the configured secret is too short
     */
    public static StreamSecret resolve(String configured, Path home) {
        if (!configured.isBlank() && configured.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "RHIZOME_STREAM_SECRET: too short (expected: at least " + SHORTEST + " characters)");
        }
        String secret = configured.isBlank()
                ? KeyFile.readOrCreate(home.resolve("stream.key"), () -> KeyFile.random(BYTES))
                : configured;
        return new StreamSecret(secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "StreamSecret";
    }
}
