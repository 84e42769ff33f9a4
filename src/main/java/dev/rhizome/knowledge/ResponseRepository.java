package dev.rhizome.knowledge;

import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantConnection;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import dev.rhizome.problem.NotFound;
import dev.rhizome.validation.Times;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Responses to queries. */
final class ResponseRepository {

    private static final String COLUMNS = """
            response_id, query_id, summary, confidence, sources_used, providers_queried, total_results_found, results_filtered,
            processing_time_ms, cache_used, mean_relevance, mean_credibility, source_diversity, created_at""";
    private static final String ADD = """
            with query as materialized (
              select query_id from knowledge_queries where tenant_id = $1 and query_id = $2 for key share
            ), figures as (
              select avg(relevance::float8) as relevance, avg(credibility::float8) as credibility,
                     count(distinct domain)::float8 / nullif(count(*), 0) as diversity
                from knowledge_results where tenant_id = $1 and query_id = $2
            ), added as (
              insert into knowledge_responses
                (tenant_id, query_id, response_id, summary, confidence, sources_used, providers_queried, total_results_found,
                 results_filtered, processing_time_ms, cache_used, mean_relevance, mean_credibility, source_diversity)
              select $1, q.query_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, f.relevance, f.credibility, f.diversity
                from query q, figures f
                  on conflict on constraint knowledge_responses_pkey do nothing
              returning response_id
            )
            select q.query_id, a.response_id is not null as created,
                   (r.summary, r.confidence, r.sources_used, r.providers_queried, r.total_results_found, r.results_filtered,
                    r.processing_time_ms, r.cache_used) is not distinct from
                   ($4::text, $5::real, $6::text[], $7::text[], $8::bigint, $9::bigint, $10::bigint, $11::boolean) as same
              from query q
              left join added a on true
              left join knowledge_responses r on r.tenant_id = $1 and r.query_id = $2 and r.response_id = $3
            """;
    private static final String LIST = "select " + COLUMNS + """

              from knowledge_responses
             where tenant_id = $1 and query_id = $2 and (created_at, response_id) < ($3, $4)
             order by created_at desc, response_id desc
             limit $5
            """;

    private final TenantTransactions transactions;

    ResponseRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    private record Written(boolean created, boolean same) {}

    /**
     * Adds a response to {@code query}.
     *
     * @return created, or unchanged where the same is there; an error of {@link NotFound} where there is no such query, of
     *     {@link Conflict} where another response has the id
     */
    Mono<Outcome> add(String query, KnowledgeResponse.Input response) {
        Query<Written> statement = Query.ofTenant(
                ADD,
                row -> new Written(
                        Rows.required(row, "created", Boolean.class), Rows.required(row, "same", Boolean.class)),
                query,
                response.id(),
                response.summary(),
                response.confidence(),
                response.sourcesUsed().toArray(String[]::new),
                response.providersQueried().toArray(String[]::new),
                response.totalResultsFound(),
                response.resultsFiltered(),
                response.processingTimeMs(),
                response.cacheUsed());
        return transactions
                .writing(connection -> add(connection, statement, query + " " + response.id()))
                .switchIfEmpty(QueryRepository.missing(query));
    }

    private static Mono<Outcome> add(TenantConnection connection, Query<Written> statement, String subject) {
        return connection
                .rows(statement)
                .next()
                .map(ResponseRepository::outcome)
                .delayUntil(outcome -> AuditLog.record(connection, "response", Map.of(subject, outcome)));
    }

    private static Outcome outcome(Written written) {
        if (written.created()) {
            return Outcome.CREATED;
        }
        if (written.same()) {
            return Outcome.UNCHANGED;
        }
        throw new Conflict("the query has another response with this id");
    }

    /** Responses to {@code query}, newest first, behind {@code after}. */
    Flux<KnowledgeResponse> list(String query, @Nullable Cursor after, int limit) {
        return transactions.read(Query.ofTenant(
                LIST,
                KnowledgeResponse::of,
                query,
                Cursor.timeOf(after, Instant.parse(Times.LATEST)),
                Cursor.idOf(after),
                limit));
    }
}
