package dev.rhizome.usage;

import dev.rhizome.fairness.Figure;
import dev.rhizome.fairness.UsageCounters;
import dev.rhizome.job.LastWork;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores what was counted, tenant by tenant, once an interval and when the service ends. What a process has counted since the last
 * time is lost where it dies.
 */
public final class UsageRecorder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageRecorder.class);

    private final UsageCounters counters;
    private final UsageRepository usage;
    private final Duration interval;

    UsageRecorder(UsageCounters counters, UsageRepository usage, Duration interval) {
        this.counters = counters;
        this.usage = usage;
        this.interval = interval;
    }

    /** Stores once an interval, until it is cancelled. An interval that comes too early is left out. */
    @Scheduled(initialDelay = 0)
    public Mono<Void> run() {
        return Flux.interval(interval)
                .onBackpressureDrop()
                .concatMap(tick -> storeAll(), 0)
                .then();
    }

    /** Stores what is counted of all tenants, one after another. A failure is logged, and what it was about is stored next time. */
    Mono<Void> storeAll() {
        return Flux.defer(() -> Flux.fromIterable(counters.tenants()))
                .concatMap(tenant -> store(tenant).onErrorResume(error -> warned(tenant, error)))
                .then();
    }

    /** Stores what is counted of {@code tenant}; after an error or when cancelled it is counted again. */
    Mono<Void> store(TenantId tenant) {
        return Mono.defer(() -> {
            Map<Figure, Long> taken = counters.take(tenant);
            return taken.isEmpty()
                    ? Mono.empty()
                    : usage.add(tenant, taken)
                            .doOnError(error -> counters.putBack(tenant, taken))
                            .doOnCancel(() -> counters.putBack(tenant, taken));
        });
    }

    /** Stores the rest. Blocks for some seconds at most. */
    @Override
    public void close() {
        if (!LastWork.isDone(storeAll())) {
            LOG.atWarn()
                    .addKeyValue("event", "usage-lost")
                    .addKeyValue("tenants", counters.tenants().size())
                    .log("the last seconds' usage could not be stored in time");
        }
    }

    private static Mono<Void> warned(TenantId tenant, Throwable error) {
        return Mono.fromRunnable(() -> LOG.atWarn()
                .addKeyValue("event", "usage-not-stored")
                .addKeyValue("tenant", tenant)
                .addKeyValue("cause", error.toString())
                .log("what a tenant has used could not be stored; it is tried again"));
    }
}
