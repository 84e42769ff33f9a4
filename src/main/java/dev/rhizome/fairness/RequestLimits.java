package dev.rhizome.fairness;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds tenants to how many requests they may begin in a second and have at once. A second's requests may come together: a bucket
 * of tokens is filled at the tenant's rate up to what a second fills.
 */
public final class RequestLimits {

    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    /** After which any bucket is full, and need not be kept. */
    private static final Duration FULL_AFTER = Duration.ofSeconds(2);

    private final KnownLimits limits;
    private final Ticker clock;
    private final ConcurrentHashMap<TenantId, Integer> atOnce = new ConcurrentHashMap<>();
    private final Cache<TenantId, Bucket> buckets;

    private static final class Bucket {

        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }

        /** Takes a token; else says how long it takes until there is one, in nanoseconds. */
        synchronized long take(double perSecond, long now) {
            tokens = Math.min(perSecond, tokens + (now - at) * perSecond / NANOS);
            at = now;
            if (tokens < 1) {
                return Math.max(1, (long) ((1 - tokens) / perSecond * NANOS));
            }
            tokens--;
            return 0;
        }
    }

    /** Holds tenants to {@code limits}. */
    public RequestLimits(KnownLimits limits) {
        this(limits, Ticker.systemTicker());
    }

    RequestLimits(KnownLimits limits, Ticker clock) {
        this.limits = limits;
        this.clock = clock;
        this.buckets = Caffeine.newBuilder()
                .ticker(clock)
                .expireAfterAccess(FULL_AFTER)
                .build();
    }

    /**
     * A request of {@code tenant} begins; {@link #ended} tells when it ends.
     *
     * @throws ShareExceeded where it may not; then it has not begun
     */
    public void begin(TenantId tenant) {
        TenantLimits own = limits.of(tenant);
        Integer most = own.concurrentRequests();
        if (count(tenant) > (most == null ? Integer.MAX_VALUE : most)) {
            ended(tenant);
            throw new ShareExceeded(
                    "the tenant has " + most + " requests at once, its limit (concurrentRequests); try again later",
                    Duration.ofSeconds(1));
        }
        Duration wait = wait(tenant, own.requestsPerSecond());
        if (wait != null) {
            ended(tenant);
            throw new ShareExceeded(
                    "the tenant has begun as many requests as it may in a second, " + own.requestsPerSecond()
                            + " (requestsPerSecond); try again later",
                    wait);
        }
    }

    /** A request that had begun has ended. */
    public void ended(TenantId tenant) {
        Integer unused = atOnce.computeIfPresent(tenant, (same, many) -> many == 1 ? null : many - 1);
    }

    /** How many requests {@code tenant} has at once. */
    public int atOnce(TenantId tenant) {
        return atOnce.getOrDefault(tenant, 0);
    }

    private int count(TenantId tenant) {
        return atOnce.merge(tenant, 1, Integer::sum);
    }

    /** Until a request may begin, in whole seconds; null where it may now. */
    private @Nullable Duration wait(TenantId tenant, @Nullable Integer perSecond) {
        if (perSecond == null) {
            return null;
        }
        long now = clock.read();
        long nanos = buckets.get(tenant, missing -> new Bucket(perSecond, now)).take(perSecond, now);
        return nanos == 0 ? null : Duration.ofSeconds((long) Math.ceil(nanos / NANOS));
    }
}
