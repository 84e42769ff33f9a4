package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.problem.NotFound;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Reads the current tenant's chain. */
final class ProvenanceRepository {

    private static final String FIND = ChainRows.COLUMNS + """
              from unnest($1::text[], $2::text[]) as given (type, id)
             cross join lateral (select * from caws_provenance_graph g
                                  where g.entity_type = given.type and g.entity_id = given.id offset 0) as e
            """ + ChainRows.WITH_PAYLOAD;
    private static final String CONDITION = """
             where e.sequence < $1 and ($2::text is null or e.entity_type = $2) and ($3::text is null or e.writer = $3)
               and e.recorded_at >= $4 and e.recorded_at < $5
            """;
    private static final String LIST = ChainRows.ENTRIES + CONDITION + " order by e.sequence desc limit $6";
    private static final String LIST_BY_REFERENCE =
            ChainRows.COLUMNS + """
              from (select sequence from provenance_mentions
                     where role = 'reference' and name = $7 and sequence < $1 order by sequence desc) as m
             cross join lateral (select * from caws_provenance_graph g where g.sequence = m.sequence offset 0) as e
            """ + ChainRows.WITH_PAYLOAD + CONDITION + " order by m.sequence desc limit $6";
    private static final String RANGE = ChainRows.ENTRIES + " where e.sequence between $1 and $2 order by e.sequence";
    private static final String ERASURES =
            ChainRows.ENTRIES + " where e.entity_type = 'erasure' and e.sequence > $1 order by e.sequence limit $2";
    private static final String HEADS_IN = ChainRows.HEADS + " where sequence between $1 and $2 order by sequence";
    private static final String HEADS_BEFORE = ChainRows.HEADS + " where sequence < $1 order by sequence desc limit $2";
    private static final String HEADS_FROM = ChainRows.HEADS + " where sequence >= $1 order by sequence limit $2";
    private static final String STAND = """
            select c.sequence, encode(c.hash, 'hex') as hash,
                   coalesce((select max(sequence) from caws_provenance_graph), 0) as newest
              from provenance_chains c
             where c.tenant_id = current_tenant()
            """;

    /**
     * Which entries are wanted.
     *
     * @param type of the entries, null for any
     * @param writer who wrote them, null for anybody
     * @param since inclusive, when the service took them
     * @param until exclusive
     * @param reference that they name, null for any
     */
    record Filter(
            @Nullable String type,
            @Nullable String writer,
            Instant since,
            Instant until,
            @Nullable String reference) {}

    /**
     * What the chain's end is said to be, and what there is.
     *
     * @param sequence of the end
     * @param hash of the entry there, in hex
     * @param newest greatest sequence that there is
     */
    record Stand(long sequence, String hash, long newest) {

        static final Stand EMPTY = new Stand(0, ChainEntry.NOTHING_BEFORE, 0);
    }

    private final TenantTransactions transactions;

    ProvenanceRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The entry, or an error of {@link NotFound}. */
    Mono<StoredEntry> get(EntryKey key) {
        return find(List.of(key))
                .flatMap(found -> Mono.justOrEmpty(found.get(key)))
                .switchIfEmpty(Mono.error(() -> new NotFound("provenance entry", key.nodeId())));
    }

    /** Those of {@code keys} that there are. */
    Mono<Map<EntryKey, StoredEntry>> find(List<EntryKey> keys) {
        return transactions
                .read(Query.of(
                        FIND,
                        ChainRows::entry,
                        keys.stream().map(EntryKey::type).toArray(String[]::new),
                        keys.stream().map(EntryKey::id).toArray(String[]::new)))
                .collectMap(stored -> stored.entry().key());
    }

    /** Entries that {@code filter} lets through, newest first, those in front of the sequence {@code before}. */
    Flux<StoredEntry> list(Filter filter, long before, int limit) {
        Object[] arguments = {
            before,
            Query.nullable(filter.type(), String.class),
            Query.nullable(filter.writer(), String.class),
            filter.since(),
            filter.until(),
            limit
        };
        String reference = filter.reference();
        if (reference == null) {
            return transactions.read(Query.of(LIST, ChainRows::entry, arguments));
        }
        Object[] more = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = reference;
        return transactions.read(Query.of(LIST_BY_REFERENCE, ChainRows::entry, more));
    }

    /** Where the chain ends. */
    Mono<Stand> stand() {
        return transactions
                .read(Query.of(
                        STAND,
                        row -> new Stand(
                                Rows.required(row, "sequence", Long.class),
                                Rows.required(row, "hash", String.class),
                                Rows.required(row, "newest", Long.class))))
                .next()
                .defaultIfEmpty(Stand.EMPTY);
    }

    /** Entries and heads of the sequences {@code first} to {@code last}, in order. */
    Mono<Tuple2<List<StoredEntry>, List<SignedHead>>> range(long first, long last) {
        return transactions.read(
                Query.of(RANGE, ChainRows::entry, first, last),
                Query.of(HEADS_IN, ChainRows::head, first, last),
                TransactionSettings.NONE);
    }

    /** Erasures behind {@code after}, in order. */
    Mono<List<StoredEntry>> erasures(long after, int limit) {
        return transactions
                .read(Query.of(ERASURES, ChainRows::entry, after, limit))
                .collectList();
    }

    /** Heads in front of {@code before}, newest first. */
    Flux<SignedHead> heads(long before, int limit) {
        return transactions.read(Query.of(HEADS_BEFORE, ChainRows::head, before, limit));
    }

    /** Heads from {@code first} on, in order. */
    Flux<SignedHead> headsFrom(long first, int limit) {
        return transactions.read(Query.of(HEADS_FROM, ChainRows::head, first, limit));
    }
}
