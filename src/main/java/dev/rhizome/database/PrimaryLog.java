package dev.rhizome.database;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * How far the primary's log had been written at which moments, and so how old what a standby shows may be: who has replayed up to where
 * the log ended at a moment shows all that had been committed by then. No clock of a server has a part in it.
 *
 * <p>Moments are of {@code System.nanoTime}, positions are bytes from the beginning of the log.
 */
final class PrimaryLog {

    /** More than an hour of moments that are a second apart. */
    private static final int KEPT = 4_096;

    private final Deque<Moment> moments = new ArrayDeque<>();
    private int timeline;

    private record Moment(long at, long position) {}

    /**
     * Notes that the log was written at least up to {@code position} when it was asked at {@code at}. With a new {@code timeline}, what
     * is known of the one before counts no more; of an old one nothing is noted.
     */
    synchronized void note(int timeline, long at, long position) {
        if (timeline < this.timeline) {
            return;
        }
        if (timeline > this.timeline) {
            moments.clear();
            this.timeline = timeline;
        }
        Moment last = moments.peekLast();
        if (last != null && last.position() >= position) {
            moments.removeLast(); // nothing was written in between, so that the later moment says more
        }
        moments.addLast(new Moment(at, position));
        if (moments.size() > KEPT) {
            moments.removeFirst();
        }
    }

    /**
     * The last known moment of which a server that has replayed up to {@code position} shows everything.
     *
     * @param otherwise where there is none
     */
    synchronized long shownBy(long position, long otherwise) {
        Iterator<Moment> latestFirst = moments.descendingIterator();
        while (latestFirst.hasNext()) {
            Moment moment = latestFirst.next();
            if (moment.position() <= position) {
                return moment.at();
            }
        }
        return otherwise;
    }
}
