package dev.rhizome.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Meters of background jobs, by the name of the job. */
final class JobMeters {

    private static final String TURNS = "rhizome.job.turns";
    private static final String BATCHES = "rhizome.job.batches";
    private static final String SEARCH_FAILURES = "rhizome.job.search.failures";

    private final MeterRegistry registry;

    JobMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts and times a turn; {@code outcome} is {@code done}, {@code failed} or {@code cancelled}. */
    void turn(TenantJob job, String outcome, long nanos) {
        Timer.builder(TURNS)
                .description("turns of a background job on a tenant")
                .tag("job", job.name())
                .tag("outcome", outcome)
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a batch that succeeded. */
    void batch(TenantJob job) {
        registry.counter(BATCHES, "job", job.name()).increment();
    }

    /** Counts an interval in which the tenants with work could not be found. */
    void searchFailed(TenantJob job) {
        registry.counter(SEARCH_FAILURES, "job", job.name()).increment();
    }
}
