package dev.rhizome.tenancy;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** How records of one kind go when their tenant does not keep them any longer. {@link RecordRetention} finds every bean of this type. */
public interface RetentionRule {

    /** The field of a tenant's retention that says for how many days they are kept. */
    String name();

    /**
     * Removes some of the current tenant's records from before {@code cutoff}, the oldest first. What is done stays done when it is
     * cancelled.
     *
     * @return whether there may be more
     */
    Mono<Boolean> remove(Instant cutoff);
}
