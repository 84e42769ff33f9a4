package dev.rhizome.tenancy;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.job.JobTurn;
import dev.rhizome.job.TenantJob;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Removes the records that tenants do not keep any longer; those of a tenant that says nothing are kept. Events have a job of their own. */
final class RecordRetention implements TenantJob {

    private static final String PENDING = """
            select tenant_id as tenant from rhizome.list_tenants('', $1)
             where status = 'active' and retention - 'events' <> '{}'
            """;
    private static final String DAYS = """
            select kept.key as name, (kept.value ->> 'days')::integer as days
              from tenants t cross join lateral jsonb_each(t.retention - 'events') as kept
             where t.tenant_id = $1 and t.status = 'active'
            """;

    private final List<RetentionRule> rules;
    private final TenantTransactions transactions;
    private final RetentionProperties properties;
    private final Clock clock;

    RecordRetention(
            List<RetentionRule> rules, TenantTransactions transactions, RetentionProperties properties, Clock clock) {
        this.rules = rules;
        this.transactions = transactions;
        this.properties = properties;
        this.clock = clock;
    }

    private record Kept(String name, int days) {

        static Kept of(Readable row) {
            return new Kept(Rows.required(row, "name", String.class), Rows.required(row, "days", Integer.class));
        }
    }

    @Override
    public String name() {
        return "record-retention";
    }

    @Override
    public Duration interval() {
        return properties.interval();
    }

    @Override
    public Query<TenantId> pending() {
        return TenantJob.tenants(PENDING, Integer.MAX_VALUE);
    }

    @Override
    public Mono<Boolean> runBatch(JobTurn turn) {
        return transactions
                .read(Query.ofTenant(DAYS, Kept::of))
                .concatMap(this::remove)
                .reduce(false, Boolean::logicalOr);
    }

    private Flux<Boolean> remove(Kept kept) {
        return Flux.fromIterable(rules)
                .filter(rule -> rule.name().equals(kept.name()))
                .concatMap(rule -> rule.remove(clock.instant().minus(Duration.ofDays(kept.days()))));
    }
}
