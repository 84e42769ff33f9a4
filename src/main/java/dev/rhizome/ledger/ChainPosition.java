package dev.rhizome.ledger;

/**
 * A place in a chain.
 *
 * @param sequence of the entry there, 0 in front of the first
 * @param link hash or MAC of that entry in hex, which the next entry is bound to
 */
public record ChainPosition(long sequence, String link) {

    /** In front of the first entry of every chain. */
    public static final ChainPosition BEGINNING = new ChainPosition(0, "0".repeat(64));

    /** Where {@code entry} is. */
    public static ChainPosition of(LedgerEntry entry) {
        return new ChainPosition(entry.sequence(), entry.link());
    }
}
