package dev.rhizome.problem;

import java.time.Duration;

/** The tenant uses all of its share of something already; trying again later may succeed. */
public final class ShareExceeded extends RhizomeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Says of what.
     *
     * @param retryAfter when a retry is worth it, whole seconds
     */
    public ShareExceeded(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When a retry is worth it. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
