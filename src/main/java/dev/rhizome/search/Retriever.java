package dev.rhizome.search;

import java.util.Locale;

/** A way of finding documents. */
public enum Retriever {
    VECTOR,
    TEXT,
    GRAPH;

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
