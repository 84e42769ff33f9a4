package dev.rhizome.job;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases on the current tenant. A row is there while a process works, or while a failure waits to be tried again.
 *
 * <p>Times are the database's, so the clocks of the processes need not agree.
 */
final class JobLeases {

    private static final String FREE = "select tenant from rhizome.tenants_free_for_job($1, $2) as tenant";
    /** The lock keeps the tenant from being closed before the lease is there to be removed with it. */
    private static final String CLAIM = """
            insert into job_leases as l (tenant_id, job, worker, lease_until)
            select t.tenant_id, $2, $3, now() + $4::bigint * interval '1 ms'
              from tenants t
             where t.tenant_id = $1 and t.status = 'active'
               for share
                on conflict on constraint job_leases_pkey do update
               set worker = excluded.worker, lease_until = excluded.lease_until, updated_at = now()
             where l.tenant_id = $1 and coalesce(l.lease_until, '-infinity') < now() and l.retry_at <= now()
            """;

    private static final String RENEW = """
            update job_leases
               set lease_until = now() + $4::bigint * interval '1 ms', updated_at = now()
             where tenant_id = $1 and job = $2 and worker = $3
            """;
    private static final String CLEAR_ERROR = """
            update job_leases
               set lease_until = now() + $4::bigint * interval '1 ms', failures = 0, error = null, updated_at = now()
             where tenant_id = $1 and job = $2 and worker = $3
            """;
    private static final String RELEASE = """
            delete from job_leases where tenant_id = $1 and job = $2 and worker = $3
            """;
    /** Up to half of the pause is random, so that tenants that failed together are not tried again together. */
    private static final String FAIL = """
            update job_leases
               set worker = null, lease_until = null, failures = failures + 1, error = $4, updated_at = now(),
                   retry_at = now() + least($6::float8, $5::float8 * power(2, least(failures, 30)))
                                      * (0.5 + random() / 2) * interval '1 ms'
             where tenant_id = $1 and job = $2 and worker = $3
            """;

    private final TenantTransactions transactions;
    private final UntenantedQueries untenanted;
    private final JobProperties properties;

    JobLeases(TenantTransactions transactions, UntenantedQueries untenanted, JobProperties properties) {
        this.transactions = transactions;
        this.untenanted = untenanted;
        this.properties = properties;
    }

    /** Those of {@code tenants} that no process works on and whose pause after a failure is over, in their order. */
    Flux<TenantId> free(TenantJob job, List<TenantId> tenants) {
        UUID[] ids = tenants.stream().map(TenantId::value).toArray(UUID[]::new);
        return untenanted.rows(TenantJob.tenants(FREE, job.name(), ids));
    }

    /** Takes the lease; empty where another process has it, it is too early, or the tenant is being removed. */
    Mono<JobTurn> claim(TenantJob job, JobTurn turn) {
        return changed(CLAIM, job, turn).filter(held -> held).map(held -> turn);
    }

    /** Keeps the lease; false where it is lost. */
    Mono<Boolean> renew(TenantJob job, JobTurn turn) {
        return changed(RENEW, job, turn);
    }

    /** Keeps the lease after a batch that succeeded; false where it is lost. */
    Mono<Boolean> renewAfterSuccess(TenantJob job, JobTurn turn) {
        return changed(CLEAR_ERROR, job, turn);
    }

    private Mono<Boolean> changed(String sql, TenantJob job, JobTurn turn) {
        long lease = properties.lease().toMillis();
        return change(Query.changeOfTenant(sql, job.name(), turn.worker(), lease));
    }

    /** Gives the lease back. */
    Mono<Boolean> release(TenantJob job, JobTurn turn) {
        return change(Query.changeOfTenant(RELEASE, job.name(), turn.worker()));
    }

    /** Gives the lease back, and notes why and when to try again. */
    Mono<Boolean> fail(TenantJob job, JobTurn turn, String why) {
        return change(Query.changeOfTenant(
                FAIL,
                job.name(),
                turn.worker(),
                why,
                properties.firstBackOff().toMillis(),
                properties.longestBackOff().toMillis()));
    }

    private Mono<Boolean> change(Query<Void> query) {
        return transactions.maintaining(connection -> connection.changed(query)).map(rows -> rows > 0);
    }
}
