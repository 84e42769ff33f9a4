package dev.rhizome.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.problem.RhizomeException;
import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Unauthenticated;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows down whoever tries tokens. Each address has a bucket of refusals, which fills up again with time; where it is empty the
 * answer is 429 and the connection is closed. A token that is good is not held up by others' from the same address, which may be a
 * proxy's: only what was refused anyway is counted and throttled.
 */
public final class RefusedTokens {

    private static final int MOST_ADDRESSES = 100_000;
    private static final int BYTES_OF_A_NETWORK = 8; // whoever has an IPv6 address has 2^64 of them
    private static final double NANOS = 1e9;
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(RefusedTokens.class);

    private final RefusedTokensProperties limits;
    private final LongSupplier nanoTime;
    private final LongAdder count = new LongAdder();
    private final Cache<Object, Bucket> buckets;

    /** What is left for one address. */
    private static final class Bucket {
        private double left;
        private long at;
        private boolean isThrottled;

        private Bucket(double left, long at) {
            this.left = left;
            this.at = at;
        }
    }

    /** Within {@code limits}. */
    public RefusedTokens(RefusedTokensProperties limits) {
        this(limits, System::nanoTime);
    }

    RefusedTokens(RefusedTokensProperties limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        // A bucket that nobody came to for so long is full again.
        Duration full = Duration.ofMillis(1 + (long) (1000.0 * limits.burst() / limits.perSecond()));
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterAccess(full)
                .build();
    }

    /** How many tokens were refused. */
    long count() {
        return count.sum();
    }

    /** What a client at {@code address} is told whose token was refused: {@link Unauthenticated} or {@link ShareExceeded}. */
    RhizomeException refuse(@Nullable InetSocketAddress address) {
        count.increment();
        return takes(address)
                ? new Unauthenticated("the token is unknown, expired or revoked")
                : new ShareExceeded("too many tokens from this address were refused", ONE_SECOND);
    }

    private boolean takes(@Nullable InetSocketAddress address) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.get(network(address), any -> new Bucket(limits.burst(), now));
        synchronized (bucket) {
            bucket.left = Math.min(limits.burst(), bucket.left + limits.perSecond() * (now - bucket.at) / NANOS);
            bucket.at = now;
            if (bucket.left >= 1) {
                bucket.left--;
                bucket.isThrottled = bucket.isThrottled && bucket.left < limits.burst() / 2.0;
                return true;
            }
            if (!bucket.isThrottled) {
                bucket.isThrottled = true;
                LOG.atWarn()
                        .addKeyValue("event", "tokens-throttled")
                        .addKeyValue("address", address)
                        .log("tokens from an address are refused again and again");
            }
            return false;
        }
    }

    private static Object network(@Nullable InetSocketAddress address) {
        InetAddress host = address == null ? null : address.getAddress();
        if (host == null) {
            return "unknown";
        }
        return host instanceof Inet6Address ? ByteBuffer.wrap(host.getAddress(), 0, BYTES_OF_A_NETWORK) : host;
    }
}
