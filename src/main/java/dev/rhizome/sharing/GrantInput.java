package dev.rhizome.sharing;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Times;
import dev.rhizome.validation.TypeName;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new grant as it is asked for.
 *
 * @param tenant who may read; whether there is such a tenant is not told
 * @param name for people
 * @param everything whether all things may be read, also those that come later
 * @param types of which things may be read, empty for any type
 * @param filter JSON that their metadata contains, null for any
 * @param ids the things that may be read and no others, instead of types and filter
 * @param expiresAt in the future, or null
 */
record GrantInput(
        UUID tenant,
        @Name String name,
        @Default("false") boolean everything,
        @Size(max = 50) List<@TypeName String> types,
        @Nullable @JsonObject String filter,
        @Size(max = 1_000) List<@Identifier String> ids,
        @Nullable Instant expiresAt)
        implements SelfChecked {

    @Override
    public void check(Faults faults) {
        boolean isByKind = !types.isEmpty() || filter != null;
        if (everything && (isByKind || !ids.isEmpty())) {
            faults.reject("everything", "true beside types, filter or ids", "either everything, or what of it");
        } else if (isByKind && !ids.isEmpty()) {
            faults.reject("ids", "given beside types or filter", "either ids, or types and filter");
        } else if (!everything && !isByKind && ids.isEmpty()) {
            faults.reject("types", "missing", "types, filter, ids, or everything, true");
        }
    }

    /**
     * This grant, if it lives on after {@code now}.
     *
     * @throws InvalidRequest where it ends before
     */
    GrantInput livingAfter(Instant now) {
        Times.checkBehind(now, "expiresAt", expiresAt);
        return this;
    }

    /**
     * This grant, if it is for another than {@code owner}.
     *
     * @throws InvalidRequest where it is not
     */
    GrantInput notFor(@Nullable TenantId owner) {
        if (owner != null && owner.value().equals(tenant)) {
            throw InvalidRequest.of("tenant", tenant, "the id of another tenant");
        }
        return this;
    }
}
