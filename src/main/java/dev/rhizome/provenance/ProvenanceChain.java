package dev.rhizome.provenance;

import dev.rhizome.database.Query;
import dev.rhizome.database.RowBudget;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.ChainSource;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Flaw;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The current tenant's chain of provenance as it is stored. */
final class ProvenanceChain implements ChainSource<StoredEntry> {

    private static final String END = """
            select sequence, encode(hash, 'hex') as hash
              from provenance_chains
             where tenant_id = $1
            """;
    /** In one statement, since no other table runs ahead of the chain at any moment. */
    private static final String EXTENT = """
            select coalesce(c.sequence, 0) as sequence,
                   encode(coalesce(c.hash, decode(repeat('00', 32), 'hex')), 'hex') as hash,
                   coalesce((select max(e.sequence) from caws_provenance_graph e where e.tenant_id = $1), 0) as newest,
                   greatest((select max(p.sequence) from provenance_payloads p where p.tenant_id = $1),
                            (select max(m.sequence) from provenance_mentions m where m.tenant_id = $1), 0) as reached
              from (select $1::uuid as tenant_id) as t
              left join provenance_chains c on c.tenant_id = $1
            """;

    private static final String ENTRIES =
            ChainRows.ENTRIES + " and e.sequence > $2 and e.sequence <= $3 order by e.sequence";
    private static final String CHECKPOINTS =
            ChainRows.CHECKPOINTS + " and sequence > $2 and sequence <= $3 order by sequence";
    private static final String ERASURES = ChainRows.ENTRIES + """
               and e.entity_type = 'erasure' and e.sequence > $2
             order by e.sequence
             limit $3
            """;
    private static final String CHECKPOINTS_BEFORE = ChainRows.CHECKPOINTS + """
               and sequence < $2
             order by sequence desc
             limit $3
            """;
    private static final String CHECKPOINTS_FROM = ChainRows.CHECKPOINTS + """
               and sequence >= $2
             order by sequence
             limit $3
            """;

    /** Of entries in memory at once; one always fits. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private final TenantTransactions transactions;
    private final int pageEntries;

    /**
     * Reads the chain.
     *
     * @param pageEntries entries of a page
     */
    ProvenanceChain(TenantTransactions transactions, int pageEntries) {
        this.transactions = transactions;
        this.pageEntries = pageEntries;
    }

    /**
     * How far the chain goes.
     *
     * @param end position of the last entry, as the chain's row says; the beginning where there is no row
     * @param newest greatest sequence that an entry has
     * @param reached greatest sequence that a payload or a mention has: the chain has been as long at least; checkpoints
     *     behind the end are looked at one by one, since they say more
     */
    record Extent(ChainPosition end, long newest, long reached) {

        private static Extent of(Readable row) {
            return new Extent(
                    position(row), Rows.required(row, "newest", Long.class), Rows.required(row, "reached", Long.class));
        }

        /** What is wrong with the end, null where nothing is: something is left of entries behind it. */
        @Nullable
        Flaw flaw() {
            long last = end.sequence();
            if (newest > last) {
                return new Flaw(
                        Flaw.Kind.OUTSIDE,
                        last == 0
                                ? "the chain's end is gone, and entries are there"
                                : "the chain is said to end in front of the entry");
            }
            return reached <= last
                    ? null
                    : new Flaw(
                            Flaw.Kind.MISSING,
                            "the chain " + (last == 0 ? "is gone" : "ends at entry " + last)
                                    + ", but the database shows that it came to entry " + reached);
        }
    }

    private static ChainPosition position(Readable row) {
        return new ChainPosition(Rows.required(row, "sequence", Long.class), Rows.required(row, "hash", String.class));
    }

    /** Where the chain ends, as its row says. */
    Mono<ChainPosition> end() {
        return transactions
                .read(Query.ofTenant(END, ProvenanceChain::position))
                .next()
                .defaultIfEmpty(ChainPosition.BEGINNING);
    }

    /** How far the chain goes, as everything in the database shows. Reads what all entries mention. */
    Mono<Extent> extent() {
        return transactions.read(Query.ofTenant(EXTENT, Extent::of)).single();
    }

    @Override
    public Mono<StoredEntry> at(long sequence) {
        return transactions
                .read(Query.ofTenant(ENTRIES, ChainRows::entry, sequence - 1, sequence))
                .next();
    }

    @Override
    public Mono<Page<StoredEntry>> page(long after, long to) {
        return Mono.defer(() -> page(after, Math.min(after + pageEntries, to), new RowBudget(PAGE_BYTES)));
    }

    private Mono<Page<StoredEntry>> page(long after, long upTo, RowBudget budget) {
        return transactions
                .read(
                        Query.ofTenant(ENTRIES, ChainRows::entry, after, upTo),
                        Query.ofTenant(CHECKPOINTS, ChainRows::checkpoint, after, upTo),
                        TransactionSettings.NONE)
                .contextWrite(budget::in)
                .map(found -> page(
                        found.getT1(),
                        found.getT2(),
                        budget.isSpent() ? found.getT1().getLast().sequence() : upTo));
    }

    private static Page<StoredEntry> page(List<StoredEntry> entries, List<Checkpoint> checkpoints, long upTo) {
        List<Checkpoint> covered = checkpoints.stream()
                .filter(checkpoint -> checkpoint.sequence() <= upTo)
                .toList();
        return new Page<>(entries, covered, null, upTo);
    }

    /** Erasures behind {@code after}, in their order, as many as a page has. */
    Mono<List<StoredEntry>> erasures(long after) {
        return transactions
                .read(Query.ofTenant(ERASURES, ChainRows::entry, after, pageEntries))
                .collectList();
    }

    /** Whether {@code erasures} are as many as a page has, so that more may follow. */
    boolean isFull(List<StoredEntry> erasures) {
        return erasures.size() == pageEntries;
    }

    /** Checkpoints of sequences below {@code before}, newest first. */
    Flux<Checkpoint> checkpoints(long before, int limit) {
        return transactions.read(Query.ofTenant(CHECKPOINTS_BEFORE, ChainRows::checkpoint, before, limit));
    }

    /** Checkpoints from the sequence {@code first} on, in their order. */
    Flux<Checkpoint> checkpointsFrom(long first, int limit) {
        return transactions.read(Query.ofTenant(CHECKPOINTS_FROM, ChainRows::checkpoint, first, limit));
    }
}
