package dev.rhizome.transfer;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.Snapshots;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.Seal;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.TimedOut;
import dev.rhizome.provenance.Keyring;
import dev.rhizome.tenancy.Tenant;
import dev.rhizome.tenancy.TenantRepository;
import dev.rhizome.tenancy.TenantTable;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * All of a tenant as lines, as it was at one moment: what it is, the rows of its tables in the order in which they can be added
 * again, and a signature over all of it. Rows that are derived from others are in it too, so nothing is computed anew by whoever
 * reads it. What is not in it: keys, limits, usage and the audit, which belong to this installation.
 */
final class TenantExport {

    /** Of rows, that are in memory at once; a page has one at least. */
    private static final int PAGE_BYTES = 512 * 1024;

    private static final int MOST_ROWS = 1024;
    private static final int FIRST_ROWS = 4;
    private static final String VECTORS = """
            select current_vector_table() as name, vector_space::integer as space from tenants where tenant_id = $1
            """;

    private final TenantRepository tenants;
    private final TenantTransactions transactions;
    private final Snapshots snapshots;
    private final ChainIdentity identity;
    private final Keyring keyring;
    private final JsonMapper json;
    private final Duration longest;

    TenantExport(
            TenantRepository tenants,
            TenantTransactions transactions,
            Snapshots snapshots,
            ChainIdentity identity,
            Keyring keyring,
            JsonMapper json,
            TransferProperties properties) {
        this.tenants = tenants;
        this.transactions = transactions;
        this.snapshots = snapshots;
        this.identity = identity;
        this.keyring = keyring;
        this.json = json;
        this.longest = properties.longest();
    }

    /**
     * The lines, some at a time, at the reader's pace. The tenant's audit says that it was exported. Cancelling ends the export.
     *
     * @return the lines; an error of {@code NotFound} where there is no such tenant, of {@link Conflict} where it is being removed, of
     *     {@code Overloaded} where too many exports run, and of {@link TimedOut} where this one takes too long
     */
    Flux<List<ExportLine>> lines(TenantId tenant) {
        return tenants.get(tenant)
                .filter(found -> !found.status().equals("closing"))
                .switchIfEmpty(Mono.error(() -> new Conflict("the tenant is being removed")))
                .delayUntil(found -> recorded(tenant))
                .zipWhen(found -> identity.current())
                .flatMapMany(found -> snapshots.<List<ExportLine>>reading((connection, taken) ->
                        new Run(connection, taken, keyring.seal()).send(found.getT1(), found.getT2())))
                .takeUntilOther(Mono.delay(longest)
                        .then(Mono.error(
                                () -> new TimedOut("the export took longer than " + longest.toMinutes() + " min"))))
                .contextWrite(TenantContext.of(tenant));
    }

    private Mono<Boolean> recorded(TenantId tenant) {
        return transactions.maintaining(
                connection -> AuditLog.record(connection, "exported", "tenant", tenant.toString())
                        .thenReturn(true));
    }

    /** Where the vectors are, and which of them are searched. */
    private record Vectors(String table, int space) {

        static Vectors of(Readable row) {
            return new Vectors(Rows.required(row, "name", String.class), Rows.required(row, "space", Integer.class));
        }
    }

    /** One export. */
    private final class Run {
        private final TenantConnection connection;
        private final Function<List<ExportLine>, Mono<Void>> taken;
        private final Seal seal;
        private final ExportDigest digest = new ExportDigest();

        private Run(TenantConnection connection, Function<List<ExportLine>, Mono<Void>> taken, Seal seal) {
            this.connection = connection;
            this.taken = taken;
            this.seal = seal;
        }

        private Mono<Void> send(Tenant tenant, TenantId chains) {
            return connection
                    .list(Query.ofTenant(VECTORS, Vectors::of))
                    .flatMap(vectors -> connection
                            .list(TableColumns.ofAll())
                            .flatMap(tables -> send(head(tenant, chains, tables), tables, vectors.getFirst())));
        }

        private Mono<Void> send(ExportHead head, List<TableColumns> tables, Vectors vectors) {
            return sent(List.of(line(ExportLine.TENANT, head)))
                    .thenMany(Flux.fromIterable(tables).concatMap(table -> new Table(table, vectors).send()))
                    .then(Mono.defer(() -> taken.apply(List.of(line(ExportLine.DONE, digest.end(seal))))));
        }

        private Mono<Void> sent(List<ExportLine> lines) {
            lines.forEach(digest::add);
            return taken.apply(lines);
        }

        private ExportHead head(Tenant tenant, TenantId chains, List<TableColumns> tables) {
            return new ExportHead(
                    ExportHead.FORMAT,
                    ExportHead.VERSION,
                    Instant.now(),
                    ExportHead.Described.of(tenant, json),
                    chains.value(),
                    tenant.embeddingModel(),
                    String.valueOf(seal.keyId()),
                    tables.stream()
                            .map(table -> new ExportHead.Table(table.name(), table.columns()))
                            .toList());
        }

        private ExportLine line(String event, Object data) {
            return new ExportLine(event, json.writeValueAsString(data));
        }

        /** One table of the export, read by a cursor, so that PostgreSQL sends no more than is asked for. */
        private final class Table {
            private final TableColumns table;
            private final String declare;
            private int rows = FIRST_ROWS;
            private boolean isOver;

            private Table(TableColumns table, Vectors vectors) {
                this.table = table;
                String columns = table.listed("", table.columns());
                this.declare = table.name().equals(TenantTable.VECTORS)
                        ? ofVectors(columns, vectors)
                        : """
                        declare exported no scroll cursor for
                        select row_to_json(t)::text as row from (select %s from %s where tenant_id = current_tenant() %s) as t
                        """.formatted(
                                        columns,
                                        table.name(),
                                        table.key().isEmpty() ? "" : "order by " + table.listed("", table.key()));
            }

            /** Those of the model that the tenant is searched by. */
            private static String ofVectors(String columns, Vectors vectors) {
                return """
                        declare exported no scroll cursor for
                        select row_to_json(t)::text as row
                          from (select %s from %s
                                 where tenant_id = current_tenant() and space = %d order by document_id) as t
                        """.formatted(columns, vectors.table(), vectors.space());
            }

            private Mono<Void> send() {
                return connection
                        .changed(Query.change(declare))
                        .then(Mono.defer(this::sendPage).repeat(() -> !isOver).then())
                        .then(Mono.defer(() -> connection.changed(Query.change("close exported"))))
                        .then();
            }

            private Mono<Void> sendPage() {
                int wanted = rows;
                return connection
                        .list(Query.of(
                                "fetch " + wanted + " from exported", row -> Rows.required(row, "row", String.class)))
                        .map(page -> page(page, wanted))
                        .filter(page -> !page.isEmpty())
                        .flatMap(Run.this::sent);
            }

            private List<ExportLine> page(List<String> page, int wanted) {
                isOver = page.size() < wanted;
                long bytes = page.stream().mapToLong(String::length).sum();
                if (!page.isEmpty()) {
                    long fitting = Math.clamp(PAGE_BYTES * (long) page.size() / Math.max(bytes, 1), 1, MOST_ROWS);
                    rows = (int) Long.highestOneBit(Math.min(fitting, 4L * rows)); // few statements to be prepared
                }
                return page.stream()
                        .map(row -> ExportLine.row(table.name(), row))
                        .toList();
            }
        }
    }
}
