package dev.rhizome.event;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.ledger.ChainExtension;
import dev.rhizome.ledger.ChainIdentity;
import dev.rhizome.ledger.ChainLock;
import dev.rhizome.problem.Conflict;
import dev.rhizome.tenant.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Appends batches of events to the tenant's chain. */
public final class EventWriter implements BatchWriter<EventInput> {

    /** Nothing is appended to a tenant that is being removed, and none is removed while something is appended. */
    private static final String LOCK = """
            with alive as (
              select tenant_id from tenants where tenant_id = $1 and status = 'active' for share
            )
            insert into event_chains as h (tenant_id)
            select tenant_id from alive
                on conflict on constraint event_chains_pkey do update set sequence = h.sequence
            returning sequence, encode(mac, 'hex') as mac, encode(checkpoint_mac, 'hex') as checkpoint_mac,
            """ + ChainIdentity.SQL + " as chain";
    /** Runs behind the lock, so that it sees what the batch before has committed. */
    private static final String KNOWN = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1 and event_id = any ($2)
            """;

    private static final String APPEND = """
            with added as (
              insert into performance_events
                     (tenant_id, event_id, type, occurred_at, agent_id, task_id, latency, accuracy, resources, compliance,
                      cost, reliability, context, metadata, mac, sequence, received_at)
              select $1::uuid, id, type, at, agent, task, latency, accuracy, resources, compliance, cost,
                     reliability, context, metadata, decode(mac, 'hex'), $16 + place, $17
                from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]::jsonb[],
                            $8::text[]::jsonb[], $9::text[]::jsonb[], $10::text[]::jsonb[], $11::text[]::jsonb[],
                            $12::text[]::jsonb[], $13::text[]::jsonb[], $14::text[]::jsonb[], $15::text[])
                     with ordinality
                  as t (id, type, at, agent, task, latency, accuracy, resources, compliance, cost, reliability, context,
                        metadata, mac, place)
            )
            update event_chains
               set sequence = $18, mac = decode($19, 'hex'), checkpoint_mac = decode($20, 'hex'), updated_at = $17
             where tenant_id = $1
            """;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /**
     * The end of the chain, locked.
     *
     * @param chain under whose id it is sealed
     * @param end where it ends
     */
    private record LockedEnd(TenantId chain, EventChain.End end) {

        static LockedEnd of(Readable row) {
            return new LockedEnd(new TenantId(Rows.required(row, "chain", UUID.class)), EventChain.End.of(row));
        }
    }

    private final TenantTransactions transactions;
    private final EventPartitions partitions;
    private final IntegrityKey key;
    private final Clock clock;
    private final ChainLock<LockedEnd> lock = new ChainLock<>(Query.ofTenant(LOCK, LockedEnd::of));

    EventWriter(TenantTransactions transactions, EventPartitions partitions, IntegrityKey key, Clock clock) {
        this.transactions = transactions;
        this.partitions = partitions;
        this.key = key;
        this.clock = clock;
    }

    /** The current time, to the microsecond. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public boolean isOrdered() {
        return true;
    }

    @Override
    public Mono<List<Result>> write(List<EventInput> inputs) {
        return partitions.ensure(times(inputs)).then(transactions.writing(connection -> append(connection, inputs)));
    }

    /** The times for which there must be partitions. A batch may wait for its turn until the next month has begun. */
    private List<Instant> times(List<EventInput> inputs) {
        Instant now = now();
        return Stream.concat(
                        Stream.of(now, now.plus(LONGEST_WAIT)),
                        inputs.stream().map(EventInput::at).filter(Objects::nonNull))
                .toList();
    }

    private Mono<List<Result>> append(TenantConnection connection, List<EventInput> inputs) {
        return Mono.zip(lock.take(connection), known(connection, inputs))
                .flatMap(locked -> append(connection, inputs, batch(locked.getT1(), locked.getT2())));
    }

    private Batch batch(LockedEnd locked, Map<String, Event> known) {
        return new Batch(key.ledgerOf(locked.chain()), locked.end(), known, now());
    }

    private static Mono<List<Result>> append(TenantConnection connection, List<EventInput> inputs, Batch batch) {
        if (!batch.end.isSealedBy(batch.ledger)) {
            return Mono.error(() -> new Conflict("the chain does not end with a seal of this installation's key;"
                    + " verify it, and see rhizome.events.integrity-key"));
        }
        List<Result> results = inputs.stream().map(batch::add).toList();
        return batch.extension.entries().isEmpty()
                ? Mono.just(results)
                : connection.changed(batch.toQuery()).thenReturn(results);
    }

    private static Mono<Map<String, Event>> known(TenantConnection connection, List<EventInput> inputs) {
        String[] chosen = inputs.stream()
                .filter(event -> !event.isGenerated())
                .map(EventInput::id)
                .toArray(String[]::new);
        return chosen.length == 0
                ? Mono.just(Map.of())
                : connection
                        .rows(Query.ofTenant(KNOWN, Event::of, (Object) chosen))
                        .collectMap(Event::id);
    }

    /** What a batch adds to the locked chain. */
    private static final class Batch {
        private final EventLedger ledger;
        private final EventChain.End end;
        private final Map<String, Event> known;
        private final Instant received;
        private final ChainExtension<Event> extension;

        private Batch(EventLedger ledger, EventChain.End end, Map<String, Event> known, Instant received) {
            this.ledger = ledger;
            this.end = end;
            this.known = known;
            this.received = received;
            this.extension = new ChainExtension<>(end.position());
        }

        private Result add(EventInput input) {
            Event stored = known.get(input.id());
            if (stored == null) {
                extension.add(before -> ledger.sealed(input.event(before.sequence() + 1, received), before));
                return Result.of(Outcome.CREATED);
            }
            return input.isSameAs(stored)
                    ? Result.of(Outcome.UNCHANGED)
                    : Result.of(new Conflict("an event with id " + input.id() + " exists with another content"));
        }

        private Query<Void> toQuery() {
            Object[] arguments =
                    Stream.concat(Stream.of(columns()), Stream.of(row())).toArray();
            return Query.changeOfTenant(APPEND, arguments);
        }

        private Object[] columns() {
            return new Object[] {
                column(Event::id, String[]::new),
                column(Event::type, String[]::new),
                column(Event::at, Instant[]::new),
                column(Event::agentId, String[]::new),
                column(Event::taskId, String[]::new),
                column(Event::latency, String[]::new),
                column(Event::accuracy, String[]::new),
                column(Event::resources, String[]::new),
                column(Event::compliance, String[]::new),
                column(Event::cost, String[]::new),
                column(Event::reliability, String[]::new),
                column(Event::context, String[]::new),
                column(Event::metadata, String[]::new),
                column(Event::mac, String[]::new)
            };
        }

        private Object[] row() {
            return new Object[] {
                end.position().sequence(),
                received,
                extension.end().sequence(),
                extension.end().link(),
                ledger.checkpoint(extension.end(), (Instant) null).seal()
            };
        }

        private <T> Object column(Function<Event, @Nullable T> field, IntFunction<T[]> make) {
            return extension.entries().stream().map(field).toArray(make);
        }
    }
}
