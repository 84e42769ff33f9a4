package dev.rhizome.indexing;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.ModelName;
import dev.rhizome.problem.NotFound;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Profiles of tenants, believed the longer the more it takes to count: a millisecond a row, so that counting costs next to
 * nothing and a small tenant's figures are fresh. Whoever relies on more than the figures checks it where it matters.
 */
public final class TenantProfiles {

    private static final long MOST = 100_000;

    private static final String PROFILE = """
            select t.tenant_id, t.language, s.space, s.model, s.dimension,
                   n.space as next_space, n.model as next_model, n.dimension as next_dimension,
                   i.documents, i.mean_length, coalesce(h.home, 0) as home,
                   case when h.indexed_space = t.vector_space then h.ef_search end as ef_search, h.index_type, h.recall
              from tenants t
              join vector_spaces s on s.space = t.vector_space
              left join vector_spaces n on n.space = t.next_vector_space
              left join vector_homes h on h.tenant_id = $1
             cross join (select count(*) as documents, coalesce(avg(length), 0)::float8 as mean_length
                           from hybrid_search_index where tenant_id = $1) as i
             where t.tenant_id = $1
            """;

    private final TenantTransactions transactions;
    private final AsyncCache<Seen, TenantProfile> cache;

    /**
     * Whose figures, as who sees them.
     *
     * @param tenant whose
     * @param guest who counts no more than the tenant shares with it, null for the tenant itself
     */
    private record Seen(TenantId tenant, @Nullable TenantId guest) {

        Context context() {
            return guest == null ? TenantContext.of(tenant) : TenantContext.ofGuest(tenant, guest);
        }
    }

    /** Counts through {@code transactions}, and believes what it counted for {@code longest} at most. */
    public TenantProfiles(TenantTransactions transactions, Duration longest) {
        this.transactions = transactions;
        this.cache = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(Expiry.writing((Seen seen, TenantProfile profile) -> {
                    Duration age = Duration.ofMillis(profile.documents());
                    return age.compareTo(longest) < 0 ? age : longest;
                }))
                .buildAsync();
    }

    /**
     * The current tenant's profile, or an error of {@link NotFound} where the tenant is gone. Those who ask while it is
     * being counted wait for the same count, which goes on when one of them cancels.
     */
    public Mono<TenantProfile> current() {
        return seen().flatMap(seen -> Mono.fromFuture(cache.get(seen, (missing, executor) -> count(missing)), true));
    }

    /** Makes the next {@link #current} of {@code tenant} look again. */
    public void forget(TenantId tenant) {
        cache.synchronous().invalidate(new Seen(tenant, null));
    }

    /** As {@link #forget}, for the current tenant, as whoever reads it. */
    public Mono<Void> forgetCurrent() {
        return seen().doOnNext(cache.synchronous()::invalidate).then();
    }

    private static Mono<Seen> seen() {
        return Mono.deferContextual(
                context -> TenantContext.current().map(tenant -> new Seen(tenant, TenantContext.guest(context))));
    }

    private CompletableFuture<TenantProfile> count(Seen seen) {
        TenantId tenant = seen.tenant();
        return transactions
                .read(Query.ofTenant(PROFILE, row -> profile(tenant, row)))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("tenant", tenant.toString())))
                .contextWrite(seen.context())
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    private static TenantProfile profile(TenantId tenant, Readable row) {
        return new TenantProfile(
                tenant,
                Rows.required(row, "language", String.class),
                Objects.requireNonNull(space(row, "")),
                space(row, "next_"),
                Rows.required(row, "documents", Long.class),
                Rows.required(row, "mean_length", Double.class),
                home(tenant, row));
    }

    private static VectorHome home(TenantId tenant, Readable row) {
        Integer efSearch = row.get("ef_search", Integer.class);
        VectorHome.Index index = efSearch == null
                ? null
                : new VectorHome.Index(
                        VectorHome.IndexType.named(Rows.required(row, "index_type", String.class)),
                        efSearch,
                        row.get("recall", Float.class));
        return VectorHome.of(tenant, Rows.required(row, "home", Integer.class), index);
    }

    private static @Nullable VectorSpace space(Readable row, String prefix) {
        Short number = row.get(prefix + "space", Short.class);
        return number == null
                ? null
                : new VectorSpace(
                        number,
                        new ModelName(
                                Rows.required(row, prefix + "model", String.class),
                                Rows.required(row, prefix + "dimension", Integer.class)));
    }
}
