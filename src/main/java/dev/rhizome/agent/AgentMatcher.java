package dev.rhizome.agent;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.embedding.QueryEmbeddings;
import dev.rhizome.indexing.Indexer;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.VectorSpace;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Overloaded;
import io.r2dbc.postgresql.codec.Vector;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the agents that fit a task best. An agent that does not meet what is asked for is left out; of the others, the score
 * is the weighted mean of what is known of them, so that each answer can show its arithmetic.
 */
final class AgentMatcher {

    private static final double PRIOR_TASKS = 5;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    /*
     * Success and quality are those in tasks of the wanted type where the agent has any, and are drawn towards what is
     * expected of a new agent as if it had done five tasks before: one success is no record.
     */
    private static final String MATCH = """
            with fitting as (
              select %1$s, l.active::float8 / p.max_concurrent as utilization,
                     case when t.tasks > 0 then t.tasks else h.task_count end::float8 as tasks,
                     case when t.tasks > 0 then t.successes else h.success_count end::float8 as successes,
                     case when t.tasks > 0 then t.quality else h.quality_total end::float8 as quality,
                     t.tasks > 0 as by_type, k.matched
                from %2$s
               cross join lateral (
                 select coalesce(sum(task_count), 0) as tasks, coalesce(sum(success_count), 0) as successes,
                        coalesce(sum(quality_total), 0) as quality
                   from agent_performance_history
                  where tenant_id = $1 and agent_id = p.agent_id and task_type = $2) as t
               cross join lateral (
                 select count(*) filter (where kind = 'task_type' and canonical = $2) > 0 as has_type,
                        count(*) filter (where kind = 'language' and canonical = any ($3)) > 0 as has_language,
                        count(*) filter (where kind = 'specialization' and canonical = any ($4)) > 0 as has_specialization,
                        (count(distinct canonical) filter (where kind = 'language' and canonical = any ($3))
                         + count(distinct canonical) filter (where kind = 'specialization' and canonical = any ($4)))::float8
                          as matched
                   from agent_capabilities where tenant_id = $1 and agent_id = p.agent_id) as k
               where p.tenant_id = $1 and p.deleted_at is null and p.status in ('available', 'busy')
                 and ($2::text is null or k.has_type)
                 and (cardinality($3::text[]) = 0 or k.has_language)
                 and (cardinality($4::text[]) = 0 or k.has_specialization)
                 and l.active::float8 / p.max_concurrent <= $5
                 and coalesce(h.success_count::float8 / nullif(h.task_count, 0), %3$s) >= $6
            ), measured as (
              select f.*, (f.successes + %4$s * %3$s) / (f.tasks + %4$s) as success,
                     (f.quality + %4$s * %5$s) / (f.tasks + %4$s) as good,
                     greatest(0, 1 - f.utilization) as free,
                     case when cardinality($3) + cardinality($4) > 0
                          then f.matched / (cardinality($3) + cardinality($4)) end as coverage,
                     case when $7::vector is not null
                          then coalesce(greatest(0, 1 - (v.embedding <=> $7)), 0) end as meaning
                from fitting f
                left join vectors_of(case when $7::vector is not null then array(select node_id from fitting) end, $8) as v
                  on v.document_id = f.node_id
            ), scored as (
              select m.*, (%6$s * m.success + %7$s * m.good + %8$s * m.free
                           + %9$s * coalesce(m.coverage, 0) + %10$s * coalesce(m.meaning, 0))
                          / (%6$s + %7$s + %8$s + case when m.coverage is null then 0 else %9$s end
                             + case when m.meaning is null then 0 else %10$s end)::float8 as score
                from measured m
            )
            select *
              from scored
             where (score, agent_id) < ($9, $10)
             order by score desc, agent_id desc
             limit $11
            """.formatted(
                    Agent.COLUMNS,
                    Agent.FROM,
                    Performance.EXPECTED_SUCCESS,
                    PRIOR_TASKS,
                    Performance.EXPECTED_QUALITY,
                    Weighting.SUCCESS.weight,
                    Weighting.QUALITY.weight,
                    Weighting.AVAILABILITY.weight,
                    Weighting.COVERAGE.weight,
                    Weighting.MEANING.weight);

