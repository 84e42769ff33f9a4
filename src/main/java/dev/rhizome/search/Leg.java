package dev.rhizome.search;

import java.util.Locale;
import java.util.Map;

/** A way of finding things. */
public enum Leg {
    VECTOR,
    TEXT,
    GRAPH;

    /** The names as the API writes them. */
    public static final Map<String, Leg> NAMES = Map.of("vector", VECTOR, "text", TEXT, "graph", GRAPH);

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
