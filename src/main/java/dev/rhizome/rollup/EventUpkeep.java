package dev.rhizome.rollup;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import dev.rhizome.event.EventProperties;
import dev.rhizome.event.EventRetention;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

/**
 * Keeps roll-ups up to date and applies retention, tenant by tenant. The progress is in the database, and whoever works on a
 * tenant locks its row there, so any number of processes may run this.
 */
public final class EventUpkeep {

    private static final Logger LOG = LoggerFactory.getLogger(EventUpkeep.class);
    private static final String TO_ROLL_UP = "select tenant from rhizome.events_to_roll_up() as tenant";
    private static final String TO_RETAIN =
            "select tenant from rhizome.events_to_retain($1 * interval '1 ms') as tenant";

    private final UntenantedQueries untenanted;
    private final RollupRepository rollups;
    private final EventRetention retention;
    private final Duration retentionInterval;

    EventUpkeep(
            UntenantedQueries untenanted,
            RollupRepository rollups,
            EventRetention retention,
            EventProperties properties) {
        this.untenanted = untenanted;
        this.rollups = rollups;
        this.retention = retention;
        this.retentionInterval = properties.retentionInterval();
    }

    /** Does the work that is pending. Where it fails for a tenant, the log says so, and the other tenants have their turn. */
    @Scheduled(fixedRateString = "${rhizome.events.upkeep-interval:60s}")
    public Mono<Void> runPending() {
        return each("rolling-up", Query.of(TO_ROLL_UP, EventUpkeep::tenant), rollups.catchUp())
                .then(each(
                        "retention",
                        Query.of(TO_RETAIN, EventUpkeep::tenant, retentionInterval.toMillis()),
                        retention.apply()));
    }

    private static TenantId tenant(io.r2dbc.spi.Readable row) {
        return new TenantId(Rows.required(row, "tenant", UUID.class));
    }

    private Mono<Void> each(String job, Query<TenantId> tenants, Mono<?> work) {
        return untenanted
                .rows(tenants)
                .concatMap(tenant -> work.then()
                        .contextWrite(TenantContext.of(tenant))
                        .contextWrite(Actor.job(job).context())
                        .onErrorResume(error -> warned(job, tenant.toString(), error)))
                .then()
                .onErrorResume(error -> warned(job, "all", error));
    }

    private static Mono<Void> warned(String job, String tenant, Throwable error) {
        return Mono.fromRunnable(() -> LOG.atWarn()
                .addKeyValue("event", "events-upkeep-failed")
                .addKeyValue("job", job)
                .addKeyValue("tenant", tenant)
                .addKeyValue("cause", error.toString())
                .log("events are not kept up; it is tried again"));
    }
}
