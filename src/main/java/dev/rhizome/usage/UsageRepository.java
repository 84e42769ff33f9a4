package dev.rhizome.usage;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.fairness.Figure;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What tenants have used, hour by hour. */
final class UsageRepository {

    /** Only the first addition of an hour finds rows that are too old. Nothing is added to a tenant that is being removed. */
    private static final String ADD = """
            with too_old as (
              delete from tenant_usage where tenant_id = $1 and hour < now() - $2::bigint * interval '1 s'
            )
            insert into tenant_usage as u
              (tenant_id, hour, requests, refused_by_limits, refused_for_capacity, refused_as_invalid, failed, not_written,
               database_micros, embedded_texts)
            select t.tenant_id, date_trunc('hour', now(), 'UTC'), $3, $4, $5, $6, $7, $8, $9, $10
              from tenants t
             where t.tenant_id = $1 and t.status <> 'closing'
                on conflict on constraint tenant_usage_pkey do update
               set requests = u.requests + excluded.requests,
                   refused_by_limits = u.refused_by_limits + excluded.refused_by_limits,
                   refused_for_capacity = u.refused_for_capacity + excluded.refused_for_capacity,
                   refused_as_invalid = u.refused_as_invalid + excluded.refused_as_invalid,
                   failed = u.failed + excluded.failed, not_written = u.not_written + excluded.not_written,
                   database_micros = u.database_micros + excluded.database_micros,
                   embedded_texts = u.embedded_texts + excluded.embedded_texts, updated_at = now()
            """;

    private static final String TOTALS = """
            select min(hour) as since, coalesce(sum(requests), 0)::bigint as requests,
                   coalesce(sum(refused_by_limits), 0)::bigint as refused_by_limits,
                   coalesce(sum(refused_for_capacity), 0)::bigint as refused_for_capacity,
                   coalesce(sum(refused_as_invalid), 0)::bigint as refused_as_invalid,
                   coalesce(sum(failed), 0)::bigint as failed, coalesce(sum(not_written), 0)::bigint as not_written,
                   coalesce(sum(database_micros) / 1000, 0)::bigint as database_millis,
                   coalesce(sum(embedded_texts), 0)::bigint as embedded_texts
              from tenant_usage
             where tenant_id = $1 and hour >= date_trunc('hour', $2::timestamptz, 'UTC') and hour < $3
            """;

    private final TenantTransactions transactions;
    private final Duration keep;

    /**
     * Works through the one door.
     *
     * @param keep how long hours are kept
     */
    UsageRepository(TenantTransactions transactions, Duration keep) {
        this.transactions = transactions;
        this.keep = keep;
    }

    /** Adds {@code figures} to this hour's of {@code tenant}; those of a tenant that is gone are gone too. */
    Mono<Void> add(TenantId tenant, Map<Figure, Long> figures) {
        Query<Void> add = Query.changeOfTenant(
                ADD,
                keep.toSeconds(),
                of(figures, Figure.REQUESTS),
                of(figures, Figure.REFUSED_BY_LIMITS),
                of(figures, Figure.REFUSED_FOR_CAPACITY),
                of(figures, Figure.REFUSED_AS_INVALID),
                of(figures, Figure.FAILED),
                of(figures, Figure.NOT_WRITTEN),
                of(figures, Figure.DATABASE_NANOS) / 1_000,
                of(figures, Figure.EMBEDDED_TEXTS));
        return transactions
                .maintaining(connection -> connection.changed(add))
                .then()
                .contextWrite(TenantTransactions.asService())
                .contextWrite(TenantContext.of(tenant));
    }

    private static long of(Map<Figure, Long> figures, Figure figure) {
        return figures.getOrDefault(figure, 0L);
    }

    /** What the current tenant has used in the hours from that of {@code since} on that begin before {@code until}. */
    Mono<UsageTotals> totals(Instant since, Instant until) {
        return transactions
                .read(Query.ofTenant(TOTALS, UsageTotals::of, since, until))
                .single();
    }
}
