package dev.rhizome.http;

import dev.rhizome.problem.Overloaded;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the bytes that are in memory for requests, of each tenant and of all, and keeps them within their bounds. */
public final class BytesInFlight {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final InFlightProperties limits;
    private final Map<String, Long> byTenant = new HashMap<>();
    private long total;

    /** Nothing yet, within {@code limits}. */
    public BytesInFlight(InFlightProperties limits) {
        this.limits = limits;
    }

    /** Bytes of all requests. */
    public synchronized long total() {
        return total;
    }

    /** Longest that a request waits for its share. */
    Duration longestWait() {
        return limits.longestWait();
    }

    /**
     * Counts {@code bytes} more.
     *
     * @return null where they are within the bounds; else the problem, and nothing was counted
     */
    synchronized @Nullable RhizomeException take(String tenant, long bytes) {
        long own = byTenant.getOrDefault(tenant, 0L);
        if (own > 0 && own + bytes > limits.tenant().toBytes()) {
            return new ShareExceeded("the tenant has too many bytes in flight; try again later", RETRY_AFTER);
        }
        if (total + bytes > limits.total().toBytes()) {
            return new Overloaded("the service has too many bytes in flight; try again later", RETRY_AFTER);
        }
        byTenant.put(tenant, own + bytes);
        total += bytes;
        return null;
    }

    /** Counts {@code bytes} less. */
    synchronized void give(String tenant, long bytes) {
        total -= bytes;
        long left = byTenant.getOrDefault(tenant, 0L) - bytes;
        if (left > 0) {
            byTenant.put(tenant, left);
        } else {
            byTenant.remove(tenant);
        }
    }
}
