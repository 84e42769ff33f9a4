package dev.rhizome.search;

import java.util.Comparator;
import java.util.Locale;

/** A way of finding documents. */
public enum Retriever {
    VECTOR,
    TEXT,
    GRAPH;

    /** Documents in the order in which it finds them, ties by key. */
    Comparator<Candidate> bestFirst() {
        Comparator<Candidate> byMeasure = Comparator.comparingDouble(Candidate::measure);
        return (this == VECTOR ? byMeasure : byMeasure.reversed()).thenComparing(Candidate::key);
    }

    /** The name as the API writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
