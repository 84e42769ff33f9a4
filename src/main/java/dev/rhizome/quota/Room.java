package dev.rhizome.quota;

import dev.rhizome.problem.QuotaExceeded;

/**
 * How much more may be written.
 *
 * @param rows so many new ones
 * @param why no more
 * @param isForAll whether nothing may be written at all, not even anew
 */
record Room(long rows, String why, boolean isForAll) {

    /** For anything. */
    static final Room ENOUGH = new Room(Long.MAX_VALUE, "", false);

    boolean has(long wanted) {
        return rows >= wanted;
    }

    QuotaExceeded problem() {
        return new QuotaExceeded(why + "; remove something, or have the limit raised");
    }
}
