package dev.rhizome.provenance;

import org.jspecify.annotations.Nullable;

/**
 * An entry and its payload.
 *
 * @param payload null where it never had one, or has none any more
 */
public record StoredEntry(ChainEntry entry, @Nullable Payload payload) {

    /** Whether it had a payload that is not there any more. */
    boolean isErased() {
        return entry.payloadHash() != null && payload == null;
    }
}
