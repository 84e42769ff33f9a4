package dev.rhizome.searchlog;

import dev.rhizome.job.LastWork;
import dev.rhizome.search.SearchObserver;
import dev.rhizome.tenant.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes down searches some moments after they were answered, many in one statement. No search waits for it: what does not fit is counted
 * and forgotten, and so is what cannot be stored.
 */
public final class SearchRecorder implements SearchObserver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SearchRecorder.class);
    private static final int BATCH = 2_000;

    private record Waiting(TenantId tenant, SearchSession session) {}

    private final BiFunction<TenantId, List<SearchSession>, Mono<Void>> store;
    private final SearchLogProperties properties;
    /** Without locks, for which the threads that answer requests would wait. */
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    private final AtomicInteger places;
    private final AtomicLong dropped = new AtomicLong();

    /** Writes by {@code store}, one tenant's at a time. */
    SearchRecorder(BiFunction<TenantId, List<SearchSession>, Mono<Void>> store, SearchLogProperties properties) {
        this.store = store;
        this.properties = properties;
        this.places = new AtomicInteger(properties.waiting());
    }

    @Override
    public void searched(TenantId tenant, Searched searched) {
        if (!properties.enabled()) {
            return;
        }
        if (places.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            waiting.add(new Waiting(tenant, SearchSession.now(tenant, searched)));
        } else {
            dropped.incrementAndGet();
        }
    }

    /** How many searches were not written down since the process began. */
    public long dropped() {
        return dropped.get();
    }

    /** Stores once an interval, until it is cancelled. An interval that comes too early is left out. */
    @Scheduled(initialDelay = 0)
    public Mono<Void> run() {
        return Flux.interval(properties.interval())
                .onBackpressureDrop()
                .concatMap(tick -> storeAll(), 0)
                .then();
    }

    /** Stores all that wait. What cannot be stored is counted as dropped, and logged. */
    Mono<Void> storeAll() {
        return Mono.fromSupplier(this::take)
                .repeat(() -> !waiting.isEmpty())
                .concatMapIterable(Map::entrySet)
                .concatMap(of -> store.apply(of.getKey(), of.getValue())
                        .thenReturn(Lost.NOTHING)
                        .onErrorResume(error -> Mono.just(new Lost(of.getValue().size(), error.toString()))))
                .reduce(Lost.NOTHING, Lost::and)
                .doOnNext(this::forget)
                .then();
    }

    private Map<TenantId, List<SearchSession>> take() {
        Map<TenantId, List<SearchSession>> byTenant = new LinkedHashMap<>();
        Waiting next = waiting.poll();
        for (int taken = 1; next != null; taken++) {
            places.incrementAndGet();
            byTenant.computeIfAbsent(next.tenant(), tenant -> new ArrayList<>()).add(next.session());
            next = taken < BATCH ? waiting.poll() : null;
        }
        return byTenant;
    }

    private void forget(Lost lost) {
        if (lost.searches() > 0) {
            dropped.addAndGet(lost.searches());
            lost.warn();
        }
    }

    /**
     * Searches that are not written down.
     *
     * @param cause of the last of them
     */
    private record Lost(int searches, String cause) {

        static final Lost NOTHING = new Lost(0, "");

        Lost and(Lost more) {
            return more.searches == 0 ? this : new Lost(searches + more.searches, more.cause);
        }

        void warn() {
            LOG.atWarn()
                    .addKeyValue("event", "searches-not-recorded")
                    .addKeyValue("searches", searches)
                    .addKeyValue("cause", cause)
                    .log("searches could not be written down");
        }
    }

    /** Stores the rest. Blocks for some seconds at most. */
    @Override
    public void close() {
        if (!LastWork.isDone(storeAll())) {
            new Lost(waiting.size(), "the process ends").warn();
        }
    }
}
