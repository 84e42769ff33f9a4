package dev.rhizome.client;

import org.jspecify.annotations.Nullable;

/** What became of one line of an upload. */
public sealed interface LineResult {

    /** Number of the line, from 1. */
    long line();

    /**
     * The line was taken.
     *
     * @param id of what it says
     * @param status {@code created}, {@code updated} or {@code unchanged}
     */
    record Taken(long line, String id, String status) implements LineResult {}

    /**
     * The line was refused; others are not concerned.
     *
     * @param id of what it says, null where it cannot be known
     */
    record Refused(long line, @Nullable String id, Problem problem) implements LineResult {}
}
