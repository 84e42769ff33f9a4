package dev.rhizome.ledger;

/**
 * What is wrong with an entry, or with a chain at an entry.
 *
 * @param kind for programs
 * @param reason for people
 */
public record Flaw(Kind kind, String reason) {

    /** Kinds of flaws. */
    public enum Kind {
        /** There is no entry of that sequence. */
        MISSING,
        /** There is another entry of that sequence. */
        DUPLICATE,
        /** The entry is not the one that was written there. */
        CHANGED,
        /** A checkpoint is not valid, or says that another entry was there. */
        CHECKPOINT,
        /** The point at which the chain was truncated is not valid. */
        TRUNCATION,
        /** The entry is in front of the chain's beginning or behind its end. */
        OUTSIDE
    }
}
