package dev.rhizome.transfer;

import dev.rhizome.binding.RecordBinder;
import dev.rhizome.database.Query;
import dev.rhizome.database.SqlErrors;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.event.EventPartitions;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.provenance.Keyring;
import dev.rhizome.tenancy.Tenant;
import dev.rhizome.tenancy.TenantInput;
import dev.rhizome.tenancy.TenantRemoval;
import dev.rhizome.tenancy.TenantRepository;
import dev.rhizome.tenancy.TenantTable;
import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a new tenant of an export. Nobody has a key of it before it is whole: it is suspended while its rows come, in as many
 * transactions as that takes, and active when the signature over all of them was found to be right. What is not whole is removed again.
 */
final class TenantImport {

    private static final Pattern OCCURRED_AT = Pattern.compile("\"occurred_at\":\"([^\"\\\\]{1,40})\"");
    /** Into the space that the model has here. */
    private static final String ADD_VECTORS = """
            insert into vectors (tenant_id, space, document_id, embedding)
            select $1, t.vector_space, r.document_id, r.embedding
              from tenants t cross join json_populate_recordset(null::rhizome.vectors, $2::json) as r
             where t.tenant_id = $1
            """;
    /** So that the tenant gets a home for its vectors, and an index, as if it had written them itself. */
    private static final String NOTE_VECTORS = "insert into vector_changes (tenant_id) values ($1)";

    private final TenantRepository tenants;
    private final TenantRemoval removal;
    private final TenantTransactions transactions;
    private final EventPartitions partitions;
    private final Keyring keyring;
    private final RecordBinder binder;
    private final JsonMapper json;

    TenantImport(
            TenantRepository tenants,
            TenantRemoval removal,
            TenantTransactions transactions,
            EventPartitions partitions,
            Keyring keyring,
            RecordBinder binder,
            JsonMapper json) {
        this.tenants = tenants;
        this.removal = removal;
        this.transactions = transactions;
        this.partitions = partitions;
        this.keyring = keyring;
        this.binder = binder;
        this.json = json;
    }

    /** What an import emits: {@link Progress} after each batch, then one {@link Done}. */
    sealed interface Step {}

    /**
     * How far it has come.
     *
     * @param rows that were added
     */
    record Progress(long rows) implements Step {}

    /**
     * The end.
     *
     * @param tenant that was made
     * @param rows that it has
     * @param tables how many of them are in each table
     */
    record Done(Tenant tenant, long rows, Map<String, Long> tables) implements Step {}

    /**
     * What the new tenant is called.
     *
     * @param slug null for that of the export
     * @param name null for that of the export
     */
    record Named(@Nullable String slug, @Nullable String name) {}

    /**
     * Makes a tenant of {@code batches}, the lines of an export. Cancelling, and every error, removes it again.
     *
     * @return progress and the end; an error of {@link InvalidRequest} where the lines are no whole export, of {@link Conflict} where its
     *     slug is taken, its embedding model is not here, its columns are unknown or its key is not trusted
     */
    Flux<Step> run(Flux<List<ExportLine>> batches, Named named) {
        return Flux.usingWhen(
                Mono.fromCallable(() -> new Run(TenantRepository.newId(), named))
                        .subscribeOn(Schedulers.boundedElastic()),
                run -> batches.concatMap(run::take, 1).concatWith(Mono.defer(run::finished)),
                run -> Mono.empty(),
                (run, error) -> run.undone(),
                Run::undone);
    }

    /** One import. */
    private final class Run {
        private final TenantId id;
        private final Named named;
        private final ExportDigest digest = new ExportDigest();
        private final Map<String, String> inserts = new HashMap<>();
        private @Nullable Tenant tenant;
        private @Nullable ExportEnd end;
        private boolean isWhole;

        private Run(TenantId id, Named named) {
            this.id = id;
            this.named = named;
        }

        private Mono<Step> take(List<ExportLine> lines) {
            List<ExportLine> rest = lines;
            Mono<Void> created = Mono.empty();
            if (tenant == null) {
                created = create(lines.getFirst());
                rest = lines.subList(1, lines.size());
            }
            List<ExportLine> rows = rest;
            return created.then(Mono.defer(() -> add(rows)))
                    .then(Mono.fromSupplier(() -> new Progress(digest.total())));
        }

        private Mono<Void> create(ExportLine first) {
            ExportHead head = head(first);
            digest.add(first);
            TenantInput input = input(head);
            return tenants.createForRows(id, input, head.embeddingModel(), new TenantId(head.chains()))
                    .doOnNext(made -> tenant = made)
                    .then(transactions.read(TableColumns.ofAll()).collectList())
                    .doOnNext(here -> head.tables().forEach(table -> inserts.put(table.name(), insert(table, here))))
                    .then()
                    .contextWrite(TenantContext.of(id));
        }

        private ExportHead head(ExportLine first) {
            if (!first.event().equals(ExportLine.TENANT)) {
                throw InvalidRequest.of("line 1", first.event(), "the first line of an export of a tenant");
            }
            ExportHead head = read(first, ExportHead.class);
            if (!ExportHead.FORMAT.equals(head.format()) || head.version() != ExportHead.VERSION) {
                throw InvalidRequest.of(
                        "line 1", head.format() + " " + head.version(), ExportHead.FORMAT + " " + ExportHead.VERSION);
            }
            if (!keyring.seal().trustedKeys().containsKey(head.keyId())) {
                throw untrusted(head.keyId());
            }
            return head;
        }

