package dev.rhizome.client;

/**
 * A key that was just issued.
 *
 * @param id by which it is revoked
 * @param key the secret, which the service shows this once
 */
public record IssuedKey(String id, String key) {

    /** Without the secret, so that it does not get into logs. */
    @Override
    public String toString() {
        return "IssuedKey[id=" + id + "]";
    }
}
