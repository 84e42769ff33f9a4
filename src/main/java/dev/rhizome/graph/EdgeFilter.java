package dev.rhizome.graph;

import java.util.List;

/**
 * Which relationships a walk follows.
 *
 * @param direction from the entity's point of view
 * @param types empty for all
 * @param minConfidence 0 to 1
 */
public record EdgeFilter(Direction direction, List<String> types, float minConfidence) {

    /** Most types that a request may name. */
    public static final int MOST_TYPES = 100;

    EdgeFilter reversed() {
        return new EdgeFilter(direction.reversed(), types, minConfidence);
    }
}
