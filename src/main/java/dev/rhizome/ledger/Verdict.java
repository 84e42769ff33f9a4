package dev.rhizome.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What the verification of a chain found.
 *
 * @param entries looked at
 * @param intact how many of them came before the first flaw
 * @param checkpoints looked at
 * @param erased how many of the entries have lost their payload to an erasure
 * @param finding the first flaw in the order of the chain, null where there is none
 */
public record Verdict(
        long entries,
        long intact,
        long checkpoints,
        long erased,
        @Nullable Finding finding) {

    /**
     * A flaw and its place.
     *
     * @param sequence of the first entry that is not as it was written
     * @param id of the entry, null where there is none
     * @param flaw what is wrong
     */
    public record Finding(long sequence, @Nullable String id, Flaw flaw) {}

    /** Whether all is as it was written. */
    public boolean valid() {
        return finding == null;
    }
}
