package dev.rhizome.problem;

import java.time.Duration;

/** There is no capacity for the request now; trying again later may succeed. */
public final class Overloaded extends RhizomeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Says what ran out.
     *
     * @param retryAfter when a retry is worth it, whole seconds
     */
    public Overloaded(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When a retry is worth it. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
