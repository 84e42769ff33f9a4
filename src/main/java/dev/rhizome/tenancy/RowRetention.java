package dev.rhizome.tenancy;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/** Records that are rows and nothing else. The audit says how many went at once. */
public final class RowRetention implements RetentionRule {

    private static final int AT_ONCE = 1_000;

    private final String name;
    private final TenantTransactions transactions;
    private final String sql;

    /**
     * Removes rows of {@code table} whose {@code time}, a column, is before the cutoff.
     *
     * @param name see {@link #name}
     */
    public RowRetention(String name, TenantTransactions transactions, String table, String time) {
        this.name = name;
        this.transactions = transactions;
        this.sql = """
                delete from TABLE
                 where tenant_id = $1
                   and ctid = any (array(select ctid from TABLE where tenant_id = $1 and TIME < $2 order by TIME limit $3))
                """.replace("TABLE", table).replace("TIME", time);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Mono<Boolean> remove(Instant cutoff) {
        return transactions
                .writing(connection -> connection
                        .changed(Query.changeOfTenant(sql, cutoff, AT_ONCE))
                        .delayUntil(removed -> removed == 0
                                ? Mono.empty()
                                : AuditLog.record(
                                        connection,
                                        new AuditLog.Change(
                                                "pruned", "retention", List.of(name), "{\"rows\": " + removed + "}"))))
                .map(removed -> removed == AT_ONCE);
    }
}
