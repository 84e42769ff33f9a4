package dev.rhizome.indexing;

import dev.rhizome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What writing, planning and ranking need to know of a tenant.
 *
 * @param tenant whose it is
 * @param language text search configuration of its texts
 * @param space in which it is searched
 * @param nextSpace that is being filled to replace it, null where none is
 * @param documents documents in its search index
 * @param meanLength their mean length in terms
 * @param home where its vectors are
 */
public record TenantProfile(
        TenantId tenant,
        String language,
        VectorSpace space,
        @Nullable VectorSpace nextSpace,
        long documents,
        double meanLength,
        VectorHome home) {}
