package dev.rhizome.rollup;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Hourly roll-ups of the current tenant's events. */
public final class RollupRepository {

    /** Whoever has the row locked does the work; a tenant that is being removed gives no row. */
    private static final String LOCK = """
            with alive as (
              select tenant_id from tenants where tenant_id = $1 and status = 'active' for share
            )
            insert into event_progress as u (tenant_id)
            select tenant_id from alive
                on conflict on constraint event_progress_pkey do update set processed_to = u.processed_to
            returning processed_to
            """;
    /**
     * Hours with events that no roll-up counts, a bounded part of the chain at a time. Up to the hour in which retention
     * has removed something nothing can be computed again; these keep what they had.
     */
    private static final String TOUCHED = """
            with part as (
              select least(h.sequence, $2::bigint + $3::bigint) as upto,
                     coalesce((select max(a.newest_at) from event_truncations a where a.tenant_id = $1), '1800-01-01')
                       as frozen
                from event_chains h
               where h.tenant_id = $1
            )
            select distinct part.upto, case when date_trunc('hour', e.occurred_at, 'UTC') > part.frozen
                                            then date_trunc('hour', e.occurred_at, 'UTC') end as hour
              from part
              left join performance_events e on e.tenant_id = $1 and e.sequence > $2 and e.sequence <= part.upto
            """;
    /** An hour is computed from all of its events, so that doing it again changes nothing. */
    private static final String COMPUTE = """
            insert into performance_rollups
                   (tenant_id, hour, agent_id, type, events, successes, success_sum, errors, error_sum, latencies,
                    latency_mean, latency_p50, latency_p95, latency_p99, latency_max)
            select $1::uuid, h.hour, coalesce(e.agent_id, ''), e.type, count(*), count(m.success), sum(m.success),
                   count(m.error), sum(m.error), count(m.latency), avg(m.latency),
                   percentile_cont(0.5) within group (order by m.latency),
                   percentile_cont(0.95) within group (order by m.latency),
                   percentile_cont(0.99) within group (order by m.latency), max(m.latency)
              from unnest($2::timestamptz[]) as h (hour)
              join performance_events e
                on e.tenant_id = $1 and e.occurred_at >= h.hour and e.occurred_at < h.hour + interval '1 hour'
             cross join lateral (select (e.latency ->> 'averageMs')::double precision,
                                        (e.accuracy ->> 'successRate')::double precision,
                                        (e.reliability ->> 'errorRatePercent')::double precision)
                   as m (latency, success, error)
             group by h.hour, coalesce(e.agent_id, ''), e.type
                on conflict on constraint performance_rollups_pkey do update
               set events = excluded.events, successes = excluded.successes, success_sum = excluded.success_sum,
                   errors = excluded.errors, error_sum = excluded.error_sum, latencies = excluded.latencies,
                   latency_mean = excluded.latency_mean, latency_p50 = excluded.latency_p50,
                   latency_p95 = excluded.latency_p95, latency_p99 = excluded.latency_p99,
                   latency_max = excluded.latency_max
            """;

    private static final String ADVANCE = "update event_progress set processed_to = $2 where tenant_id = $1";
    private static final String LIST = """
            select hour, agent_id, type, events, success_sum / nullif(successes, 0) as success_rate,
                   error_sum / nullif(errors, 0) as error_rate, latencies, latency_mean, latency_p50, latency_p95,
                   latency_p99, latency_max
              from performance_rollups
             where tenant_id = $1 and (hour, agent_id, type) < ($2, $3, $4) and hour >= $5
               and ($6::text is null or agent_id = $6) and ($7::text is null or type = $7)
             order by hour desc, agent_id desc, type desc
             limit $8
            """;

    private final TenantTransactions transactions;
    private final AnomalyDetector anomalies;
    private final int batch;

    RollupRepository(TenantTransactions transactions, AnomalyDetector anomalies, RollupProperties properties) {
        this.transactions = transactions;
        this.anomalies = anomalies;
        this.batch = properties.rollUpBatch();
    }

    /**
     * Which roll-ups to list; null is any.
     *
     * @param since inclusive
     * @param until exclusive
     */
    record Filter(@Nullable String agentId, @Nullable String type, Instant since, Instant until) {}

    private record Touched(long upto, @Nullable Instant hour) {

        static Touched of(Readable row) {
            return new Touched(Rows.required(row, "upto", Long.class), row.get("hour", Instant.class));
        }
    }

    /**
     * Computes the hours of all events that no roll-up counts yet, and looks for anomalies in them.
     *
     * @return when there are none left. Cancelling keeps what has been computed
     */
    Mono<Void> catchUp() {
        return computeSome().repeat().takeWhile(goesOn -> goesOn).then();
    }

    /** Computes the hours of a bounded number of events; gives whether there were any. */
    Mono<Boolean> computeSome() {
        return transactions.writing(this::computeSome).defaultIfEmpty(false);
    }

    private Mono<Boolean> computeSome(TenantConnection connection) {
        return connection
                .rows(Query.ofTenant(LOCK, row -> Rows.required(row, "processed_to", Long.class)))
                .next()
                .flatMap(from -> compute(connection, from));
    }

    private Mono<Boolean> compute(TenantConnection connection, long from) {
        return connection
                .list(Query.ofTenant(TOUCHED, Touched::of, from, (long) batch))
                .filter(touched -> !touched.isEmpty() && touched.getFirst().upto() > from)
                .flatMap(touched -> compute(connection, touched).thenReturn(true))
                .defaultIfEmpty(false);
    }

    private Mono<Long> compute(TenantConnection connection, List<Touched> touched) {
        Instant[] hours =
                touched.stream().map(Touched::hour).filter(Objects::nonNull).toArray(Instant[]::new);
        return connection
                .changed(Query.changeOfTenant(COMPUTE, (Object) hours))
                .then(anomalies.detect(connection, List.of(hours)))
                .then(connection.changed(
                        Query.changeOfTenant(ADVANCE, touched.getFirst().upto())));
    }

    /** Roll-ups that match {@code filter}, newest first, behind {@code after}. */
    Flux<Rollup> list(Filter filter, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Rollup::of,
                after == null ? filter.until() : Instant.parse(after.key().getFirst()),
                after == null ? "" : after.key().get(1),
                after == null ? "" : after.key().getLast(),
                filter.since(),
                Query.nullable(filter.agentId(), String.class),
                Query.nullable(filter.type(), String.class),
                limit));
    }
}
