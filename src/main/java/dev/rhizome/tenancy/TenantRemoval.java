package dev.rhizome.tenancy;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.audit.AuditLog.Change;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.tenant.Actor;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes tenants, for good. What there was is counted before, and that nothing is left is seen afterwards, table by table of the
 * catalogue; the audit keeps both.
 */
public final class TenantRemoval {

    /** Action of the audit entry whose details say how many rows there were in each table. */
    public static final String COUNTED = "counted";

    /** Action of the audit entry that says that nothing is left. */
    public static final String REMOVED = "removed";

    private static final String CLOSE = "select close_tenant($2, $3, $4) as done where $1 = current_tenant()";
    private static final String AWAIT_WRITERS = "select await_writers() is null as done where $1 = current_tenant()";
    private static final String IS_COUNTED = """
            select exists (select from audit_log
                            where tenant_id = $1 and kind = 'tenant' and subject = $1::text and action = 'counted') as done
            """;
    private static final String VECTOR_TABLE = "select current_vector_table() as name where $1 = current_tenant()";
    private static final String END = "select is_left from end_tenant() as is_left where $1 = current_tenant()";
    private static final String PURGE_APPEND_ONLY = "select purge_append_only(5000) as removed";
    private static final String DROP_VECTOR_TABLES = "select drop_vector_tables() as removed";

    /** Each removes one bounded batch. */
    private static final List<Query<Void>> PURGES =
            TenantTable.purged().stream().map(TenantRemoval::purge).toList();

    private static final int PURGES_IN_A_ROW = 3;

    private final TenantTransactions transactions;

    /** Works through the one door. */
    TenantRemoval(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Closes the tenant, for good. Its keys are refused from then on. Closing it again changes nothing. */
    public Mono<Void> close(TenantId id) {
        return Actor.current()
                .flatMap(actor -> transactions.maintaining(connection -> isTrue(connection, closeBy(actor))))
                .filter(closed -> closed)
                .switchIfEmpty(Mono.error(() -> new NotFound("tenant", id.toString())))
                .then()
                .contextWrite(TenantContext.of(id));
    }

    private static Query<Boolean> closeBy(Actor actor) {
        return Query.ofTenant(
                CLOSE,
                TenantRemoval::isDone,
                actor.name(),
                actor.role(),
                Query.nullable(actor.requestId(), String.class));
    }

    /**
     * Removes the rows of a tenant that is closed, in batches, and the tenant. What still writes for it is waited for. Cancelled
     * or failed half-way it stays closing, and doing it again goes on. An error of {@code Conflict} where rows are left.
     */
    public Mono<Void> purge(TenantId id) {
        Query<Boolean> await = Query.ofTenant(AWAIT_WRITERS, TenantRemoval::isDone);
        return transactions
                .maintaining(connection -> isTrue(connection, await))
                .then(Mono.defer(() -> counted(id)))
                .then(Mono.defer(() -> purged(id, PURGES_IN_A_ROW)))
                .contextWrite(TenantContext.of(id));
    }

    /** Counts what there is, once: a purge that goes on where another one stopped would find less. */
    private Mono<Void> counted(TenantId id) {
        return transactions
                .read(Query.ofTenant(IS_COUNTED, TenantRemoval::isDone))
                .single()
                .filter(there -> !there)
                .flatMap(unused -> counts())
                .flatMap(rows -> transactions.maintaining(connection ->
                        AuditLog.record(connection, entry(COUNTED, id, rows)).thenReturn(true)))
                .then();
    }

    private Mono<String> counts() {
        return transactions
                .read(Query.ofTenant(VECTOR_TABLE, row -> Rows.required(row, "name", String.class)))
                .single()
                .flatMapMany(vectors -> Flux.fromIterable(TenantTable.all())
                        .filter(table -> !table.outlives())
                        .concatMap(table -> count(table, vectors)))
                .collect(Collectors.joining(", ", "{\"rows\": {", "}}"));
    }

    /** A table that is too large to be counted in the time of a statement is left out, and removed all the same. */
    private Mono<String> count(TenantTable table, String vectors) {
        String from = table.name().equals(TenantTable.VECTORS) ? vectors : table.name();
        return transactions
                .read(Query.ofTenant(
                        "select count(*) as rows from " + from + " where tenant_id = $1",
                        row -> Rows.required(row, "rows", Long.class)))
                .single()
                .onErrorResume(TimedOut.class, tooLarge -> Mono.empty())
                .map(rows -> "\"" + table.name() + "\": " + rows);
    }

    private static Change entry(String action, TenantId id, String details) {
        return new Change(action, "tenant", List.of(id.toString()), details);
    }

    /** Long work that had begun before may have left something behind the first purge. */
    private Mono<Void> purged(TenantId id, int attempts) {
        return purgeAll(connection -> removed(connection, PURGE_APPEND_ONLY))
                .then(purgeAll(connection -> removed(connection, DROP_VECTOR_TABLES)))
                .thenMany(Flux.fromIterable(PURGES).concatMap(this::purgeAll))
                .then(ended(id))
                .flatMap(left -> left.isEmpty()
                        ? Mono.empty()
                        : attempts > 1 ? purged(id, attempts - 1) : Mono.error(stillThere(left)));
    }

    private Mono<List<String>> ended(TenantId id) {
        Query<String> end = Query.ofTenant(END, row -> Rows.required(row, "is_left", String.class));
        return transactions.maintaining(connection -> connection
                .rows(end)
                .collectList()
                .delayUntil(left -> left.isEmpty()
                        ? AuditLog.record(connection, entry(REMOVED, id, "{\"left\": 0}"))
                        : Mono.empty()));
    }

    private static Conflict stillThere(List<String> tables) {
        return new Conflict("rows of the tenant are still in " + String.join(", ", tables) + "; delete it again");
    }

    private static Boolean isDone(Readable row) {
        return Rows.required(row, "done", Boolean.class);
    }

    private static Mono<Boolean> isTrue(TenantConnection connection, Query<Boolean> query) {
        return connection.rows(query).single();
    }

    private static Mono<Long> removed(TenantConnection connection, String sql) {
        return connection
                .rows(Query.of(sql, row -> Rows.required(row, "removed", Long.class)))
                .single();
    }

    private Mono<Long> purgeAll(Query<Void> purge) {
        return purgeAll(connection -> connection.changed(purge));
    }

    private Mono<Long> purgeAll(Function<TenantConnection, Mono<Long>> batch) {
        return transactions
                .maintaining(batch)
                .repeat()
                .takeUntil(removed -> removed == 0)
                .reduce(0L, Long::sum);
    }

    private static Query<Void> purge(TenantTable table) {
        return Query.changeOfTenant("""
                delete from TABLE
                 where tenant_id = $1 and ctid = any (array(select ctid from TABLE where tenant_id = $1 limit 5000))
                """.replace("TABLE", table.name()));
    }
}
