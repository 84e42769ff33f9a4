package dev.rhizome.fairness;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant may have. Null is no limit, and weight 1.
 *
 * @param weight how much of what tenants share it has beside others: 3 is three times what one of weight 1 has
 * @param requestsPerSecond requests that begin in a second
 * @param concurrentRequests requests at once
 * @param entities nodes of its graph, those of domain objects included
 * @param relationships edges of its graph
 * @param events performance events
 * @param provenanceEntries entries of its chain
 * @param storageBytes bytes of what it has stored, as {@code StoredSize} counts them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantLimits(
        @Nullable Integer weight,
        @Nullable Integer requestsPerSecond,
        @Nullable Integer concurrentRequests,
        @Nullable Long entities,
        @Nullable Long relationships,
        @Nullable Long events,
        @Nullable Long provenanceEntries,
        @Nullable Long storageBytes) {

    /** No limit. */
    public static final TenantLimits NONE = new TenantLimits(null, null, null, null, null, null, null, null);

    /** These, and {@code others} where there is none here. */
    public TenantLimits or(TenantLimits others) {
        return new TenantLimits(
                first(weight, others.weight),
                first(requestsPerSecond, others.requestsPerSecond),
                first(concurrentRequests, others.concurrentRequests),
                first(entities, others.entities),
                first(relationships, others.relationships),
                first(events, others.events),
                first(provenanceEntries, others.provenanceEntries),
                first(storageBytes, others.storageBytes));
    }

    /** The weight, as a number. */
    @JsonIgnore
    public int share() {
        return weight == null ? 1 : weight;
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one == null ? other : one;
    }
}
