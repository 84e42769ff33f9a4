package dev.rhizome.tenant;

import dev.rhizome.problem.TenantMissing;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Carries the tenant of a request in the Reactor context, from the authentication filter to the transaction. */
public final class TenantContext {

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
}
