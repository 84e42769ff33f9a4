package dev.rhizome.http;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Counts the bytes that are in memory for requests, of each tenant and of all, and keeps them within their bounds. Of the requests that
 * wait for room that one has it whose tenant holds the least for its weight, and of those alike that came first. It waits until there is
 * room for it, and nobody passes; only those whose own tenant has too much let others pass.
 */
public final class BytesInFlight {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final InFlightProperties limits;
    private final ToIntFunction<TenantId> weights;
    /** The operator's under null. */
    private final Map<@Nullable TenantId, Long> byTenant = new HashMap<>();

    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private long total;

    /**
     * A request that waits.
     *
     * @param tenant whose it is
     * @param bytes that it wants
     * @param counted notes that it has them
     * @param sink ends the wait
     */
    private record Waiting(@Nullable TenantId tenant, long bytes, Runnable counted, MonoSink<Void> sink) {}

    /**
     * Nothing yet, within {@code limits}.
     *
     * @param weights of tenants, 1 or more: a tenant may hold as many times what one of weight 1 may, and no more than all
     */
    public BytesInFlight(InFlightProperties limits, ToIntFunction<TenantId> weights) {
        this.limits = limits;
        this.weights = weights;
    }

    /** Bytes of all requests. */
    public synchronized long total() {
        return total;
    }

    /**
     * Counts {@code bytes} more.
     *
     * @return null where they are within the bounds; else the problem, and nothing was counted
     */
    synchronized @Nullable RhizomeException take(@Nullable TenantId tenant, long bytes) {
        if (isTooMuchFor(tenant, bytes)) {
            return tenantHasTooMany();
        }
        if (total + bytes > limits.total().toBytes()) {
            return allHaveTooMany();
        }
        byTenant.merge(tenant, bytes, Long::sum);
        total += bytes;
        return null;
    }

    /**
     * Waits until {@code bytes} more are counted. An error as {@link #take} gives it where they are not in time, or at once where there
     * never is room for so many; cancelling takes the request out of the queue.
     *
     * @param counted runs when they are, even where the wait is cancelled at that moment
     */
    Mono<Void> await(@Nullable TenantId tenant, long bytes, Runnable counted) {
        if (bytes > limits.total().toBytes()) {
            return Mono.error(BytesInFlight::allHaveTooMany); // it would keep all others waiting
        }
        return Mono.<Void>create(sink -> {
                    Waiting request = new Waiting(tenant, bytes, counted, sink);
                    sink.onDispose(() -> leave(request));
                    enter(request);
                })
                .timeout(limits.longestWait())
                .onErrorMap(TimeoutException.class, late -> problem(tenant, bytes))
                .publishOn(Schedulers.parallel()); // who gives bytes back does not go on with other requests' work
    }

    private void enter(Waiting request) {
        synchronized (this) {
            waiting.add(request);
        }
        admit();
    }

    private void leave(Waiting request) {
        boolean stoodInTheWay;
        synchronized (this) {
            stoodInTheWay = waiting.remove(request);
        }
        if (stoodInTheWay) {
            admit();
        }
    }

    /** Counts for those who wait as long as there is room; a large one would wait for ever behind small ones that pass it. */
    private void admit() {
        List<Waiting> admitted = new ArrayList<>();
        synchronized (this) {
            Waiting next = next();
            while (next != null && take(next.tenant(), next.bytes()) == null) {
                waiting.remove(next);
                admitted.add(next);
                next = next();
            }
        }
        for (Waiting request : admitted) {
            request.counted().run();
            request.sink().success();
        }
    }

    private @Nullable Waiting next() {
        Waiting next = null;
        double least = 0;
        for (Waiting request : waiting) {
            double held = (double) byTenant.getOrDefault(request.tenant(), 0L) / weight(request.tenant());
            if ((next == null || held < least) && !isTooMuchFor(request.tenant(), request.bytes())) {
                next = request;
                least = held;
            }
        }
        return next;
    }

    private synchronized RhizomeException problem(@Nullable TenantId tenant, long bytes) {
        return isTooMuchFor(tenant, bytes) ? tenantHasTooMany() : allHaveTooMany();
    }

    private boolean isTooMuchFor(@Nullable TenantId tenant, long bytes) {
        long own = byTenant.getOrDefault(tenant, 0L);
        return own > 0 && own + bytes > limits.tenant().toBytes() * weight(tenant);
    }

    private int weight(@Nullable TenantId tenant) {
        return tenant == null ? 1 : weights.applyAsInt(tenant);
    }

    /** Counts {@code bytes} less. */
    void give(@Nullable TenantId tenant, long bytes) {
        remove(tenant, bytes);
        admit();
    }

    private synchronized void remove(@Nullable TenantId tenant, long bytes) {
        total -= bytes;
        long left = byTenant.getOrDefault(tenant, 0L) - bytes;
        if (left > 0) {
            byTenant.put(tenant, left);
        } else {
            byTenant.remove(tenant);
        }
    }

    private static RhizomeException tenantHasTooMany() {
        return new ShareExceeded("the tenant has too many bytes in flight; try again later", RETRY_AFTER);
    }

    private static RhizomeException allHaveTooMany() {
        return new Overloaded("the service has too many bytes in flight; try again later", RETRY_AFTER);
    }
}
