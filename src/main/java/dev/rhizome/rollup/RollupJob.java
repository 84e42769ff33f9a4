package dev.rhizome.rollup;

import dev.rhizome.database.Query;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Keeps roll-ups up to date, and looks for anomalies in them. */
public final class RollupJob implements TenantJob {

    private static final String PENDING = "select tenant from rhizome.events_to_roll_up() as tenant";

    private final RollupRepository rollups;
    private final RollupProperties properties;

    RollupJob(RollupRepository rollups, RollupProperties properties) {
        this.rollups = rollups;
        this.properties = properties;
    }

    @Override
    public String name() {
        return "roll-ups";
    }

    @Override
    public Duration interval() {
        return properties.upkeepInterval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(PENDING);
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return rollups.computeSome();
    }
}
