package dev.rhizome.job;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Background work on one tenant after another, in batches.
 *
 * <p>{@link JobRunner} finds every bean of this type. It takes a lease on a tenant, so that no other process works on it, runs
 * batches until there is nothing left or the tenant's turn is over, and tries again later, with growing pauses, after an error.
 */
public interface TenantJob {

    /** A statement for {@link #retryNow}. */
    String RETRY_NOW = """
            update job_leases set retry_at = now(), failures = 0, error = null, updated_at = now()
             where tenant_id = $1 and job = $2 and worker is null
            """;

    /** 1 to 64 lower-case letters and hyphens: its lease, its metrics and its entries in the audit log bear it. */
    String name();

    /** How often tenants with work are looked for. */
    Duration interval();

    /**
     * Finds the tenants with work, those first that have waited longest.
     *
     * @return see {@link #tenants}
     */
    Query<TenantId> pending();

    /**
     * One batch of the work on the current tenant.
     *
     * <p>It is cancelled when the lease is lost or the service stops, and it may be repeated by another process.
     *
     * @param turn one for all batches that follow each other
     * @return whether there may be more to do; an error ends the turn, and the job is tried again later
     */
    Mono<Boolean> runBatch(JobTurn turn);

    /**
     * Tenants that a query finds outside of any tenant.
     *
     * @param sql calls an allow-listed function, and names the ids {@code tenant}
     * @param arguments {@code $1, $2, …}
     */
    static Query<TenantId> tenants(String sql, Object... arguments) {
        return Query.of(sql, row -> new TenantId(Rows.required(row, "tenant", UUID.class)), arguments);
    }

    /**
     * Ends the pause after a failure, for whoever changes what the job has to do. It runs in the transaction of the change.
     *
     * @param job name of the job
     */
    static Query<Void> retryNow(String job) {
        return Query.changeOfTenant(RETRY_NOW, job);
    }
}
