package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.http.StreamEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk along a chain, and what it has found. Each event has to follow the one before, and its mac has to be that of what it
 * says; the walk ends at the first that does not.
 */
final class Verification {

    /**
     * The first event that is not what it should be.
     *
     * @param sequence its place
     * @param id null where there is no event
     * @param reason {@code changed}: it, or its place, is not what its mac was made of; {@code missing}; {@code duplicate};
     *     {@code head}: the chain does not end as its sealed head says; {@code anchor}: it does not begin as its sealed
     *     anchor says; {@code outside}: it is before the beginning or behind the end
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Bad(long sequence, @Nullable String id, String reason) {}

    /**
     * How far the walk is.
     *
     * @param sequence of the last event that holds
     * @param events how many were looked at
     */
    record Progress(long sequence, long events) {}

    /**
     * What the walk has found.
     *
     * @param valid whether everything held
     * @param events how many did
     * @param from first place that was looked at, behind the anchor where retention removed what was before
     * @param to last place that was to be looked at
     * @param anchor where the chain begins, null where nothing was removed
     * @param head where it ended as the walk began
     * @param firstBad null where there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Done(
            boolean valid,
            long events,
            long from,
            long to,
            @Nullable Anchor anchor,
            End head,
            @Nullable Bad firstBad) {}

    /** The end of a chain; a copy kept elsewhere shows later whether the chain still goes through it. */
    record End(long sequence, String mac) {}

    /** What of the chain is to be looked at, both ends included. */
    record Range(long from, long to) {}

    private final EventChain chain;
    private final Head head;
    private final long to;
    private Anchor anchor;
    private long from;
    private long position;
    /** Null until the event before the range has been read. */
    private @Nullable String previous;

    private long events;
    private @Nullable Bad bad;

    /** A walk over {@code range} of the chain that begins behind {@code anchor} and ends with {@code head}. */
    Verification(EventChain chain, Range range, Head head, Anchor.Sealed anchor) {
        this.chain = chain;
        this.head = head;
        this.anchor = anchor.anchor();
        this.to = Math.min(range.to(), head.sequence());
        this.from = Math.max(range.from(), this.anchor.sequence() + 1);
        this.position = from - 1;
        this.previous = position == this.anchor.sequence() ? this.anchor.mac() : null;
        if (!head.holds(chain)) {
            bad = new Bad(head.sequence(), null, "head");
        } else if (!anchor.holds(chain)) {
            bad = new Bad(this.anchor.sequence(), null, "anchor");
        }
    }

    boolean isOver() {
        return bad != null || position >= to;
    }

    long position() {
        return position;
    }

    long to() {
        return to;
    }

    /**
     * Looks at the events from {@link #position} on.
     *
     * @param page in their order
     * @param latest the anchor as it was after the page was read; retention may have moved it meanwhile
     */
    void see(List<Event> page, Anchor.Sealed latest) {
        if (latest.anchor().sequence() > Math.max(position, anchor.sequence()) && latest.holds(chain)) {
            anchor = latest.anchor();
            position = anchor.sequence();
            previous = anchor.mac();
            return;
        }
        long before = position;
        boolean isFirst = true;
        for (Event event : page) {
            see(event, isFirst);
            if (bad != null) {
                return;
            }
            isFirst = false;
        }
        if (position == before && position < to) {
            bad = new Bad(position + 1, null, "missing");
        }
    }

    private void see(Event event, boolean isFirst) {
        if (event.sequence() == position && isFirst && position > anchor.sequence()) {
            previous = event.mac(); // seen as the last of the page before, or in front of the range
        } else if (event.sequence() == position) {
            bad = new Bad(position, event.id(), position == anchor.sequence() ? "outside" : "duplicate");
        } else if (previous == null) {
            bad = new Bad(position, null, "missing");
        } else if (event.sequence() != position + 1) {
            bad = new Bad(position + 1, null, "missing");
        } else if (!chain.holds(event, previous)) {
            bad = new Bad(event.sequence(), event.id(), "changed");
        } else {
            previous = event.mac();
            position++;
            events++;
        }
    }

    /** Whether the walk came to the end of the chain, so that what is outside of it can be told. */
    boolean cameToTheEnd() {
        if (bad == null && to == head.sequence() && previous != null && !previous.equals(head.mac())) {
            bad = new Bad(to, null, "head");
        }
        return bad == null && to == head.sequence();
    }

    /** Notes an event that is not part of the chain. */
    void seeOutside(Event event) {
        bad = new Bad(event.sequence(), event.id(), "outside");
    }

    List<StreamEvent> progress() {
        return List.of(StreamEvent.of("progress", new Progress(position, events)));
    }

    Done done() {
        return new Done(
                bad == null,
                events,
                from,
                to,
                anchor.equals(Anchor.NONE) ? null : anchor,
                new End(head.sequence(), head.mac()),
                bad);
    }
}
