package dev.rhizome.crawl;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What it took to fetch and read pages, for the current tenant. It is kept for 30 days. */
final class ExtractionRepository {

    /** Whoever adds something removes a few that are too old, so that nobody has to come and do it. */
    private static final String ADD = """
            with old as (
              delete from web_extractions
               where tenant_id = $1 and extraction_id in (
                 select extraction_id from web_extractions
                  where tenant_id = $1 and extracted_at < now() - interval '30 days'
                  order by extracted_at limit 10 for update skip locked)
            )
            insert into web_extractions
              (tenant_id, page_id, domain, total_ms, fetch_ms, parse_ms, sanitize_ms, status_code, content_type, content_bytes,
               redirects, ssl_verified, malicious, sanitized)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    private static final String HOURS = """
            select date_trunc('hour', extracted_at, 'UTC') as hour, count(*) as pages,
                   count(*) filter (where status_code >= 400) as failed, count(*) filter (where malicious) as malicious,
                   count(*) filter (where sanitized) as sanitized,
                   percentile_cont(0.5) within group (order by total_ms) as p50,
                   percentile_cont(0.95) within group (order by total_ms) as p95,
                   percentile_cont(0.99) within group (order by total_ms) as p99,
                   avg(fetch_ms)::float8 as fetch, avg(parse_ms)::float8 as parse, avg(sanitize_ms)::float8 as sanitize,
                   coalesce(sum(content_bytes), 0)::bigint as bytes
              from web_extractions
             where tenant_id = $1 and extracted_at >= $2 and extracted_at < $3 and ($4::text is null or domain = $4)
             group by 1
             order by 1 desc
             limit 744
            """;

    private final TenantTransactions transactions;

    ExtractionRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Adds one. */
    Mono<Long> add(Extraction.Input extraction) {
        WebUrl url = WebUrl.of("url", extraction.url());
        Query<Void> add = Query.changeOfTenant(
                ADD,
                url.id(),
                url.domain(),
                extraction.totalMs(),
                Query.nullable(extraction.fetchMs(), Integer.class),
                Query.nullable(extraction.parseMs(), Integer.class),
                Query.nullable(extraction.sanitizeMs(), Integer.class),
                Query.nullable(extraction.statusCode(), Integer.class),
                Query.nullable(extraction.contentType(), String.class),
                Query.nullable(extraction.contentBytes(), Long.class),
                Query.nullable(extraction.redirects(), Integer.class),
                Query.nullable(extraction.sslVerified(), Boolean.class),
                extraction.malicious(),
                extraction.sanitized());
        return transactions.writing(connection -> connection.changed(add));
    }

    /** Hours of {@code since} inclusive to {@code until} exclusive, newest first, of one domain, or of all where that is null. */
    Flux<Extraction.Hour> hours(Instant since, Instant until, @org.jspecify.annotations.Nullable String domain) {
        return transactions.filtered(
                Query.ofTenant(HOURS, Extraction.Hour::of, since, until, Query.nullable(domain, String.class)));
    }
}
