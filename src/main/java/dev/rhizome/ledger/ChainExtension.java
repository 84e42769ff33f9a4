package dev.rhizome.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Entries to be appended to a locked chain, each bound to the one before. */
public final class ChainExtension<E extends LedgerEntry> {

    private final List<E> entries = new ArrayList<>();
    private ChainPosition end;

    /** Nothing yet, behind the end of the chain. */
    public ChainExtension(ChainPosition end) {
        this.end = end;
    }

    /**
     * Adds an entry.
     *
     * @param seal makes the entry that follows a position
     * @return the entry
     */
    @com.google.errorprone.annotations.CanIgnoreReturnValue
    public E add(Function<ChainPosition, E> seal) {
        E entry = seal.apply(end);
        end = ChainPosition.of(entry);
        entries.add(entry);
        return entry;
    }

    /** The entries in their order. */
    public List<E> entries() {
        return entries;
    }

    /** Where the chain ends with the entries. */
    public ChainPosition end() {
        return end;
    }
}
