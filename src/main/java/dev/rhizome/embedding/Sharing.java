package dev.rhizome.embedding;

import dev.rhizome.fairness.FairTurns.Who;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.util.function.ObjLongConsumer;
import java.util.function.ToIntFunction;
import reactor.util.context.ContextView;

/**
 * What a model knows of the tenants that share it.
 *
 * @param weights of tenants, 1 or more
 * @param embedded is told how many texts of a tenant were made vectors of
 */
record Sharing(ToIntFunction<TenantId> weights, ObjLongConsumer<TenantId> embedded) {

    /** All tenants weigh the same, and nobody counts. */
    static final Sharing ALIKE = new Sharing(tenant -> 1, (tenant, texts) -> {});

    /** Whose texts those of a pipeline are; {@code ahead} of others' where they are a query. */
    static Who who(ContextView context, boolean ahead) {
        return new Who(TenantContext.asking(context), ahead);
    }

    /** Counts {@code texts} of {@code who}. */
    void count(Who who, long texts) {
        TenantId tenant = who.tenant();
        if (tenant != null) {
            embedded.accept(tenant, texts);
        }
    }
}
