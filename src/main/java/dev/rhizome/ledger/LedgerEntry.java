package dev.rhizome.ledger;

import java.util.List;

/** What the ledger has to know of an entry. */
public interface LedgerEntry {

    /** The entry's name in its tenant. */
    String id();

    /** Place in the chain, from 1 without gaps. */
    long sequence();

    /** Hash or MAC in hex, which the next entry is bound to. */
    String link();

    /** Whether the entry had a payload that is gone; an entry that {@link #erases} it has to account for that. */
    default boolean lacksPayload() {
        return false;
    }

    /** Sequences of the entries whose payloads this one says to have erased. */
    default List<Long> erases() {
        return List.of();
    }
}
