package dev.rhizome.database;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What one request has to see of the log, and how far it has written itself. It travels in the context of the request; work without one,
 * such as that of jobs, reads at the primary.
 *
 * <p>Reads of one request all go to the standby that the first one went to, or to the primary: none sees less than the one before.
 */
public final class RequestPosition {

    /** Where it has not been said. */
    public static final long NOWHERE = 0;

    private final boolean mayReadFromStandby;
    private final long needed;
    private boolean isAtPrimary;
    private @Nullable Replica standby;
    private long written = NOWHERE;

    /**
     * Of a request that has just come.
     *
     * @param mayReadFromStandby whether it only reads, and what it reads may be a little old
     * @param needed position in the log up to which it has to see everything, in bytes
     */
    public RequestPosition(boolean mayReadFromStandby, long needed) {
        this.mayReadFromStandby = mayReadFromStandby;
        this.needed = needed;
    }

    /** That of a pipeline; null where it has none. */
    static @Nullable RequestPosition of(ContextView context) {
        return context.getOrDefault(RequestPosition.class, null);
    }

    /** From now on the request of {@code context}, if it is one's, reads at the primary. */
    public static void readAtPrimary(ContextView context) {
        RequestPosition request = of(context);
        if (request != null) {
            request.readAtPrimary();
        }
    }

    /** Notes that the request of {@code context}, if it is one's, has committed what is in the log in front of {@code position}. */
    public static void noteWritten(ContextView context, long position) {
        RequestPosition request = of(context);
        if (request != null) {
            request.noteWritten(position);
        }
    }

    /** A context that carries it, to be handed to {@code contextWrite}. */
    public Context context() {
        return Context.of(RequestPosition.class, this);
    }

    /** Position behind everything that the request has committed, in bytes; {@link #NOWHERE} where it has written nothing. */
    public synchronized long written() {
        return written;
    }

    synchronized void noteWritten(long position) {
        written = Math.max(written, position);
        isAtPrimary = true;
    }

    synchronized void readAtPrimary() {
        isAtPrimary = true;
    }

    long needed() {
        return needed;
    }

    /**
     * Where it reads now: the standby of before while it is among those that may be read from, or {@code first} if it has not read yet.
     * Null is the primary, and then for good.
     */
    synchronized @Nullable Replica standby(Supplier<@Nullable Replica> first) {
        if (!mayReadFromStandby || isAtPrimary) {
            return null;
        }
        if (standby == null) {
            standby = first.get();
        } else if (!standby.satisfies(needed)) {
            standby = null;
        }
        isAtPrimary = standby == null;
        return standby;
    }
}
