package dev.rhizome.fairness;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What each tenant may have of which nothing else is said; empty is no limit.
 *
 * @param requestsPerSecond see {@link TenantLimits}
 * @param concurrentRequests see {@link TenantLimits}
 * @param entities see {@link TenantLimits}
 * @param relationships see {@link TenantLimits}
 * @param events see {@link TenantLimits}
 * @param provenanceEntries see {@link TenantLimits}
 * @param storage see {@link TenantLimits}
 * @param refresh how long a process believes what it knows of a tenant's limits
 */
@Validated
@ConfigurationProperties("rhizome.limits")
record LimitsProperties(
        @Min(1) @Max(1_000_000) @Nullable Integer requestsPerSecond,
        @Min(1) @Max(1_000_000) @Nullable Integer concurrentRequests,
        @Min(0) @Nullable Long entities,
        @Min(0) @Nullable Long relationships,
        @Min(0) @Nullable Long events,
        @Min(0) @Nullable Long provenanceEntries,
        @Nullable DataSize storage,
        @DefaultValue("30s") Duration refresh) {

    TenantLimits ofAll() {
        return new TenantLimits(
                1,
                requestsPerSecond,
                concurrentRequests,
                entities,
                relationships,
                events,
                provenanceEntries,
                storage == null ? null : storage.toBytes());
    }
}
