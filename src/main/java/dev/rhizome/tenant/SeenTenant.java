package dev.rhizome.tenant;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What the database said whose data it showed to one request, noted by each transaction. It travels in the context of the
 * request, and its answer tells it.
 */
public final class SeenTenant {

    private enum Several {
        TENANTS
    }

    /** A {@link TenantId}, or that there were several; null at first. */
    private final AtomicReference<@Nullable Object> seen = new AtomicReference<>();

    /** Notes that the database saw {@code tenant}, for the request of {@code context} if it is one's. */
    public static void note(ContextView context, TenantId tenant) {
        SeenTenant request = context.getOrDefault(SeenTenant.class, null);
        if (request != null) {
            request.seen.updateAndGet(before -> before == null || before.equals(tenant) ? tenant : Several.TENANTS);
        }
    }

    /** A context that carries it, to be handed to {@code contextWrite}. */
    public Context context() {
        return Context.of(SeenTenant.class, this);
    }

    /** The one tenant that was seen; null where there was none, or more than one. */
    public @Nullable TenantId only() {
        return seen.get() instanceof TenantId tenant ? tenant : null;
    }

    /** Whether a tenant that is not {@code expected} was seen. */
    public boolean contradicts(TenantId expected) {
        Object known = seen.get();
        return known != null && !known.equals(expected);
    }
}