        /** A tenant and its copy would count as two in figures over tenants, so the operator says which of them does. */
        private TenantInput input(ExportHead head) {
            ExportHead.Described described = head.tenant();
            ExportHead.Described wanted = new ExportHead.Described(
                    Objects.requireNonNullElse(named.slug(), described.slug()),
                    Objects.requireNonNullElse(named.name(), described.name()),
                    "strict",
                    described.language(),
                    known(described.privacy()),
                    described.retention());
            return binder.json(json.writeValueAsBytes(wanted), TenantInput.class);
        }

        /** Before there were figures over tenants, this could be any object. What nothing is done with is left out. */
        private static JsonNode known(JsonNode privacy) {
            return privacy instanceof ObjectNode object ? object.deepCopy().retain("kAnonymity", "epsilon") : privacy;
        }

        private Mono<Void> add(List<ExportLine> lines) {
            if (lines.isEmpty()) {
                return Mono.empty();
            }
            List<Rows> groups = new ArrayList<>();
            for (ExportLine line : lines) {
                addTo(groups, line);
            }
            return partitions
                    .ensure(times(groups))
                    .then(transactions.maintaining(connection -> written(connection, groups)))
                    .onErrorMap(
                            SqlErrors::isCausedByData,
                            error -> InvalidRequest.of("rows", "refused by the database", "rows as an export has them"))
                    .contextWrite(TenantContext.of(id))
                    .then();
        }

        private Mono<Boolean> written(TenantConnection connection, List<Rows> groups) {
            return Flux.fromIterable(groups)
                    .concatMap(group -> connection.changed(Query.changeOfTenant(group.insert(), group.json())))
                    .then(Mono.just(true));
        }

        private void addTo(List<Rows> groups, ExportLine line) {
            if (end != null) {
                throw InvalidRequest.of("line", "behind the last one", "nothing behind it");
            }
            if (line.event().equals(ExportLine.DONE)) {
                end = read(line, ExportEnd.class);
                return;
            }
            if (!line.event().equals(ExportLine.ROW)) {
                throw InvalidRequest.of("event", line.event(), "row, or done at the end");
            }
            digest.add(line);
            String table = line.table();
            String insert = inserts.get(table);
            if (insert == null) {
                throw InvalidRequest.of("table", table, "a table that line 1 names");
            }
            if (groups.isEmpty() || !groups.getLast().table().equals(table)) {
                groups.add(new Rows(table, insert, new ArrayList<>()));
            }
            groups.getLast().rows().add(line.row());
        }

        private Mono<Step> finished() {
            ExportEnd last = end;
            Tenant made = tenant;
            if (last == null || made == null) {
                return Mono.error(() -> InvalidRequest.of("body", "cut", "all lines of an export, the last is done"));
            }
            return switch (digest.check(last, keyring.seal())) {
                case INVALID ->
                    Mono.error(() -> InvalidRequest.of(
                            "body",
                            "changed",
                            "the lines of an export as they were written: hash or signature differ"));
                case UNTRUSTED_KEY -> Mono.error(() -> untrusted(last.keyId()));
                case VALID -> opened().map(opened -> new Done(opened, last.rows(), last.tables()));
            };
        }

        private Mono<Tenant> opened() {
            return transactions
                    .maintaining(connection -> connection.changed(Query.changeOfTenant(NOTE_VECTORS)))
                    .contextWrite(TenantContext.of(id))
                    .then(tenants.change(id, TenantInput.ofStatus("active")))
                    .doOnNext(active -> isWhole = true);
        }

        /** Whoever leaves when all is there, such as with the last line in hand, leaves it there. */
        private Mono<Void> undone() {
            return Mono.defer(() ->
                    tenant == null || isWhole ? Mono.empty() : removal.close(id).then(removal.purge(id)));
        }
    }

    /**
     * Rows of one table that follow one another.
     *
     * @param insert the statement that adds them
     */
    private record Rows(String table, String insert, List<String> rows) {

        private String json() {
            return "[" + String.join(",", rows) + "]";
        }
    }

    /** When the events among {@code groups} happened. The column comes before those that a client wrote. */
    private static List<Instant> times(List<Rows> groups) {
        return groups.stream()
                .filter(group -> group.table().equals(TenantTable.EVENTS))
                .flatMap(group -> group.rows().stream())
                .map(TenantImport::time)
                .toList();
    }

    private static Instant time(String row) {
        Matcher found = OCCURRED_AT.matcher(row);
        try {
            return OffsetDateTime.parse(found.find() ? found.group(1) : "").toInstant();
        } catch (DateTimeParseException e) {
            throw InvalidRequest.of("occurred_at", row, "a time with its zone");
        }
    }

    private static String insert(ExportHead.Table table, List<TableColumns> here) {
        TableColumns known = here.stream()
                .filter(candidate -> candidate.name().equals(table.name()))
                .findFirst()
                .orElseThrow(() -> newer(table.name()));
        if (!known.columns().containsAll(table.columns())) {
            throw newer(table.name());
        }
        return table.name().equals(TenantTable.VECTORS)
                ? ADD_VECTORS
                : """
                insert into %1$s (tenant_id, %2$s)
                select $1, %3$s from json_populate_recordset(null::rhizome.%1$s, $2::json) as r
                """.formatted(known.name(), known.listed("", table.columns()), known.listed("r.", table.columns()));
    }

    private static Conflict newer(String table) {
        return new Conflict("the export's table " + table
                + " is not as this installation has it (expected: an export of this version or an earlier one)");
    }

    private static Conflict untrusted(String keyId) {
        return new Conflict("the export is signed by the key " + keyId
                + " (expected: a key of this installation, or one in rhizome.provenance.trusted-keys)");
    }

    private <T> T read(ExportLine line, Class<T> type) {
        try {
            return json.readValue(line.json(), type);
        } catch (JacksonException e) {
            throw InvalidRequest.of("line", line.event(), "a line of an export");
        }
    }
}
