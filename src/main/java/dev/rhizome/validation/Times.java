package dev.rhizome.validation;

import dev.rhizome.problem.InvalidRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times that are understood: their bounds, as defaults of fields say them, and ends that are still to come. */
public final class Times {

    /** The first. */
    public static final String EARLIEST = "1900-01-01T00:00:00Z";

    /** The last. */
    public static final String LATEST = "9999-01-01T00:00:00Z";

    private Times() {}

    /**
     * Refuses the end of something that begins now.
     *
     * @throws InvalidRequest where {@code end} is not behind {@code now}; null is no end
     */
    public static void checkBehind(Instant now, String field, @Nullable Instant end) {
        if (end != null && !end.isAfter(now)) {
            throw InvalidRequest.of(field, end, "a time in the future, such as 2031-01-31T12:00:00Z");
        }
    }
}
