package dev.rhizome.event;

import dev.rhizome.database.Query;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Applies the retention policies of tenants. */
public final class RetentionJob implements TenantJob {

    private static final String PENDING = "select tenant from rhizome.events_to_retain($1 * interval '1 ms') as tenant";

    private final EventRetention retention;
    private final EventProperties properties;

    RetentionJob(EventRetention retention, EventProperties properties) {
        this.retention = retention;
        this.properties = properties;
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Duration interval() {
        return properties.upkeepInterval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(PENDING, properties.retentionInterval().toMillis());
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return retention.removeSome().map(part -> part.removed() > 0);
    }
}
