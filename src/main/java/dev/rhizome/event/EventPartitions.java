package dev.rhizome.event;

import dev.rhizome.database.Query;
import dev.rhizome.database.UntenantedQueries;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Adds the partition of a month before the first event of that month is written; partitions are never removed. */
public final class EventPartitions {

    private static final String ADD = "select add_event_partition($1) as added";

    /** The month from which on months have partitions of their own; what is older shares one. */
    private static final YearMonth FIRST = YearMonth.of(2025, 1);

    private final UntenantedQueries untenanted;
    private final Set<YearMonth> known = ConcurrentHashMap.newKeySet();

    EventPartitions(UntenantedQueries untenanted) {
        this.untenanted = untenanted;
    }

    /** Adds the partitions that events of {@code times} need, each in a transaction of its own. */
    public Mono<Void> ensure(Collection<Instant> times) {
        List<YearMonth> missing = times.stream()
                .map(time -> YearMonth.from(time.atOffset(ZoneOffset.UTC)))
                .distinct()
                .filter(month -> !month.isBefore(FIRST) && !known.contains(month))
                .toList();
        return Flux.fromIterable(missing).concatMap(this::add).then();
    }

    private Mono<Boolean> add(YearMonth month) {
        return untenanted
                .rows(Query.of(ADD, row -> true, month.atDay(1)))
                .single()
                .doOnNext(done -> known.add(month));
    }
}
