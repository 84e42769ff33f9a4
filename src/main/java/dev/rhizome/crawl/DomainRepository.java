package dev.rhizome.crawl;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.NotFound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How often sites may be asked, for the current tenant. */
final class DomainRepository {

    private static final String KIND = "domain";

    /**
     * One statement, so that of any number at once as many are let through as may be. Where it cannot be answered, whoever asks gets an
     * error and no permit. A permit that comes late counts in the window that goes on.
     */
    private static final String ACQUIRE = """
            insert into web_domains as d
              (tenant_id, domain, minute_began_at, minute_requests, requests, refused, allowed, last_request_at)
            values ($1, $2, date_trunc('minute', now()), 1, 1, 0, true, now())
                on conflict on constraint web_domains_pkey do update
               set (minute_began_at, minute_requests, requests, refused, allowed, last_request_at, updated_at) = (
                     select greatest(d.minute_began_at, excluded.minute_began_at), w.sent + g.granted, d.requests + g.granted,
                            d.refused + 1 - g.granted, g.granted = 1,
                            case when g.granted = 1 then now() else d.last_request_at end, now()
                       from (select case when d.minute_began_at < excluded.minute_began_at then 0 else d.minute_requests end as sent) as w
                      cross join lateral (
                        select case when not d.blocked and coalesce(d.backoff_until <= now(), true) and w.sent < d.requests_per_minute
                                    then 1 else 0 end as granted) as g)
            returning %s, d.allowed
            """.formatted(Domain.COLUMNS);

    /** Twice as long after each error in a row, up to an hour; as long as the site says where that is longer. */
    private static final String RECORD = """
            insert into web_domains as d
              (tenant_id, domain, minute_began_at, minute_requests, requests, refused, allowed, errors, consecutive_errors,
               backoff_until, last_error, last_error_at)
            select $1, $2, date_trunc('minute', now()), 0, 0, 0, true, failed, failed,
                   case when $3 then null else now() + greatest(1, coalesce($4, 0)) * interval '1 second' end,
                   $5, case when not $3 then now() end
              from (select case when $3 then 0 else 1 end as failed) as f
                on conflict on constraint web_domains_pkey do update
               set errors = d.errors + excluded.errors,
                   consecutive_errors = case when $3 then 0 else d.consecutive_errors + 1 end,
                   backoff_until = case when $3 then null else
                     now() + greatest(least(3600, 2 ^ least(d.consecutive_errors, 12)), coalesce($4, 0)) * interval '1 second' end,
                   last_error = case when $3 then d.last_error else excluded.last_error end,
                   last_error_at = coalesce(excluded.last_error_at, d.last_error_at), updated_at = now()
            returning %s
            """.formatted(Domain.COLUMNS);

    private static final String SET = """
            insert into web_domains as d
              (tenant_id, domain, requests_per_minute, blocked, minute_began_at, minute_requests, requests, refused, allowed)
            values ($1, $2, $3, $4, date_trunc('minute', now()), 0, 0, 0, true)
                on conflict on constraint web_domains_pkey do update
               set requests_per_minute = excluded.requests_per_minute, blocked = excluded.blocked, updated_at = now()
            returning %s
            """.formatted(Domain.COLUMNS);

    private static final String GET =
            "select " + Domain.COLUMNS + " from web_domains d where d.tenant_id = $1 and d.domain = $2";
    private static final String LIST = "select " + Domain.COLUMNS + """

              from web_domains d where d.tenant_id = $1 and d.domain > $2 order by d.domain limit $3
            """;
    private static final String DELETE = "delete from web_domains where tenant_id = $1 and domain = $2";

    private final TenantTransactions transactions;

    DomainRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Whether one request may be sent to {@code domain} now, which this counts. */
    Mono<Domain.Permit> acquire(String domain) {
        Query<Domain.Permit> query = Query.ofTenant(ACQUIRE, Domain.Permit::of, domain);
        return transactions.writing(connection -> connection.rows(query).next());
    }

    /** Tells how a request to {@code domain} ended. */
    Mono<Domain> record(String domain, Domain.Outcome outcome) {
        Query<Domain> query = Query.ofTenant(
                RECORD,
                Domain::of,
                domain,
                outcome.success(),
                Query.nullable(outcome.retryAfterSeconds(), Integer.class),
                Query.nullable(outcome.error(), String.class));
        return transactions.writing(connection -> connection.rows(query).next());
    }

    /** Says how {@code domain} may be asked. */
    Mono<Domain> set(String domain, Domain.Policy policy) {
        Query<Domain> query = Query.ofTenant(SET, Domain::of, domain, policy.requestsPerMinute(), policy.blocked());
        return transactions.writing(connection ->
                connection.rows(query).next().delayUntil(set -> AuditLog.record(connection, "updated", KIND, domain)));
    }

    /** The domain, or an error of {@link NotFound} where nobody has asked it. */
    Mono<Domain> get(String domain) {
        return transactions.read(Query.ofTenant(GET, Domain::of, domain)).next().switchIfEmpty(missing(domain));
    }

    /** Domains by name, behind {@code after}. */
    Flux<Domain> list(String after, int limit) {
        return transactions.read(Query.ofTenant(LIST, Domain::of, after, limit));
    }

    /** Forgets a domain and what was said of it; an error of {@link NotFound}. */
    Mono<Void> delete(String domain) {
        return transactions
                .writing(connection -> delete(connection, domain))
                .switchIfEmpty(missing(domain))
                .then();
    }

    private static Mono<Long> delete(TenantConnection connection, String domain) {
        return connection
                .changed(Query.changeOfTenant(DELETE, domain))
                .filter(removed -> removed > 0)
                .delayUntil(removed -> AuditLog.record(connection, "deleted", KIND, domain));
    }

    private static <T> Mono<T> missing(String domain) {
        return Mono.error(() -> new NotFound(KIND, domain));
    }
}
