package dev.rhizome.problem;

import java.time.Duration;

/** The service stops before it could answer; another process, or this one started again, answers. */
public final class Stopping extends RhizomeException {

    /** After which the request is worth sending again. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final long serialVersionUID = 1L;

    /** Says what became of the request. */
    public Stopping(String message) {
        super(message);
    }
}
