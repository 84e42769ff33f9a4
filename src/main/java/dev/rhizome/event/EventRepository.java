package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads events of the current tenant. */
public final class EventRepository {

    /*
     * A row's place is (occurred_at, sequence). By the plain bounds on occurred_at beside it the planner leaves months out.
     */
    static final String LIST = "select " + Event.COLUMNS + """
              from performance_events
             where tenant_id = $1
               and (occurred_at, sequence) < ($2, $3) and occurred_at <= $2 and occurred_at >= $4
               and ($5::text is null or agent_id = $5) and ($6::text is null or task_id = $6)
               and ($7::text is null or type = $7)
             order by occurred_at desc, sequence desc
             limit $8
            """;

    private static final String GET =
            "select " + Event.COLUMNS + " from performance_events where tenant_id = $1 and event_id = $2";
    private static final String STATS = """
            select type, count(*) as events, min(occurred_at) as first_at, max(occurred_at) as last_at,
                   count(accuracy ->> 'successRate') as successes,
                   avg((accuracy ->> 'successRate')::double precision) as success_rate
              from performance_events
             where tenant_id = $1 and occurred_at >= $2 and occurred_at < $3 and ($4::text is null or agent_id = $4)
             group by type
             order by type
            """;
    private static final String HEALTH = """
            select (select count(*) from performance_events e
                     where e.tenant_id = $1 and e.occurred_at >= now() - interval '1 hour' and e.occurred_at <= now())
                   as events_last_hour,
                   coalesce(h.sequence, 0) as sequence, encode(h.mac, 'hex') as mac, h.updated_at,
                   coalesce(u.processed_to, 0) as processed_to,
                   coalesce((select max(a.sequence) from event_truncations a where a.tenant_id = $1), 0) as pruned_to
              from (select $1::uuid as tenant_id) as t
              left join event_chains h on h.tenant_id = $1
              left join event_progress u on u.tenant_id = $1
            """;

    private static final String STORED =
            "select event_id from performance_events where tenant_id = $1 and event_id = any ($2)";

    private final TenantTransactions transactions;

    EventRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** The ids of those of {@code inputs} that exist. */
    Mono<Set<String>> storedKeys(List<EventInput> inputs) {
        return transactions
                .read(Query.ofTenant(STORED, row -> Rows.required(row, "event_id", String.class), (Object)
                        inputs.stream().map(EventInput::id).toArray(String[]::new)))
                .collect(Collectors.toSet());
    }

    /**
     * Which events to list; null is any.
     *
     * @param since inclusive
     * @param until exclusive
     */
    record Filter(
            @Nullable String agentId,
            @Nullable String taskId,
            @Nullable String type,
            Instant since,
            Instant until) {}

    /**
     * Events of a type.
     *
     * @param type of the events
     * @param events how many
     * @param successRate mean over the events that have one, null where none has
     * @param measured how many have one
     * @param firstAt when the first happened
     * @param lastAt when the last happened
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TypeStats(
            String type, long events, @Nullable Double successRate, long measured, Instant firstAt, Instant lastAt) {

        static TypeStats of(Readable row) {
            return new TypeStats(
                    Rows.required(row, "type", String.class),
                    Rows.required(row, "events", Long.class),
                    row.get("success_rate", Double.class),
                    Rows.required(row, "successes", Long.class),
                    Rows.required(row, "first_at", Instant.class),
                    Rows.required(row, "last_at", Instant.class));
        }
    }

    /**
     * The state of a tenant's events.
     *
     * @param eventsLastHour that happened in the last hour
     * @param sequence of the last event, 0 for none
     * @param mac of that event; a copy kept elsewhere shows later whether the events before were exchanged
     * @param updatedAt when the chain grew last
     * @param rolledUpTo sequence up to which roll-ups count
     * @param prunedTo sequence up to which retention removed events, 0 for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Health(
            long eventsLastHour,
            long sequence,
            @Nullable String mac,
            @Nullable Instant updatedAt,
            long rolledUpTo,
            long prunedTo) {

        static Health of(Readable row) {
            return new Health(
                    Rows.required(row, "events_last_hour", Long.class),
                    Rows.required(row, "sequence", Long.class),
                    row.get("mac", String.class),
                    row.get("updated_at", Instant.class),
                    Rows.required(row, "processed_to", Long.class),
                    Rows.required(row, "pruned_to", Long.class));
        }
    }

    /** Events that match {@code filter}, newest first, behind {@code after}. */
    Flux<Event> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Event::of,
                after == null ? filter.until() : Instant.parse(after.key().getFirst()),
                after == null ? 0L : (long) Double.parseDouble(after.key().getLast()),
                filter.since(),
                Query.nullable(filter.agentId(), String.class),
                Query.nullable(filter.taskId(), String.class),
                Query.nullable(filter.type(), String.class),
                limit));
    }

    /** The event, or an error of {@link NotFound}. */
    Mono<Event> get(String id) {
        return transactions
                .read(Query.ofTenant(GET, Event::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("event", id)));
    }

    /** Figures by type of the events that match {@code filter}, of which agent and times count only. */
    Mono<List<TypeStats>> stats(Filter filter) {
        return transactions
                .filtered(Query.ofTenant(
                        STATS,
                        TypeStats::of,
                        filter.since(),
                        filter.until(),
                        Query.nullable(filter.agentId(), String.class)))
                .collectList();
    }

    /** The state of the tenant's events. */
    Mono<Health> health() {
        return transactions.read(Query.ofTenant(HEALTH, Health::of)).single();
    }
}
