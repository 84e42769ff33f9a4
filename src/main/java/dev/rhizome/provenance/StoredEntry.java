package dev.rhizome.provenance;

import dev.rhizome.ledger.LedgerEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry and its payload.
 *
 * @param entry of the chain
 * @param payload null where the entry never had one, or where it was erased
 */
public record StoredEntry(ChainEntry entry, @Nullable Payload payload) implements LedgerEntry {

    @Override
    public String id() {
        return entry.key().nodeId();
    }

    @Override
    public long sequence() {
        return entry.sequence();
    }

    @Override
    public String link() {
        return entry.hash();
    }

    @Override
    public boolean lacksPayload() {
        return entry.payloadHash() != null && payload == null;
    }

    @Override
    public List<Long> erases() {
        return entry.erases();
    }
}
