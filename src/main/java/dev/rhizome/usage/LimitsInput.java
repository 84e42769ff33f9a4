package dev.rhizome.usage;

import dev.rhizome.fairness.TenantLimits;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;

/**
 * What an operator lets a tenant have; null is what all tenants have.
 *
 * @param weight see {@link TenantLimits}
 * @param requestsPerSecond see {@link TenantLimits}
 * @param concurrentRequests see {@link TenantLimits}
 * @param entities see {@link TenantLimits}
 * @param relationships see {@link TenantLimits}
 * @param events see {@link TenantLimits}
 * @param provenanceEntries see {@link TenantLimits}
 * @param storageBytes see {@link TenantLimits}
 */
record LimitsInput(
        @Nullable @WholeNumber(min = 1, max = 100) Integer weight,
        @Nullable @WholeNumber(min = 1, max = MANY) Integer requestsPerSecond,
        @Nullable @WholeNumber(min = 1, max = MANY) Integer concurrentRequests,
        @Nullable @WholeNumber(min = 0) Long entities,
        @Nullable @WholeNumber(min = 0) Long relationships,
        @Nullable @WholeNumber(min = 0) Long events,
        @Nullable @WholeNumber(min = 0) Long provenanceEntries,
        @Nullable @WholeNumber(min = 0) Long storageBytes) {

    private static final int MANY = 1_000_000;

    TenantLimits limits() {
        return new TenantLimits(
                weight,
                requestsPerSecond,
                concurrentRequests,
                entities,
                relationships,
                events,
                provenanceEntries,
                storageBytes);
    }
}
