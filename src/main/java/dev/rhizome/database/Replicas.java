package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Standbys that requests read from while they are fresh enough (ADR 34). All servers are watched; a standby is fresh enough while it has
 * replayed everything that the primary had written when it was asked at most so long ago. Where the primary does not answer, nobody
 * knows, and so nothing is read from a standby when that has lasted longer than a standby may lag.
 */
public final class Replicas implements AutoCloseable {

    private static final int BEATS_IN_LAG = 4;
    private static final Duration SHORTEST_BEAT = Duration.ofMillis(50);
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(1);

    /** There are none: all reads go to the primary. */
    static final Replicas NONE = new Replicas(List.of(), Duration.ZERO);

    private final List<Replica> all;
    private final Duration beat;
    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder reads = new LongAdder();
    private final LongAdder again = new LongAdder();

    private Replicas(List<Replica> all, Duration maxLag) {
        this.all = all;
        this.beat = beat(maxLag);
    }

    /**
     * Those of {@code servers}, of which nothing is read before {@link #run}.
     *
     * @param maxLag how old what they show may be
     * @param turns makes the turns in which tenants read from one of them
     */
    static Replicas of(Servers servers, Duration maxLag, Supplier<FairTurns> turns) {
        PrimaryLog log = new PrimaryLog();
        return new Replicas(
                IntStream.range(0, servers.all().size())
                        .mapToObj(number -> new Replica(servers, number, log, maxLag, turns.get()))
                        .toList(),
                maxLag);
    }

    private static Duration beat(Duration maxLag) {
        Duration part = maxLag.dividedBy(BEATS_IN_LAG);
        Duration bounded = part.compareTo(LONGEST_BEAT) > 0 ? LONGEST_BEAT : part;
        return bounded.compareTo(SHORTEST_BEAT) < 0 ? SHORTEST_BEAT : bounded;
    }

    /** Watches the servers until it is cancelled, which the end of the service does. */
    @Scheduled(initialDelay = 0)
    public Mono<Void> run() {
        return Mono.when(all.stream().map(replica -> replica.watch(beat)).toList());
    }

    /** Whether any read may go to a standby, ever. */
    public boolean areUsed() {
        return !all.isEmpty();
    }

    /** The servers, in the order of the settings. */
    public List<DatabaseSettings.Server> servers() {
        return all.stream().map(Replica::server).toList();
    }

    /** How old what the server of that place in {@link #servers} shows may be, in seconds; not a number for the primary and what is away. */
    public double lagSeconds(int place) {
        return all.get(place).lagSeconds();
    }

    /** Transactions that were begun at a standby. */
    public long reads() {
        return reads.sum();
    }

    /** Of them, those that a standby failed, so that the primary was asked. */
    public long readsAgain() {
        return again.sum();
    }

    /** Where the request of {@code context} reads now; null at the primary. */
    @Nullable
    Replica standby(ContextView context) {
        RequestPosition request = all.isEmpty() ? null : RequestPosition.of(context);
        Replica standby = request == null ? null : request.standby(() -> first(request.needed()));
        if (standby != null) {
            reads.increment();
        }
        return standby;
    }

    /** The request of {@code context}, whose standby has failed, reads at the primary from now on. */
    void giveUp(ContextView context) {
        again.increment();
        RequestPosition.readAtPrimary(context);
    }

    private @Nullable Replica first(long needed) {
        int turn = next.getAndIncrement() & Integer.MAX_VALUE;
        return IntStream.range(0, all.size())
                .mapToObj(each -> all.get((turn + each) % all.size()))
                .filter(replica -> replica.satisfies(needed))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        all.forEach(Replica::close);
    }
}
