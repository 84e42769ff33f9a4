package dev.rhizome.fairness;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The limits of tenants, for those who cannot wait for a look-up. A tenant that was not asked about for a while has the limits of
 * all until its own are looked up, some milliseconds later. What another process changes is known here after the refresh time.
 */
public final class KnownLimits {

    private static final long MOST = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private final TenantLimits ofAll;
    private final AsyncLoadingCache<TenantId, TenantLimits> cache;
    private volatile Function<TenantId, Mono<TenantLimits>> source = tenant -> Mono.just(TenantLimits.NONE);

    /**
     * Knows none.
     *
     * @param ofAll what tenants have where nothing else is said of them
     * @param refresh how long a tenant's limits are believed
     */
    public KnownLimits(TenantLimits ofAll, Duration refresh) {
        this.ofAll = ofAll;
        this.cache = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .refreshAfterWrite(refresh)
                .buildAsync((tenant, executor) -> lookUp(tenant));
    }

    /** Where limits are looked up, without those of all; it is asked from a thread that does not wait for it. */
    public void lookUpIn(Function<TenantId, Mono<TenantLimits>> limits) {
        source = limits;
    }

    /** What {@code tenant} may have, as far as it is known. */
    public TenantLimits of(TenantId tenant) {
        CompletableFuture<TenantLimits> known = cache.get(tenant);
        return known.isCompletedExceptionally() ? ofAll : Objects.requireNonNullElse(known.getNow(ofAll), ofAll);
    }

    /** The limits of tenants of which nothing else is said. */
    public TenantLimits ofAll() {
        return ofAll;
    }

    /** How much of what tenants share {@code tenant} has beside others. */
    public int weight(TenantId tenant) {
        return of(tenant).share();
    }

    /** From now on {@code tenant} has {@code own}, and the limits of all beside them. */
    public void changed(TenantId tenant, TenantLimits own) {
        cache.synchronous().put(tenant, own.or(ofAll));
    }

    private CompletableFuture<TenantLimits> lookUp(TenantId tenant) {
        return Mono.defer(() -> source.apply(tenant))
                .subscribeOn(Schedulers.parallel())
                .map(own -> own.or(ofAll))
                .defaultIfEmpty(ofAll)
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }
}
