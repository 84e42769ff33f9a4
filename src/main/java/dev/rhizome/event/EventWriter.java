package dev.rhizome.event;

import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.Refused;
import dev.rhizome.tenant.TenantContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Appends batches of events to the tenant's chain. A batch holds the chain's head until it is committed, so batches of one
 * tenant come one after another and those of different tenants side by side.
 */
public final class EventWriter implements BatchWriter<EventInput> {

    /** Nothing is appended to a tenant that is being removed, and none is removed while something is appended. */
    private static final String LOCK = """
            with alive as (
              select tenant_id from tenants where tenant_id = current_tenant() and status = 'active' for share
            )
            insert into event_heads as h (tenant_id)
            select tenant_id from alive
                on conflict on constraint event_heads_pkey do update set sequence = h.sequence
            returning sequence, encode(mac, 'hex') as mac, encode(seal, 'hex') as seal
            """;
    /** Behind the lock, so that it sees what the batch before has committed. */
    private static final String KNOWN =
            "select " + Event.COLUMNS + " from performance_events where event_id = any ($1)";

    private static final String APPEND = """
            with added as (
              insert into performance_events
                     (event_id, type, occurred_at, agent_id, task_id, latency, accuracy, resources, compliance, cost,
                      reliability, context, metadata, mac, sequence, received_at)
              select id, type, at, agent, task, latency, accuracy, resources, compliance, cost,
                     reliability, context, metadata, decode(mac, 'hex'), $15 + place, $16
                from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[]::jsonb[],
                            $7::text[]::jsonb[], $8::text[]::jsonb[], $9::text[]::jsonb[], $10::text[]::jsonb[],
                            $11::text[]::jsonb[], $12::text[]::jsonb[], $13::text[]::jsonb[], $14::text[])
                     with ordinality
                  as t (id, type, at, agent, task, latency, accuracy, resources, compliance, cost, reliability, context,
                        metadata, mac, place)
            )
            update event_heads
               set sequence = $17, mac = decode($18, 'hex'), seal = decode($19, 'hex'), updated_at = $16
             where tenant_id = current_tenant()
            """;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final TenantTransactions transactions;
    private final EventPartitions partitions;
    private final IntegrityKey key;
    private final Clock clock;

    EventWriter(TenantTransactions transactions, EventPartitions partitions, IntegrityKey key, Clock clock) {
        this.transactions = transactions;
        this.partitions = partitions;
        this.key = key;
        this.clock = clock;
    }

    /** The time that events are held against. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public boolean isOrdered() {
        return true;
    }

    @Override
    public Mono<List<Result>> write(List<EventInput> batch) {
        Instant now = now();
        // A batch may have to wait for its turn, until the next month has begun.
        List<Instant> times = Stream.concat(
                        Stream.of(now, now.plus(LONGEST_WAIT)),
                        batch.stream().map(EventInput::at).filter(Objects::nonNull))
                .toList();
        return partitions
                .ensure(times)
                .then(TenantContext.current())
                .flatMap(tenant -> transactions.writing(connection -> append(connection, batch, key.chainOf(tenant))));
    }

    private Mono<List<Result>> append(TenantConnection connection, List<EventInput> batch, EventChain chain) {
        Mono<List<Head>> locked = connection.list(Query.of(LOCK, Head::of));
        return Mono.zip(locked, stored(connection, batch)).flatMap(both -> {
            if (both.getT1().isEmpty()) {
                return Mono.error(() -> new Refused("the tenant is being removed"));
            }
            if (!both.getT1().getFirst().holds(chain)) {
                return Mono.error(() -> new Conflict("the chain does not end with a seal of this installation's key;"
                        + " verify it, and see rhizome.events.integrity-key"));
            }
            Links links = new Links(both.getT1().getFirst(), chain, now());
            List<Result> results = new ArrayList<>(batch.size());
            for (EventInput input : batch) {
                results.add(link(input, both.getT2().get(input.id()), links));
            }
            return links.events.isEmpty()
                    ? Mono.just(results)
                    : added(connection, links).thenReturn(results);
        });
    }

    private static Mono<Map<String, Event>> stored(TenantConnection connection, List<EventInput> batch) {
        String[] chosen = batch.stream()
                .filter(event -> !event.isGenerated())
                .map(EventInput::id)
                .toArray(String[]::new);
        return chosen.length == 0
                ? Mono.just(Map.of())
                : connection.list(Query.of(KNOWN, Event::of, (Object) chosen)).map(events -> {
                    Map<String, Event> byId = HashMap.newHashMap(events.size());
                    events.forEach(event -> byId.put(event.id(), event));
                    return byId;
                });
    }

    private static Result link(EventInput input, @Nullable Event stored, Links links) {
        if (stored == null) {
            links.add(input);
            return Result.of(Outcome.CREATED);
        }
        return input.isSameAs(stored)
                ? Result.of(Outcome.UNCHANGED)
                : Result.of(new Conflict("an event with id " + input.id() + " exists and says something else"));
    }

    /** The links that a batch adds to the chain. */
    private static final class Links {
        private final Head head;
        private final EventChain chain;
        private final Instant received;
        private final List<Event> events = new ArrayList<>();
        private final List<String> macs = new ArrayList<>();

        Links(Head head, EventChain chain, Instant received) {
            this.head = head;
            this.chain = chain;
            this.received = received;
        }

        void add(EventInput input) {
            Event event = input.event(head.sequence() + events.size() + 1, received);
            macs.add(chain.macOf(event, last()));
            events.add(event);
        }

        String last() {
            return macs.isEmpty() ? head.mac() : macs.getLast();
        }

        <T> Object column(Function<Event, @Nullable T> field, java.util.function.IntFunction<T[]> make) {
            return events.stream().map(field).toArray(make);
        }
    }

    private static Mono<Long> added(TenantConnection connection, Links links) {
        long last = links.head.sequence() + links.events.size();
        return connection.changed(
                APPEND,
                links.column(Event::id, String[]::new),
                links.column(Event::type, String[]::new),
                links.column(Event::at, Instant[]::new),
                links.column(Event::agentId, String[]::new),
                links.column(Event::taskId, String[]::new),
                links.column(Event::latency, String[]::new),
                links.column(Event::accuracy, String[]::new),
                links.column(Event::resources, String[]::new),
                links.column(Event::compliance, String[]::new),
                links.column(Event::cost, String[]::new),
                links.column(Event::reliability, String[]::new),
                links.column(Event::context, String[]::new),
                links.column(Event::metadata, String[]::new),
                links.macs.toArray(String[]::new),
                links.head.sequence(),
                links.received,
                last,
                links.last(),
                links.chain.sealOfHead(last, links.last()));
    }
}
