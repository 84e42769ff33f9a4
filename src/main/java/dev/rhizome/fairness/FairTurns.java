package dev.rhizome.fairness;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Decides who is next where tenants share a few places, such as the connections of a pool. The tenant goes first that has had
 * places for the shortest time; each tenant's own turns come in their order. This is start-time fair queueing (Goyal, Vin and
 * Cheng, 1996) with time in place of bytes: a turn is charged what the tenant's turns usually take when it begins, and the
 * difference when it ends. Who comes after a pause is charged as if it had not been away, so nobody saves up. A tenant of weight 3
 * is charged a third of its time.
 *
 * <p>A tenant that is alone may have {@link Limits#alone()} places, but a few are always there for whoever comes next. Where others
 * are there, or were a moment ago, they share {@link Limits#contended()} places by their weights. Each may always have one, and one of
 * more weight as many more as its weight says. A turn that takes long counts in the first number only.
 */
public final class FairTurns {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** How long a tenant counts as there after its last turn: who asks once in a while is not to find all places taken. */
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();
    /** One place in so many is kept for whoever comes next; the service itself has no more than as many. */
    private static final int KEPT = 4;
    /** A turn that takes longer does not count as one of several's: it may wait for a lock, and its tenant's others not with it. */
    private static final Duration LONG = Duration.ofMillis(250);

    private final Limits limits;
    private final ToIntFunction<TenantId> weights;
    private final ObjLongConsumer<TenantId> tally;
    private final LongSupplier clock;
    private final Lines lines = new Lines();
    /** Lines in which somebody waits. */
    private final Set<Line> queued = new LinkedHashSet<>();

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
     * @param longAfter time after which a turn does not count as one of several's
     */
    public record Limits(
            String what,
            int places,
            int alone,
            int contended,
            int waitingOfTenant,
            int waitingOfAll,
            Duration longestWait,
            Duration longAfter) {

        /** Where a turn is long after a quarter of a second. */
        public Limits(
                String what,
                int places,
                int alone,
                int contended,
                int waitingOfTenant,
                int waitingOfAll,
                Duration longestWait) {
            this(what, places, alone, contended, waitingOfTenant, waitingOfAll, longestWait, LONG);
        }

        /** As many as there are, without bounds of waiting. */
        public static Limits of(String what, int places) {
            return new Limits(what, places, places, places, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);
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
        private @Nullable Thread asking;

        private Turn(Line line, MonoSink<Turn> sink) {
            this.line = line;
            this.sink = sink;
        }

        /** Gives the place back, or no longer waits for one; a second time does nothing. */
        public void end() {
            long had = 0;
            synchronized (FairTurns.this) {
                if (stage == Stage.WAITING) {
                    leave(this);
                } else if (stage == Stage.BEGUN) {
                    had = settle(this);
                }
                stage = Stage.ENDED;
            }
            TenantId tenant = line.who().tenant();
            if (had > 0 && tenant != null) {
                tally.accept(tenant, had);
            }
            beginNext();
        }

        /** Whether it began in the call that asked for it. Else whoever ended another turn must not go on with this one's work. */
        public boolean isImmediate() {
            return asking == Thread.currentThread();
        }

        long began() {
            return began;
        }
    }

    /** Turns within {@code limits}, of tenants that weigh the same. */
    public FairTurns(Limits limits) {
        this(limits, tenant -> 1, (tenant, nanos) -> {});
    }

    /**
     * Turns within {@code limits}.
     *
     * @param weights of tenants, each 1 or more
     * @param tally is told, turn by turn, for how many nanoseconds a tenant has had a place
     */
    public FairTurns(Limits limits, ToIntFunction<TenantId> weights, ObjLongConsumer<TenantId> tally) {
        this(limits, weights, tally, System::nanoTime);
    }

    /** As the one above, measured by {@code clock}, in nanoseconds. */
    FairTurns(Limits limits, ToIntFunction<TenantId> weights, ObjLongConsumer<TenantId> tally, LongSupplier clock) {
        this.limits = limits;
        this.weights = weights;
        this.tally = tally;
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
        // Not under the lock: it may have to be looked up, and that has turns of its own.
        int weight = who.tenant() == null ? 1 : weights.applyAsInt(who.tenant());
        RhizomeException refused;
        Turn turn;
        synchronized (this) {
            Line line = lines.of(who, clock.getAsLong());
            turn = new Turn(line, sink);
            refused = refusal(line);
            if (refused == null) {
                add(turn, weight);
            }
        }
        if (refused == null) {
            sink.onCancel(turn::end);
            turn.asking = Thread.currentThread();
            beginNext();
            turn.asking = null;
        } else {
            sink.error(refused);
        }
    }

    private @Nullable RhizomeException refusal(Line line) {
        if (line.waiting().size() >= limits.waitingOfTenant()) {
            return tenantHasTooMany();
        }
        return waiting >= limits.waitingOfAll() ? allHaveTooMany() : null;
    }

    private void add(Turn turn, int weight) {
        Line line = turn.line;
        if (line.hasNoTurns()) {
            line.arrive(weight, now);
            lines.arrive(line);
        }
        line.waiting().add(turn);
        queued.add(line);
        waiting++;
    }

    private void leave(Turn turn) {
        if (turn.line.waiting().remove(turn)) {
            waiting--;
            rest(turn.line);
        }
    }

    private long settle(Turn turn) {
        Line line = turn.line;
        long took = clock.getAsLong() - turn.began;
        line.settle(took, turn.charged);
        line.begun().remove(turn);
        begun--;
        rest(line);
        return took;
    }

    private void rest(Line line) {
        if (line.waiting().isEmpty()) {
            queued.remove(line);
            if (line.begun().isEmpty()) {
                lines.depart(line, clock.getAsLong());
            }
        }
    }

    private void beginNext() {
        List<Turn> next = new ArrayList<>();
        synchronized (this) {
            lines.forgetBefore(clock.getAsLong() - REMEMBERED_NANOS);
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
                            limits.longAfter().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private @Nullable Line first() {
        if (begun >= limits.places()) {
            return null;
        }
        Line first = null;
        for (Line line : queued) {
            if (mayBegin(line) && (first == null || line.isBefore(first))) {
                first = line;
            }
        }
        return first;
    }

    private Turn begin(Line line) {
        Turn turn = line.waiting().remove();
        turn.stage = Stage.BEGUN;
        turn.began = clock.getAsLong();
        if (!lines.isService(line)) {
            now = Math.max(now, line.used());
        }
        turn.charged = line.charge();
        line.begun().add(turn);
        begun++;
        waiting--;
        rest(line);
        return turn;
    }

    private boolean mayBegin(Line line) {
        int kept = limits.places() / KEPT;
        if (lines.isService(line)) {
            return line.begun().size() < Math.max(1, kept);
        }
        return line.begun().size() < Math.max(1, Math.min(limits.alone(), limits.places() - kept))
                && (lines.areOne() || hasRoom(line));
    }

    private boolean hasRoom(Line line) {
        int part = lines.part(line, limits.contended());
        return line.begunAfter(clock.getAsLong() - limits.longAfter().toNanos(), part) < part;
    }

    private synchronized RhizomeException tooLate(Who who) {
        Line line = lines.of(who, clock.getAsLong());
        return !line.hasNoTurns() && !mayBegin(line) ? tenantHasTooMany() : allHaveTooMany();
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
