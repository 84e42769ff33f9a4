package dev.rhizome.search;

/** How what the legs say becomes one score. */
public enum Fusion {
    /** By how similar they find a document, as a share of their best. */
    SCORE,
    /** By the place they give it. */
    RANK;
}
