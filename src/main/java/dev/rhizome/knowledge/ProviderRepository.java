package dev.rhizome.knowledge;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How providers of knowledge are doing, for the current tenant. */
final class ProviderRepository {

    private static final String KIND = "provider";

    /**
     * One statement, so that no outcome is lost however many come at once. One that comes late, after a window has ended, counts in the
     * window that goes on.
     */
    private static final String RECORD = """
            insert into knowledge_providers as p
              (tenant_id, provider, requests, failures, consecutive_failures, response_time_ms, minute_began_at, minute_requests,
               hour_began_at, hour_requests, hour_failures, rate_limit_remaining, rate_limit_reset_at, last_error,
               last_failure_at, last_success_at)
            select $1, $2, 1, failed, failed, $4, date_trunc('minute', now()), 1, date_trunc('hour', now()), 1, failed, $5, $6,
                   $7, case when not $3 then now() end, case when $3 then now() end
              from (select case when $3 then 0 else 1 end as failed) as f
                on conflict on constraint knowledge_providers_pkey do update
               set requests = p.requests + 1, failures = p.failures + excluded.failures,
                   consecutive_failures = case when $3 then 0 else p.consecutive_failures + 1 end,
                   response_time_ms = p.response_time_ms + excluded.response_time_ms,
                   minute_began_at = greatest(p.minute_began_at, excluded.minute_began_at),
                   minute_requests = 1 + case when p.minute_began_at < excluded.minute_began_at then 0 else p.minute_requests end,
                   hour_began_at = greatest(p.hour_began_at, excluded.hour_began_at),
                   hour_requests = 1 + case when p.hour_began_at < excluded.hour_began_at then 0 else p.hour_requests end,
                   hour_failures = excluded.hour_failures
                                   + case when p.hour_began_at < excluded.hour_began_at then 0 else p.hour_failures end,
                   rate_limit_remaining = coalesce(excluded.rate_limit_remaining, p.rate_limit_remaining),
                   rate_limit_reset_at = coalesce(excluded.rate_limit_reset_at, p.rate_limit_reset_at),
                   last_error = case when $3 then p.last_error else excluded.last_error end,
                   last_failure_at = coalesce(excluded.last_failure_at, p.last_failure_at),
                   last_success_at = coalesce(excluded.last_success_at, p.last_success_at), updated_at = now()
            returning %s
            """.formatted(Provider.COLUMNS);

    private static final String GET =
            "select " + Provider.COLUMNS + " from knowledge_providers where tenant_id = $1 and provider = $2";
    private static final String LIST = "select " + Provider.COLUMNS + """

              from knowledge_providers where tenant_id = $1 and provider > $2 order by provider limit $3
            """;
    private static final String DELETE = "delete from knowledge_providers where tenant_id = $1 and provider = $2";

    private final TenantTransactions transactions;

    ProviderRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Counts a request to {@code provider}, which is known from its first one on; gives how it is doing. */
    Mono<Provider> record(String provider, Provider.Outcome outcome) {
        Query<Provider> query = Query.ofTenant(
                RECORD,
                Provider::of,
                provider,
                outcome.success(),
                outcome.responseTimeMs(),
                Query.nullable(outcome.rateLimitRemaining(), Long.class),
                Query.nullable(outcome.rateLimitResetAt(), Instant.class),
                Query.nullable(outcome.error(), String.class));
        return transactions.writing(connection -> connection.rows(query).next());
    }

    /** The provider, or an error of {@link NotFound} where no request to it was told of. */
    Mono<Provider> get(String provider) {
        return transactions
                .read(Query.ofTenant(GET, Provider::of, provider))
                .next()
                .switchIfEmpty(missing(provider));
    }

    /** Providers by name, behind {@code after}. */
    Flux<Provider> list(String after, int limit) {
        return transactions.read(Query.ofTenant(LIST, Provider::of, after, limit));
    }

    /** Forgets a provider; an error of {@link NotFound} where it is not known. */
    Mono<Void> delete(String provider) {
        return transactions
                .writing(connection -> delete(connection, provider))
                .switchIfEmpty(missing(provider))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String provider) {
        return connection
                .changed(Query.changeOfTenant(DELETE, provider))
                .filter(removed -> removed > 0)
                .delayUntil(removed -> AuditLog.record(connection, "deleted", KIND, provider));
    }

    private static <T> Mono<T> missing(String provider) {
        return Mono.error(() -> new NotFound(KIND, provider));
    }
}
