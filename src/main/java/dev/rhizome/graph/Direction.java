package dev.rhizome.graph;

/** Which relationships of an entity to follow. Undirected ones are followed whatever is asked for. */
public enum Direction {
    OUT,
    IN,
    BOTH;

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
