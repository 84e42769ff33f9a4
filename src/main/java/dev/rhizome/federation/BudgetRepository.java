package dev.rhizome.federation;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What figures over tenants cost the current one. */
final class BudgetRepository {

    private static final String GET = """
            select federated_budget(t.privacy)::double precision as epsilon, federated_k(t.privacy) as k,
                   coalesce(sum(l.epsilon) filter (where l.side = 'contributor'), 0)::double precision as contributed,
                   coalesce(sum(l.epsilon) filter (where l.side = 'asker'), 0)::double precision as asked,
                   date_trunc('quarter', now(), 'UTC') as since,
                   (date_trunc('quarter', now() at time zone 'UTC') + interval '3 months') at time zone 'UTC' as renews_at
              from tenants t
              left join privacy_ledger l on l.tenant_id = $1 and l.charged_at >= date_trunc('quarter', now(), 'UTC')
             where t.tenant_id = $1
             group by t.privacy
            """;
    private static final String LEDGER = """
            select entry_id, charged_at, side, measure, task_type, period_from, period_until, epsilon
              from privacy_ledger
             where tenant_id = $1 and (charged_at, entry_id) < ($2, $3)
             order by charged_at desc, entry_id desc
             limit $4
            """;

    private final TenantTransactions transactions;

    BudgetRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The budget of this quarter of a year. */
    Mono<Budget> get() {
        return transactions.read(Query.ofTenant(GET, Budget::of)).single();
    }

    /** What was charged, newest first, behind {@code after}. */
    Flux<LedgerEntry> ledger(@Nullable Cursor after, int limit) {
        UUID afterId =
                after == null ? new UUID(0, 0) : UUID.fromString(after.key().getLast());
        return transactions.read(Query.ofTenant(
                LEDGER, LedgerEntry::of, Cursor.timeOf(after, Instant.parse(Times.LATEST)), afterId, limit));
    }
}
