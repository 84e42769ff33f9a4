package dev.rhizome.search;

import java.util.Locale;
import java.util.Map;

/** A way of finding documents. */
public enum Retriever {
    VECTOR,
    TEXT,
    GRAPH;

    /** The names as the API writes them. */
    public static final Map<String, Retriever> NAMES = Map.of("vector", VECTOR, "text", TEXT, "graph", GRAPH);

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
