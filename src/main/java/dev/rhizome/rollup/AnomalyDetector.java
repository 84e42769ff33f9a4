package dev.rhizome.rollup;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantConnection;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Finds hours in which an agent did much worse than in the hours before.
 *
 * <p>A figure of an hour is compared with the median of the same figure in the hours before. Their spread is the median
 * absolute deviation, times 1.4826 to be comparable to a standard deviation, but at least 5 % of the median and at least a
 * difference that never matters. Unlike means, median and deviation hardly change by a few spikes in the past. See Leys et al.
 * 2013, "Detecting outliers".
 */
final class AnomalyDetector {

    /** What is judged of a roll-up, such that more is worse; over how many events; and the spread that never matters. */
    private static final String FIGURES = """
            (values ('latency_spike', %1$s.latency_p95, %1$s.latencies, 1.0),
                    ('accuracy_drop', - %1$s.success_sum / nullif(%1$s.successes, 0), %1$s.successes, 0.02),
                    ('error_rate_increase', %1$s.error_sum / nullif(%1$s.errors, 0), %1$s.errors, 1.0))
            """;

    private static final String DETECT = """
            with judged as (
              select r.agent_id, r.type as event_type, r.hour, m.kind, m.value, m.events, b.median, b.hours,
                     greatest(b.mad * 1.4826, abs(b.median) * 0.05, m.least) as spread
                from performance_rollups r
               cross join lateral %s as m (kind, value, events, least)
               cross join lateral (
                 select p.median, p.hours, (select percentile_cont(0.5) within group (order by abs(v - p.median))
                                              from unnest(p.seen) as v) as mad
                   from (select percentile_cont(0.5) within group (order by f.value) as median, count(*) as hours,
                                array_agg(f.value) as seen
                           from performance_rollups q
                          cross join lateral %s as f (kind, value, events, least)
                          where q.tenant_id = $1 and q.agent_id = r.agent_id and q.type = r.type
                            and q.hour >= r.hour - $4 * interval '1 hour' and q.hour < r.hour
                            and f.kind = m.kind and f.value is not null and f.events >= $3) as p) as b
               where r.tenant_id = $1 and r.hour = any ($2) and m.value is not null and m.events >= $3 and b.hours >= $5
            ), found as (
              select j.*, (j.value - j.median) / j.spread as deviations from judged j
               where j.value > j.median + $6 * j.spread
            )
            insert into performance_anomalies
                   (tenant_id, anomaly_id, type, severity, agent_id, method, description, evidence, related_event_ids,
                    detected_at)
            select $1::uuid, md5(concat_ws(E'\\n', f.kind, f.agent_id, f.event_type, f.hour::text))::uuid::text, f.kind,
                   case when f.deviations >= 4 * $6 then 'critical' when f.deviations >= 2 * $6 then 'high'
                        when f.deviations >= 1.5 * $6 then 'medium' else 'low' end,
                   nullif(f.agent_id, ''), 'median-mad', 'an hour unlike the hours before',
                   jsonb_build_object('hour', f.hour, 'eventType', f.event_type, 'events', f.events,
                                      'value', abs(f.value), 'median', abs(f.median), 'spread', f.spread,
                                      'threshold', abs(f.median + $6 * f.spread), 'deviations', f.deviations,
                                      'baselineHours', f.hours),
                   array(select e.event_id from performance_events e
                          where e.tenant_id = $1
                            and e.occurred_at >= f.hour and e.occurred_at < f.hour + interval '1 hour'
                            and coalesce(e.agent_id, '') = f.agent_id and e.type = f.event_type
                          order by case f.kind
                                     when 'latency_spike' then (e.latency ->> 'averageMs')::double precision
                                     when 'accuracy_drop' then - (e.accuracy ->> 'successRate')::double precision
                                     else (e.reliability ->> 'errorRatePercent')::double precision
                                   end desc nulls last, e.sequence
                          limit 10),
                   now()
              from found f
                on conflict on constraint performance_anomalies_pkey do nothing
            """.formatted(FIGURES.formatted("r"), FIGURES.formatted("q"));

    private final RollupProperties.Anomalies rule;

    AnomalyDetector(RollupProperties.Anomalies rule) {
        this.rule = rule;
    }

    /**
     * Judges {@code hours}, whose roll-ups are up to date, in the transaction of {@code connection}. An anomaly is found once,
     * whatever its status became since.
     *
     * @return how many anomalies are new
     */
    Mono<Long> detect(TenantConnection connection, List<Instant> hours) {
        return hours.isEmpty()
                ? Mono.just(0L)
                : connection.changed(Query.changeOfTenant(
                        DETECT,
                        hours.toArray(Instant[]::new),
                        (long) rule.leastEvents(),
                        rule.baselineHours(),
                        (long) rule.leastHours(),
                        rule.deviations()));
    }
}
