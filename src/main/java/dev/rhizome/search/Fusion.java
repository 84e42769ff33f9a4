package dev.rhizome.search;

import java.util.Map;

/** How what the legs say becomes one score. */
public enum Fusion {
    /** By how similar they find a document, as a share of their best. */
    SCORE,
    /** By the place they give it. */
    RANK;

    /** The names as the API writes them. */
    public static final Map<String, Fusion> NAMES = Map.of("score", SCORE, "rank", RANK);
}
