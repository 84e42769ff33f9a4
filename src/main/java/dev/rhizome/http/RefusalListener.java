package dev.rhizome.http;

import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantId;

/** Hears of what callers of a tenant tried and may not do. */
@FunctionalInterface
public interface RefusalListener {

    /**
     * Takes note, without waiting for anything.
     *
     * @param tenant the caller's own
     * @param actor who it was
     * @param request method and path
     * @param reason what the caller was told
     */
    void refused(TenantId tenant, Actor actor, String request, String reason);
}
