package dev.rhizome.provenance;

import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.Seal;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.HexDigits;
import dev.rhizome.validation.WholeNumber;
import java.time.Instant;
import java.util.UUID;

/**
 * A checkpoint that a client kept.
 *
 * @param tenant see {@link Checkpoint}, as all that follow
 */
record CheckpointInput(
        UUID tenant,
        @WholeNumber(min = 1) long sequence,
        @HexDigits(length = 64) String hash,
        Instant at,
        @HexDigits(length = 16) String keyId,
        @WholeNumber(min = 1, max = 1) int version,
        @HexDigits(length = 128) String signature) {

    /**
     * The checkpoint.
     *
     * @throws InvalidRequest where a trusted key did not sign it, since it says nothing about the chain then
     */
    Checkpoint signedBy(Ed25519Seal seal) {
        Checkpoint checkpoint = new Checkpoint(tenant, sequence, hash, at, keyId, version, signature);
        if (new ProvenanceLedger(tenant, seal).check(checkpoint) != Seal.Check.VALID) {
            throw InvalidRequest.of("signature", "not made with a trusted key", "a head as the service gave it out");
        }
        return checkpoint;
    }
}
