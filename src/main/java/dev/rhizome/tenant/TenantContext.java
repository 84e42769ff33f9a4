package dev.rhizome.tenant;

import dev.rhizome.problem.TenantMissing;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Carries the tenant of a request in the Reactor context, from the authentication filter to the transaction; where it reads what
 * another tenant shares, both of them.
 */
public final class TenantContext {

    private static final String GUEST = TenantContext.class.getName() + ".guest";

    private TenantContext() {}

    /**
     * The tenant on whose behalf this pipeline runs.
     *
     * @return the tenant, or an error of {@link TenantMissing} where nobody set one
     */
    public static Mono<TenantId> current() {
        return Mono.deferContextual(context -> context.hasKey(TenantId.class)
                ? Mono.just(context.get(TenantId.class))
                : Mono.error(TenantMissing::new));
    }

    /** A context that carries {@code tenant}, to be handed to {@code contextWrite}. */
    public static Context of(TenantId tenant) {
        return Context.of(TenantId.class, tenant);
    }

    /** A context in which {@code guest} reads what {@code owner} shares: {@code owner} is the current tenant, and nothing is written. */
    public static Context ofGuest(TenantId owner, TenantId guest) {
        return Context.of(TenantId.class, owner, GUEST, guest);
    }

    /** Who reads as a guest of the current tenant, null where the tenant reads what is its own. */
    public static @Nullable TenantId guest(ContextView context) {
        return context.getOrDefault(GUEST, null);
    }

    /** Who asks, and is charged for it: the guest where there is one, else the tenant; null where nobody set one. */
    public static @Nullable TenantId asking(ContextView context) {
        TenantId guest = guest(context);
        return guest == null ? context.getOrDefault(TenantId.class, null) : guest;
    }
}
