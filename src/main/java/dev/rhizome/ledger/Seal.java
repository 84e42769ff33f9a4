package dev.rhizome.ledger;

import org.jspecify.annotations.Nullable;

/** What only the holder of a key can make of some bytes. */
public sealed interface Seal permits HmacSeal, Ed25519Seal {

    /** What a seal was found to be. */
    enum Check {
        VALID,
        /** Made with a key that is unknown, or not trusted. */
        UNTRUSTED_KEY,
        INVALID
    }

    /** The id of the key that makes seals; null where the key has no id. */
    @Nullable
    String keyId();

    /** The seal of {@code message}, in hex. */
    String seal(byte[] message);

    /**
     * Checks a seal.
     *
     * @param keyId of the key that is said to have made it; null where keys have no ids
     * @param seal in hex; text that is not hex is an invalid seal
     */
    Check check(@Nullable String keyId, byte[] message, String seal);
}
