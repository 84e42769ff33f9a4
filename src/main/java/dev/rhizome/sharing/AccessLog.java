package dev.rhizome.sharing;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The current tenant's side of the log of what was shared and read. Nobody changes or removes an entry, not even with the tenant. */
final class AccessLog {

    private static final String LIST = """
            select entry_id, occurred_at, owner, guest, action, subject, actor
              from tenant_access_log
             where tenant_id = $1 and (occurred_at, entry_id) < ($2, $3) and occurred_at >= $4
               and ($5::text is null or action = $5) and ($6::uuid is null or owner = $6 or guest = $6)
             order by occurred_at desc, entry_id desc
             limit $7
            """;

    private final TenantTransactions transactions;

    AccessLog(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which entries are wanted.
     *
     * @param since inclusive
     * @param until exclusive
     * @param action what was done, null for anything
     * @param tenant the other side, null for any
     */
    record Filter(
            Instant since,
            Instant until,
            @Nullable String action,
            @Nullable UUID tenant) {}

    /** Entries that {@code filter} lets through, newest first, those behind {@code after}. */
    Flux<AccessEntry> list(Filter filter, @Nullable Cursor after, int limit) {
        Instant before =
                after == null ? filter.until() : Instant.parse(after.key().getFirst());
        UUID beforeId =
                after == null ? new UUID(0, 0) : UUID.fromString(after.key().getLast());
        return transactions.filtered(Query.ofTenant(
                LIST,
                AccessEntry::of,
                before,
                beforeId,
                filter.since(),
                Query.nullable(filter.action(), String.class),
                Query.nullable(filter.tenant(), UUID.class),
                limit));
    }
}
