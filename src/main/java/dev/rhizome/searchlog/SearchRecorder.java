package dev.rhizome.searchlog;

import dev.rhizome.search.SearchObserver;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
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
    private static final Duration LAST_TIME = Duration.ofSeconds(5);
    private static final int BATCH = 2_000;

    private record Waiting(TenantId tenant, SearchSession session) {}

    private final BiFunction<TenantId, List<SearchSession>, Mono<Void>> store;
    private final SearchLogProperties properties;
    private final BlockingQueue<Waiting> waiting;
    private final AtomicLong dropped = new AtomicLong();

    /** Writes by {@code store}, one tenant's at a time. */
    SearchRecorder(BiFunction<TenantId, List<SearchSession>, Mono<Void>> store, SearchLogProperties properties) {
        this.store = store;
        this.properties = properties;
        this.waiting = new ArrayBlockingQueue<>(properties.waiting());
    }

    @Override
    public void searched(TenantId tenant, Searched searched) {
        if (properties.enabled() && !waiting.offer(new Waiting(tenant, SearchSession.now(tenant, searched)))) {
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
                        .onErrorResume(error -> forgotten(of.getValue().size(), error)))
                .then();
    }

    private Map<TenantId, List<SearchSession>> take() {
        List<Waiting> taken = new ArrayList<>();
        waiting.drainTo(taken, BATCH);
        Map<TenantId, List<SearchSession>> byTenant = new LinkedHashMap<>();
        taken.forEach(one -> byTenant.computeIfAbsent(one.tenant(), tenant -> new ArrayList<>())
                .add(one.session()));
        return byTenant;
    }

    private Mono<Void> forgotten(int searches, Throwable error) {
        return Mono.fromRunnable(() -> {
            dropped.addAndGet(searches);
            LOG.atWarn()
                    .addKeyValue("event", "searches-not-recorded")
                    .addKeyValue("searches", searches)
                    .addKeyValue("cause", error.toString())
                    .log("searches could not be written down");
        });
    }

    /** Stores the rest. Blocks for some seconds at most. */
    @Override
    public void close() {
        try {
            @Nullable
            Void unused = storeAll()
                    .toFuture()
                    .orTimeout(LAST_TIME.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            LOG.atWarn()
                    .addKeyValue("event", "searches-not-recorded")
                    .addKeyValue("searches", waiting.size())
                    .log("the last searches could not be written down in time");
        }
    }
}
