package dev.rhizome.quota;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/** How much one tenant has stored: as it was counted, and what this process has added since. */
final class TenantSize {

    /** How much longer than counting took its result is believed. */
    private static final long BELIEVED = 100;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    /** Rows that this process may add before it counts again, if they are more than a tenth of those that were there. */
    private static final long FEW = 1_000;
    /** A refusal stands on a count that is no older than so many times what it took, so that what was removed makes room soon. */
    private static final long FRESH = 10;

    private final Map<RowKind, AtomicLong> added = new EnumMap<>(RowKind.class);
    private final Mono<Known> known;
    private volatile long refusedBefore = Long.MIN_VALUE;

    /**
     * What is known.
     *
     * @param size as it was counted
     * @param addedBefore rows that this process had added in its life when the count began
     * @param began when, by {@link System#nanoTime}
     * @param took counting, nanoseconds
     */
    record Known(StoredSize size, Map<RowKind, Long> addedBefore, long began, long took) {

        private boolean isOlderThan(Duration least, long times) {
            long age = Math.clamp(took * times, least.toNanos(), LONGEST.toNanos());
            return System.nanoTime() - began > took + age;
        }
    }

    /** Counts by {@code count}. */
    TenantSize(Mono<StoredSize> count) {
        for (RowKind kind : RowKind.values()) {
            added.put(kind, new AtomicLong());
        }
        this.known = Mono.defer(() -> timed(count)).cacheInvalidateIf(this::isOld);
    }

    /** Counted now or a while ago. All who ask while it is being counted wait for the same count. */
    Mono<Known> known() {
        return known;
    }

    /** As {@link #known}, and no older than a refusal may be. */
    Mono<Known> fresh() {
        return known.flatMap(last -> {
            if (!last.isOlderThan(SHORTEST, FRESH)) {
                return Mono.just(last);
            }
            refusedBefore = last.began();
            return known;
        });
    }

    /** Rows of {@code kind}, those included that were added since {@code last}. */
    long rows(Known last, RowKind kind) {
        return last.size().of(kind) + addedSince(last, kind);
    }

    /** This process has written {@code more} rows of {@code kind}. */
    void add(RowKind kind, long more) {
        long unused = counter(kind).addAndGet(more);
    }

    private Mono<Known> timed(Mono<StoredSize> count) {
        Map<RowKind, Long> before = new EnumMap<>(RowKind.class);
        added.forEach((kind, many) -> before.put(kind, many.get()));
        long began = System.nanoTime();
        return count.map(size -> new Known(size, before, began, System.nanoTime() - began));
    }

    private boolean isOld(Known last) {
        return last.began() == refusedBefore || last.isOlderThan(SHORTEST, BELIEVED) || hasGrown(last);
    }

    private boolean hasGrown(Known last) {
        long rows = 0;
        long more = 0;
        for (RowKind kind : RowKind.values()) {
            rows += last.size().of(kind);
            more += addedSince(last, kind);
        }
        return more > Math.max(FEW, rows / 10);
    }

    private long addedSince(Known last, RowKind kind) {
        return counter(kind).get() - last.addedBefore().getOrDefault(kind, 0L);
    }

    private AtomicLong counter(RowKind kind) {
        return java.util.Objects.requireNonNull(added.get(kind));
    }
}
