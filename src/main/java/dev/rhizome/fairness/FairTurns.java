package dev.rhizome.fairness;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Decides who is next where tenants share a few places, such as the connections of a pool. The tenant goes first that has had
 * places for the shortest time; each tenant's own turns come in their order. This is start-time fair queueing (Goyal, Vin and
 * Cheng, 1996) with time in place of bytes: a turn is charged what the tenant's turns usually take when it begins, and the
 * difference when it ends. Who comes after a pause is charged as if it had not been away, so nobody saves up.
 *
 * <p>A tenant that is alone may have {@link Limits#alone()} places, but a few are always there for whoever comes next. Where others
 * are there, or were a moment ago, they share {@link Limits#contended()} places, and each may always have one. A turn that takes long
 * counts in the first number only.
 */
public final class FairTurns {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** How long a tenant counts as there after its last turn: who asks once in a while is not to find all places taken. */
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();
    /** One place in so many is kept for whoever comes next; the service itself has no more than as many. */
    private static final int KEPT = 4;
    /** Weight of the newest turn in the mean of what a tenant's turns take. */
    private static final double NEWEST = 0.1;
    /** A turn that takes longer does not count as one of several's: it may wait for a lock, and its tenant's others not with it. */
    private static final Duration LONG = Duration.ofMillis(250);

    private final Limits limits;
    private final LongSupplier clock;
    private final Line service = new Line(Who.SERVICE);
    private final Map<Who, Line> lines = new HashMap<>();
    /** Lines in which somebody waits. */
    private final Set<Line> queued = new LinkedHashSet<>();
    /** Lines without turns, those that have had none for the longest time in front. */
    private final Set<Line> idle = new LinkedHashSet<>();

    private int begun;
    private int waiting;
    private double now;
    private boolean isToLookAgain;

    /**
     * Whose turn it is.
     *
     * @param tenant null for the service's own questions, such as the look-up of a key, which have few places
     * @param ahead whether it goes before all that are not
     */
    public record Who(@Nullable TenantId tenant, boolean ahead) {

        /** The service itself. */
        public static final Who SERVICE = new Who(null, true);
    }

    /**
     * Bounds.
     *
     * @param what a place is, for messages
     * @param places that there are
     * @param alone how many of them a tenant may have while it is alone
     * @param contended how many of them several tenants share
     * @param waitingOfTenant most turns of one tenant that wait
     * @param waitingOfAll most turns that wait
     * @param longestWait of a turn; zero for any
     */
    public record Limits(
            String what,
            int places,
            int alone,
            int contended,
            int waitingOfTenant,
            int waitingOfAll,
            Duration longestWait) {

        /** As many as there are, without bounds of waiting. */
        public static Limits of(String what, int places) {
            return new Limits(what, places, places, places, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);
        }
    }

    /** The turns of one. */
    private static final class Line {

        private final Who who;
        private final Deque<Turn> waiting = new ArrayDeque<>();
        private final Set<Turn> begun = new LinkedHashSet<>();
        /** For how many nanoseconds it has had places, or where others were when it came. */
        private double used;
        /** What a turn usually takes, nanoseconds. */
        private double usual;

        private long lastSeen;

        Line(Who who) {
            this.who = who;
        }
    }

    private enum Stage {
        WAITING,
        BEGUN,
        ENDED
    }

    /** The right to have one place. */
    public final class Turn {

        private final Line line;
        private final MonoSink<Turn> sink;
        private Stage stage = Stage.WAITING;
        private double charged;
        private long began;

        private Turn(Line line, MonoSink<Turn> sink) {
            this.line = line;
            this.sink = sink;
        }

        /** Gives the place back, or no longer waits for one; a second time does nothing. */
        public void end() {
            synchronized (FairTurns.this) {
                if (stage == Stage.WAITING) {
                    leave(this);
                } else if (stage == Stage.BEGUN) {
                    settle(this);
                }
                stage = Stage.ENDED;
            }
            beginNext();
        }
    }

    /** Turns within {@code limits}. */
    public FairTurns(Limits limits) {
        this(limits, System::nanoTime);
    }

    /** Turns within {@code limits}, measured by {@code clock}, in nanoseconds. */
    FairTurns(Limits limits, LongSupplier clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** How many turns wait. */
    public synchronized int waiting() {
        return waiting;
    }

    /** How many count as there. */
    synchronized int remembered() {
        return lines.size();
    }

    /**
     * Waits for a turn of {@code who}; whoever gets it ends it. An error of {@link ShareExceeded} where the tenant has too many that
     * wait, or has as many places as it may have and none becomes free in time; of {@link Overloaded} where all together have.
     * Cancelling gives it up.
     */
    public Mono<Turn> next(Who who) {
        Mono<Turn> next = Mono.create(sink -> enter(who, sink));
        return limits.longestWait().isZero()
                ? next
                : next.timeout(limits.longestWait()).onErrorMap(TimeoutException.class, late -> tooLate(who));
    }

    private void enter(Who who, MonoSink<Turn> sink) {
        RhizomeException refused;
        Turn turn;
        synchronized (this) {
            Line line = who.tenant() == null ? service : lines.computeIfAbsent(who, Line::new);
            turn = new Turn(line, sink);
            refused = refusal(line);
            if (refused == null) {
                add(turn);
            } else {
                rest(line);
            }
        }
        if (refused == null) {
            sink.onCancel(turn::end);
            beginNext();
        } else {
            sink.error(refused);
        }
    }

    private @Nullable RhizomeException refusal(Line line) {
        if (line.waiting.size() >= limits.waitingOfTenant()) {
            return tenantHasTooMany();
        }
        return waiting >= limits.waitingOfAll() ? allHaveTooMany() : null;
    }

    private void add(Turn turn) {
        Line line = turn.line;
        if (line.begun.isEmpty() && line.waiting.isEmpty()) {
            line.used = Math.max(line.used, now);
            idle.remove(line);
        }
        line.waiting.add(turn);
        queued.add(line);
        waiting++;
    }

    private void leave(Turn turn) {
        if (turn.line.waiting.remove(turn)) {
            waiting--;
        }
        rest(turn.line);
    }

    private void settle(Turn turn) {
        Line line = turn.line;
        long took = clock.getAsLong() - turn.began;
        line.used += took - turn.charged;
        line.usual += NEWEST * (took - line.usual);
        line.begun.remove(turn);
        begun--;
        rest(line);
    }

    private void rest(Line line) {
        if (line.waiting.isEmpty()) {
            queued.remove(line);
            if (line.begun.isEmpty() && line != service) {
                line.lastSeen = clock.getAsLong();
                idle.add(line);
            }
        }
    }

    private void beginNext() {
        List<Turn> next = new ArrayList<>();
        synchronized (this) {
            forgetWhoLeft();
            for (Line line = first(); line != null; line = first()) {
                next.add(begin(line));
            }
            lookAgain();
        }
        next.forEach(turn -> turn.sink.success(turn));
    }

    /** While somebody waits, turns become long without anything else that happens. */
    private void lookAgain() {
        if (waiting > 0 && !isToLookAgain) {
            isToLookAgain = true;
            Disposable unused = Schedulers.parallel()
                    .schedule(
                            () -> {
                                synchronized (this) {
                                    isToLookAgain = false;
                                }
                                beginNext();
                            },
                            LONG.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void forgetWhoLeft() {
        long oldest = clock.getAsLong() - REMEMBERED_NANOS;
        while (!idle.isEmpty()) {
            Line line = idle.iterator().next();
            if (line.lastSeen > oldest) {
                return;
            }
            idle.remove(line);
            lines.remove(line.who);
        }
    }

    private @Nullable Line first() {
        if (begun >= limits.places()) {
            return null;
        }
        Line first = null;
        for (Line line : queued) {
            if (mayBegin(line) && (first == null || isBefore(line, first))) {
                first = line;
            }
        }
        return first;
    }

    private static boolean isBefore(Line one, Line other) {
        return one.who.ahead() == other.who.ahead() ? one.used < other.used : one.who.ahead();
    }

    private Turn begin(Line line) {
        Turn turn = line.waiting.remove();
        turn.stage = Stage.BEGUN;
        turn.began = clock.getAsLong();
        turn.charged = line.usual;
        if (line != service) {
            now = Math.max(now, line.used);
        }
        line.used += turn.charged;
        line.begun.add(turn);
        begun++;
        waiting--;
        rest(line);
        return turn;
    }

    private boolean mayBegin(Line line) {
        int kept = limits.places() / KEPT;
        if (line == service) {
            return line.begun.size() < Math.max(1, kept);
        }
        // All that were here a moment ago count as one, for few of them come back at the same time.
        int several = lines.size() - idle.size() + (idle.isEmpty() ? 0 : 1);
        return line.begun.size() < Math.max(1, Math.min(limits.alone(), limits.places() - kept))
                && (several == 1 || notLong(line) < Math.max(1, limits.contended() / several));
    }

    private long notLong(Line line) {
        long latest = clock.getAsLong() - LONG.toNanos();
        return line.begun.stream().filter(turn -> turn.began > latest).count();
    }

    private synchronized RhizomeException tooLate(Who who) {
        Line line = who.tenant() == null ? service : lines.get(who);
        return line != null && !mayBegin(line) ? tenantHasTooMany() : allHaveTooMany();
    }

    private RhizomeException tenantHasTooMany() {
        return new ShareExceeded(
                "the tenant has its share of " + limits.what() + "s, and others of its requests wait; try again later",
                RETRY_AFTER);
    }

    private RhizomeException allHaveTooMany() {
        return new Overloaded("no " + limits.what() + " became free in time; try again later", RETRY_AFTER);
    }
}
