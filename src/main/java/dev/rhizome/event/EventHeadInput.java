package dev.rhizome.event;

import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.validation.HexDigits;
import dev.rhizome.validation.WholeNumber;
import java.util.UUID;

/**
 * A head of events that a client kept.
 *
 * @param tenant see {@link Checkpoint}, as all that follow
 */
record EventHeadInput(
        UUID tenant,
        @WholeNumber(min = 1) long sequence,
        @HexDigits(length = 64) String hash,
        @WholeNumber(min = 1, max = 1) int version,
        @HexDigits(length = 64) String signature) {

    Checkpoint checkpoint() {
        return new Checkpoint(tenant, sequence, hash, null, null, version, signature);
    }
}
