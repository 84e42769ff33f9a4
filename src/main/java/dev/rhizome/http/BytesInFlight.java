package dev.rhizome.http;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Counts the bytes that are in memory for requests, of each tenant and of all, and keeps them within their bounds. Requests that wait
 * for room have it in the order in which they came; only those whose own tenant has too much let others pass.
 */
public final class BytesInFlight {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final InFlightProperties limits;
    private final Map<String, Long> byTenant = new HashMap<>();
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
    private record Waiting(String tenant, long bytes, Runnable counted, MonoSink<Void> sink) {}

    /** Nothing yet, within {@code limits}. */
    public BytesInFlight(InFlightProperties limits) {
        this.limits = limits;
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
    synchronized @Nullable RhizomeException take(String tenant, long bytes) {
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
    Mono<Void> await(String tenant, long bytes, Runnable counted) {
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

    /** Counts for those who wait, from the first on, as long as there is room. */
    private void admit() {
        List<Waiting> admitted = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
                Waiting request = each.next();
                RhizomeException refused = take(request.tenant(), request.bytes());
                if (refused == null) {
                    each.remove();
                    admitted.add(request);
                } else if (refused instanceof Overloaded) {
                    break; // a large one would wait for ever behind small ones that pass it
                }
            }
        }
        for (Waiting request : admitted) {
            request.counted().run();
            request.sink().success();
        }
    }

    private synchronized RhizomeException problem(String tenant, long bytes) {
        return isTooMuchFor(tenant, bytes) ? tenantHasTooMany() : allHaveTooMany();
    }

    private boolean isTooMuchFor(String tenant, long bytes) {
        long own = byTenant.getOrDefault(tenant, 0L);
        return own > 0 && own + bytes > limits.tenant().toBytes();
    }

    /** Counts {@code bytes} less. */
    void give(String tenant, long bytes) {
        remove(tenant, bytes);
        admit();
    }

    private synchronized void remove(String tenant, long bytes) {
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
