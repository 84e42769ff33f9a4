package dev.rhizome.http;

/**
 * What event ids are authenticated with; the same in every process of an installation, so that a stream can be resumed at
 * another one, and after a restart.
 *
 * @param key never printed
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StreamSecret(byte[] key) {

    @Override
    public String toString() {
        return "StreamSecret";
    }
}
