package dev.rhizome.provenance;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.LedgerFormat;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a chain of provenance is sealed: an entry's hash covers all of its fields, the hash of the entry before among
 * them; the signature covers the hash.
 *
 * @param tenant under whose id the chain is sealed
 * @param seal signs and checks
 */
record ProvenanceLedger(UUID tenant, Ed25519Seal seal) implements LedgerFormat<StoredEntry> {

    private static final int CHECKPOINT_VERSION = 1;
    private static final String CHECKPOINT_DOMAIN = "rhizome.provenance.head";

    @Override
    public int checkpointVersion() {
        return CHECKPOINT_VERSION;
    }

    @Override
    public byte[] bytesOf(Checkpoint checkpoint) {
        return new CanonicalEncoding(CHECKPOINT_DOMAIN, checkpoint.version())
                .id(checkpoint.tenant())
                .integer(checkpoint.sequence())
                .bytes(HexFormat.of().parseHex(checkpoint.link()))
                .time(checkpoint.at())
                .text(checkpoint.keyId())
                .toBytes();
    }

    @Override
    public @Nullable Flaw flaw(StoredEntry stored, @Nullable String previous) {
        ChainEntry entry = stored.entry();
        if (!entry.tenant().equals(tenant)) {
            return changed("the entry is another tenant's");
        }
        if (previous != null && !entry.previousHash().equals(previous)) {
            return changed("the entry does not follow the one in front of it");
        }
        Flaw own = flaw(stored);
        Payload payload = stored.payload();
        return own == null && payload != null && !isWhatWasWritten(payload, entry)
                ? changed("the payload is not the one that was written")
                : own;
    }

    @Override
    public @Nullable Flaw flaw(StoredEntry stored) {
        ChainEntry entry = stored.entry();
        if (entry.version() != ChainEntry.VERSION) {
            return changed("the entry is of the unknown version " + entry.version());
        }
        if (!isWhatWasHashed(entry)) {
            return changed("the entry is not what its hash was made of");
        }
        return switch (seal.check(entry.keyId(), ChainEntry.signedBytes(entry.hash()), entry.signature())) {
            case UNTRUSTED_KEY -> changed("the entry is signed by the key " + entry.keyId() + ", which is not trusted");
            case INVALID -> changed("the signature is not that of the key " + entry.keyId());
            case VALID -> null;
        };
    }

    private static boolean isWhatWasWritten(Payload payload, ChainEntry entry) {
        try {
            return payload.hash().equals(entry.payloadHash());
        } catch (IllegalArgumentException e) {
            return false; // the salt is not hex
        }
    }

    private static boolean isWhatWasHashed(ChainEntry entry) {
        try {
            return entry.hash().equals(entry.computedHash());
        } catch (IllegalArgumentException e) {
            return false; // a hash is not hex
        }
    }

    private static Flaw changed(String reason) {
        return new Flaw(Flaw.Kind.CHANGED, reason);
    }
}
