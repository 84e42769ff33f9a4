package dev.rhizome.usage;

import dev.rhizome.fairness.KnownLimits;
import dev.rhizome.quota.StoredSizes;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Tells what tenants use, with what this process has counted until now; other processes' figures are some seconds older. */
final class UsageReports {

    private final UsageRecorder recorder;
    private final UsageRepository usage;
    private final StoredSizes sizes;
    private final KnownLimits limits;

    UsageReports(UsageRecorder recorder, UsageRepository usage, StoredSizes sizes, KnownLimits limits) {
        this.recorder = recorder;
        this.usage = usage;
        this.sizes = sizes;
        this.limits = limits;
    }

    /** What {@code tenant} has used in the hours from that of {@code since} on that begin before {@code until}. */
    Mono<Usage> of(TenantId tenant, Instant since, Instant until) {
        return recorder.store(tenant)
                .then(Mono.defer(() -> Mono.zip(usage.totals(since, until), sizes.current())))
                .map(both -> Usage.of(both.getT1(), both.getT2(), limits.of(tenant)))
                .contextWrite(TenantContext.of(tenant));
    }
}
