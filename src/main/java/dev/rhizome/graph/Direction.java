package dev.rhizome.graph;

import java.util.Map;

/** Which relationships of an entity to follow. Undirected ones are followed whatever is asked for. */
public enum Direction {
    OUT,
    IN,
    BOTH;

    /** The names as the API writes them. */
    public static final Map<String, Direction> NAMES = Map.of("out", OUT, "in", IN, "both", BOTH);

    boolean followsOut() {
        return this != IN;
    }

    boolean followsIn() {
        return this != OUT;
    }

    Direction reversed() {
        return switch (this) {
            case OUT -> IN;
            case IN -> OUT;
            case BOTH -> BOTH;
        };
    }
}