    private final TenantTransactions transactions;
    private final Indexer indexer;
    private final QueryEmbeddings queries;

    AgentMatcher(TenantTransactions transactions, Indexer indexer, QueryEmbeddings queries) {
        this.transactions = transactions;
        this.indexer = indexer;
        this.queries = queries;
    }

    /** What a score is made of: how much each counts, and the column of its value. */
    private enum Weighting {
        SUCCESS(0.3, "success"),
        QUALITY(0.15, "good"),
        AVAILABILITY(0.15, "free"),
        COVERAGE(0.15, "coverage"),
        MEANING(0.25, "meaning");

        private final double weight;
        private final String column;

        Weighting(double weight, String column) {
            this.weight = weight;
            this.column = column;
        }
    }

    /**
     * One term of a score: the score is the sum of weight times value by the sum of weights.
     *
     * @param name success, quality, availability, coverage (of the languages and specializations asked for) or meaning
     * @param weight above 0
     * @param value 0 to 1
     */
    record Term(String name, double weight, double value) {}

    /**
     * An agent that fits.
     *
     * @param agent as it is stored
     * @param score 0 to 1
     * @param terms what it is made of; those that were not asked for are absent
     * @param reason the same in words
     */
    record Match(Agent agent, double score, List<Term> terms, String reason) {

        private static Match of(Readable row) {
            List<Term> terms = new ArrayList<>();
            for (Weighting weighting : Weighting.values()) {
                Double value = row.get(weighting.column, Double.class);
                if (value != null) {
                    terms.add(new Term(weighting.name().toLowerCase(Locale.ROOT), weighting.weight, value));
                }
            }
            Agent agent = Agent.of(row);
            boolean byType = Rows.required(row, "by_type", Boolean.class);
            return new Match(agent, Rows.required(row, "score", Double.class), terms, reason(agent, terms, byType));
        }

        private static String reason(Agent agent, List<Term> terms, boolean byType) {
            StringBuilder reason = new StringBuilder();
            for (Term term : terms) {
                reason.append(reason.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%s %.2f", term.name(), term.value()));
            }
            String basis = byType ? "its tasks of this type" : "all its tasks";
            return reason + "; success and quality of "
                    + (agent.performance().taskCount() == 0 ? "a new agent" : basis);
        }

        Cursor cursor() {
            return Cursor.of(Double.toString(score), agent.id());
        }
    }

    /**
     * What is close in meaning to the task.
     *
     * @param vector of the task's text, null where there is none
     * @param space number of the vector space that it is compared in
     */
    private record Likeness(Parameter vector, short space) {}

    /**
     * Agents that fit, best first; equal ones by id, the later first.
     *
     * @return agents; an error of {@link Overloaded} where the tenant's embedding model is not configured here
     */
    Flux<Match> match(MatchRequest request, @Nullable Cursor after, int limit) {
        return indexer.profile()
                .flatMap(profile -> likeness(request.text(), profile))
                .map(likeness -> query(request, likeness, after, limit))
                .flatMapMany(transactions::filtered);
    }

    private Mono<Likeness> likeness(@Nullable String text, TenantProfile profile) {
        VectorSpace space = profile.space();
        if (text == null) {
            return Mono.just(new Likeness(Parameters.in(Vector.class), space.number()));
        }
        String model = space.model().id();
        return queries.of(profile.tenant().value(), model, text)
                .switchIfEmpty(Mono.error(() -> new Overloaded(
                        "the tenant's embedding model " + model + " is not configured in this service", RETRY_AFTER)))
                .map(embedding -> new Likeness(Parameters.in(Vector.of(embedding.values())), space.number()));
    }

    private static Query<Match> query(MatchRequest request, Likeness likeness, @Nullable Cursor after, int limit) {
        String taskType = request.taskType();
        return Query.ofTenant(
                MATCH,
                Match::of,
                Query.nullable(taskType == null ? null : Skills.canonical(taskType), String.class),
                Skills.canonical(request.languages()),
                Skills.canonical(request.specializations()),
                request.maxUtilization(),
                request.minSuccessRate(),
                likeness.vector(),
                likeness.space(),
                after == null ? 2d : Double.parseDouble(after.key().getFirst()),
                Cursor.idOf(after),
                limit);
    }
}
