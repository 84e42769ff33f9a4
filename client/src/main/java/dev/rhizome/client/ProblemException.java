package dev.rhizome.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The service refused a request, or could not answer it. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final @Nullable Duration retryAfter;

    ProblemException(Problem problem, @Nullable Duration retryAfter) {
        super(problem.status() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** What the service said. */
    public Problem problem() {
        return problem;
    }

    /** The HTTP status. */
    public int status() {
        return problem.status();
    }

    /** How long the service asks to wait before the request is sent again; null where it does not. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
