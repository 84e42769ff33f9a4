package dev.rhizome.event;

import dev.rhizome.database.Query;
import dev.rhizome.database.RowBudget;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.ChainSource;
import dev.rhizome.ledger.Flaw;
import dev.rhizome.ledger.Seal;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The current tenant's chain of events as it is stored. */
final class EventChain implements ChainSource<Event> {

    /** In one statement, since the rest of the database does not run ahead of the chain at any moment. */
    private static final String END = """
            select coalesce(h.sequence, 0) as sequence, encode(coalesce(h.mac, decode(repeat('00', 32), 'hex')), 'hex') as mac,
                   encode(h.checkpoint_mac, 'hex') as checkpoint_mac,
                   greatest((select p.processed_to from event_progress p where p.tenant_id = $1),
                            (select max(a.sequence) from event_truncations a where a.tenant_id = $1), 0) as reached
              from (select $1::uuid as tenant_id) as t
              left join event_chains h on h.tenant_id = $1
            """;

    private static final String AT = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1 and sequence = $2
             limit 1
            """;
    /** Events of one sequence, of which there should be one, are on one page. */
    private static final String PAGE = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1 and sequence > $2 and sequence <= $3
             order by sequence
             fetch first $4 rows with ties
            """;
    /** In one statement, since the chain's end and its events change together. */
    private static final String OUTSIDE = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1
               and (sequence > coalesce((select h.sequence from event_chains h where h.tenant_id = $1), 0)
                    or sequence <= coalesce((select max(a.sequence) from event_truncations a where a.tenant_id = $1), 0))
             order by sequence
             limit 1
            """;

    private static final int PAGE_ROWS = 1_000;
    /** Of events in memory at once; one always fits. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    private final TenantTransactions transactions;
    private final EventLedger ledger;

    /** The chain whose truncation points {@code ledger} checks. */
    EventChain(TenantTransactions transactions, EventLedger ledger) {
        this.transactions = transactions;
        this.ledger = ledger;
    }

    /**
     * Where the chain ends, as its row says.
     *
     * @param position of the last event
     * @param seal MAC over the position, null where there never was an event
     */
    record End(ChainPosition position, @Nullable String seal) {

        static final End NONE = new End(ChainPosition.BEGINNING, null);

        static End of(Readable row) {
            return new End(
                    new ChainPosition(
                            Rows.required(row, "sequence", Long.class), Rows.required(row, "mac", String.class)),
                    row.get("checkpoint_mac", String.class));
        }

        /** Whether the service wrote this end; that of a chain without events has no seal. */
        boolean isSealedBy(EventLedger ledger) {
            return seal == null
                    ? position.equals(ChainPosition.BEGINNING)
                    : ledger.check(ledger.checkpoint(position, seal)) == Seal.Check.VALID;
        }
    }

    /**
     * What is known of a chain apart from its events.
     *
     * @param end where it ends, as its row says; {@link End#NONE} where there is no row
     * @param reached sequence up to which events were counted by roll-ups, or removed: the chain has been as long at least
     * @param truncation where it begins
     */
    record Extent(End end, long reached, TruncationPoint truncation) {

        private static Extent of(Readable row) {
            return new Extent(End.of(row), Rows.required(row, "reached", Long.class), TruncationPoint.NONE);
        }

        private Extent from(TruncationPoint point) {
            return new Extent(end, reached, point);
        }

        /** What is wrong with the end, null where nothing is: something is left of events behind it. */
        @Nullable
        Flaw flaw() {
            long last = end.position().sequence();
            return reached <= last
                    ? null
                    : new Flaw(
                            Flaw.Kind.MISSING,
                            "the chain " + (last == 0 ? "is gone" : "ends at event " + last)
                                    + ", but the database shows that it came to event " + reached);
        }
    }

    /** Where the chain ends and begins. The beginning is read second, so that it is not older than the end. */
    Mono<Extent> extent() {
        return transactions
                .read(
                        Query.ofTenant(END, Extent::of),
                        Query.ofTenant(TruncationPoint.LATEST, TruncationPoint::of),
                        TransactionSettings.NONE)
                .map(both -> both.getT1().getFirst().from(latest(both.getT2())));
    }

    /** The first truncation point at {@code sequence} or behind it; empty where there is none. */
    Mono<TruncationPoint> truncationFrom(long sequence) {
        return transactions
                .read(Query.ofTenant(TruncationPoint.FROM, TruncationPoint::of, sequence))
                .next();
    }

    /** Truncation points in front of {@code sequence}, newest first. */
    Flux<TruncationPoint> truncations(long before, int limit) {
        return transactions.read(Query.ofTenant(TruncationPoint.BEFORE, TruncationPoint::of, before, limit));
    }

    private static TruncationPoint latest(List<TruncationPoint> points) {
        return points.isEmpty() ? TruncationPoint.NONE : points.getFirst();
    }

    @Override
    public Mono<Event> at(long sequence) {
        return transactions.read(Query.ofTenant(AT, Event::of, sequence)).next();
    }

    @Override
    public Mono<Page<Event>> page(long after, long to) {
        return Mono.defer(() -> page(after, to, new RowBudget(PAGE_BYTES)));
    }

    private Mono<Page<Event>> page(long after, long to, RowBudget budget) {
        return transactions
                .read(
                        Query.ofTenant(PAGE, Event::of, after, to, PAGE_ROWS),
                        Query.ofTenant(TruncationPoint.LATEST, TruncationPoint::of),
                        TransactionSettings.NONE)
                .contextWrite(budget::in)
                .map(both -> budget.isSpent()
                        ? cutShort(both.getT1(), latest(both.getT2()))
                        : page(both.getT1(), latest(both.getT2()), to));
    }

    private Page<Event> page(List<Event> events, TruncationPoint latest, long to) {
        long upTo = events.size() < PAGE_ROWS ? to : events.getLast().sequence();
        return new Page<>(events, List.of(), truncation(latest), upTo);
    }

    /** Of the last sequence there may be more than was read, so it is left to the next page, unless it is the only one. */
    private Page<Event> cutShort(List<Event> events, TruncationPoint latest) {
        long last = events.getLast().sequence();
        List<Event> whole =
                events.stream().filter(event -> event.sequence() < last).toList();
        return whole.isEmpty()
                ? new Page<>(events, List.of(), truncation(latest), last)
                : new Page<>(whole, List.of(), truncation(latest), last - 1);
    }

    private @Nullable ChainPosition truncation(TruncationPoint latest) {
        return ledger.isValid(latest) ? latest.position() : null;
    }

    /** An event in front of the beginning or behind the end; empty where there is none. */
    Mono<Event> outside() {
        return transactions.read(Query.ofTenant(OUTSIDE, Event::of)).next();
    }
}
