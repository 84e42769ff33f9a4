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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads events of the current tenant. */
public final class EventRepository {

    /*
     * A row's place is (occurred_at, sequence). The plain bounds on occurred_at beside it are what the planner leaves months
     * out by.
     */
    static final String LIST = "select " + Event.COLUMNS + """
              from performance_events
             where (occurred_at, sequence) < ($1, $2) and occurred_at <= $1 and occurred_at >= $3
               and ($4::text is null or agent_id = $4) and ($5::text is null or task_id = $5)
               and ($6::text is null or type = $6)
             order by occurred_at desc, sequence desc
             limit $7
            """;

    private static final String GET = "select " + Event.COLUMNS + " from performance_events where event_id = $1";
    private static final String STATS = """
            select type, count(*) as events, min(occurred_at) as first_at, max(occurred_at) as last_at,
                   count(accuracy ->> 'successRate') as successes,
                   avg((accuracy ->> 'successRate')::double precision) as success_rate
              from performance_events
             where occurred_at >= $1 and occurred_at < $2 and ($3::text is null or agent_id = $3)
             group by type
             order by type
            """;
    private static final String HEALTH = """
            select (select count(*) from performance_events
                     where occurred_at >= now() - interval '1 hour' and occurred_at <= now()) as events_last_hour,
                   coalesce(h.sequence, 0) as sequence, encode(h.mac, 'hex') as mac, h.updated_at,
                   coalesce(u.rolled_up_to, 0) as rolled_up_to,
                   coalesce((select max(sequence) from event_anchors), 0) as pruned_to
              from (select current_tenant() as tenant_id) as t
              left join event_heads h on h.tenant_id = t.tenant_id
              left join event_upkeep u on u.tenant_id = t.tenant_id
            """;

    private final TenantTransactions transactions;

    EventRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Which events are wanted; null is any.
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
     * @param type of them
     * @param events how many
     * @param successRate mean over those that have one, null where none has
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
     * How it stands with a tenant's events.
     *
     * @param eventsLastHour that happened in the last hour
     * @param sequence of the last event, 0 for none
     * @param mac of it; whoever keeps a copy elsewhere can tell later that nothing before was exchanged
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
                    Rows.required(row, "rolled_up_to", Long.class),
                    Rows.required(row, "pruned_to", Long.class));
        }
    }

    /** Events that {@code filter} lets through, newest first, those behind {@code after}. */
    Flux<Event> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.read(Query.of(
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
                .read(Query.of(GET, Event::of, id))
                .next()
                .switchIfEmpty(Mono.error(() -> new NotFound("event", id)));
    }

    /** The events that {@code filter} lets through, by type; it filters by agent and time only. */
    Mono<List<TypeStats>> stats(Filter filter) {
        return transactions
                .read(Query.of(
                        STATS,
                        TypeStats::of,
                        filter.since(),
                        filter.until(),
                        Query.nullable(filter.agentId(), String.class)))
                .collectList();
    }

    /** How it stands with the tenant's events. */
    Mono<Health> health() {
        return transactions.read(Query.of(HEALTH, Health::of)).single();
    }
}
