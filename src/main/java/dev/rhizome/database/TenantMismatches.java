package dev.rhizome.database;

import dev.rhizome.tenant.TenantId;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the alarm where the database saw another tenant than the one whose request it was: a line in the log at ERROR, and a
 * count that a metric shows. It must stay 0.
 */
public final class TenantMismatches {

    private static final Logger LOG = LoggerFactory.getLogger(TenantMismatches.class);

    private final LongAdder count = new LongAdder();

    /** How many there were since the start. */
    public long count() {
        return count.sum();
    }

    /**
     * Counts and logs one.
     *
     * @param expected whose request it is
     * @param seen what the database said, null where it said nothing
     * @return the error to end the request with, which says nothing of either
     */
    public RuntimeException report(TenantId expected, @Nullable Object seen) {
        count.increment();
        LOG.atError()
                .addKeyValue("event", "tenant-mismatch")
                .addKeyValue("expected", expected)
                .addKeyValue("seen", seen)
                .log("the database saw another tenant than the request's; nothing of it is answered");
        return new TenantMismatch();
    }
}
