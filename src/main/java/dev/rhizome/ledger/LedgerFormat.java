package dev.rhizome.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How the chain of one tenant is sealed: which bytes stand for an entry and for a checkpoint, and by which seal. The bytes of
 * a version never change; other bytes are another version.
 */
public interface LedgerFormat<E extends LedgerEntry> {

    /** Whose chain it is. */
    UUID tenant();

    /** What seals checkpoints, and entries directly or through their hash. */
    Seal seal();

    /** The version of {@link #bytesOf}. */
    int checkpointVersion();

    /** What {@code checkpoint}'s seal is made of. */
    byte[] bytesOf(Checkpoint checkpoint);

    /**
     * What is wrong with an entry at its place.
     *
     * @param previous link of the entry before, null where it is not known
     * @return null where nothing is wrong
     */
    @Nullable
    Flaw flaw(E entry, @Nullable String previous);

    /**
     * What is wrong with an entry by itself, wherever it stands.
     *
     * @return null where nothing is wrong, or where an entry cannot be checked without its place
     */
    @Nullable
    Flaw flaw(E entry);

    /** A checkpoint of the chain at {@code end}, sealed now. */
    default Checkpoint checkpoint(ChainPosition end, @Nullable Instant at) {
        Checkpoint unsealed =
                new Checkpoint(tenant(), end.sequence(), end.link(), at, seal().keyId(), checkpointVersion(), "");
        return new Checkpoint(
                tenant(),
                end.sequence(),
                end.link(),
                at,
                unsealed.keyId(),
                checkpointVersion(),
                seal().seal(bytesOf(unsealed)));
    }

    /** Whether {@code checkpoint} is this tenant's, of a known version, and sealed by a trusted key. */
    default Seal.Check check(Checkpoint checkpoint) {
        return seal().check(checkpoint.keyId(), bytesOf(checkpoint), checkpoint.seal());
    }
}
