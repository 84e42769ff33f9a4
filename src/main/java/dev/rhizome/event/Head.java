package dev.rhizome.event;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain ends.
 *
 * @param sequence of the last event, 0 where there never was one
 * @param mac of it
 * @param seal over both, null where there never was an event
 */
record Head(long sequence, String mac, @Nullable String seal) {

    static final Head NONE = new Head(0, EventChain.BEGINNING, null);

    static Head of(Readable row) {
        return new Head(
                Rows.required(row, "sequence", Long.class),
                Rows.required(row, "mac", String.class),
                row.get("seal", String.class));
    }

    boolean holds(EventChain chain) {
        return seal == null
                ? sequence == 0 && mac.equals(EventChain.BEGINNING)
                : EventChain.equal(chain.sealOfHead(sequence, mac), seal);
    }
}
