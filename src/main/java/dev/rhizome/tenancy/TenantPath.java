package dev.rhizome.tenancy;

import dev.rhizome.binding.Open;
import dev.rhizome.tenant.TenantId;
import java.util.UUID;

/**
 * The tenant that a path names, whatever else it names.
 *
 * @param id of the tenant
 */
@Open
record TenantPath(UUID id) {

    /** The tenant. */
    TenantId tenant() {
        return new TenantId(id);
    }
}
