package dev.rhizome.provenance;

import java.util.UUID;

/**
 * Where a chain ends.
 *
 * @param tenant whose it is
 * @param sequence of its last entry, 0 where there is none
 * @param hash of its last entry, in hex
 * @param sealed last entry that a signed head covers
 */
record ChainEnd(UUID tenant, long sequence, String hash, long sealed) {

    boolean isSealed() {
        return sealed >= sequence;
    }
}
