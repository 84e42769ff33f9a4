package dev.rhizome.quota;

import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a tenant has stored.
 *
 * @param rows of each kind; entities include those of domain objects
 * @param bytes of names, texts, metadata and other values of these rows and of search, as they are stored, which is compressed where
 *     they are large, and of the vectors; without indexes and words
 * @param countedAt when that was so
 */
public record StoredSize(Map<RowKind, Long> rows, long bytes, Instant countedAt) {

    /* Of a text that is stored apart, pg_column_size tells the size without reading it; of a whole row it would read it. */
    static final String COUNT = """
            select e.many as entities, r.many as relationships, p.many as events, c.many as provenance_entries,
                   (e.bytes + r.bytes + p.bytes + c.bytes + d.bytes + i.bytes + o.bytes
                    + i.many * (select 4 * s.dimension + 8 from tenants t join vector_spaces s on s.space = t.vector_space
                                 where t.tenant_id = $1))::bigint as bytes
              from (select count(*) as many, coalesce(sum(pg_column_size(entity_id) + pg_column_size(name)
                             + pg_column_size(text) + pg_column_size(metadata)), 0) as bytes
                      from entities where tenant_id = $1) as e
             cross join (select count(*) as many, coalesce(sum(pg_column_size(source_id) + pg_column_size(target_id)
                             + pg_column_size(type) + pg_column_size(metadata)), 0) as bytes
                           from relationships where tenant_id = $1) as r
             cross join (select count(*) as many, coalesce(sum(pg_column_size(event_id) + pg_column_size(mac)
                             + coalesce(pg_column_size(latency), 0) + coalesce(pg_column_size(accuracy), 0)
                             + coalesce(pg_column_size(resources), 0) + coalesce(pg_column_size(compliance), 0)
                             + coalesce(pg_column_size(cost), 0) + coalesce(pg_column_size(reliability), 0)
                             + coalesce(pg_column_size(context), 0) + coalesce(pg_column_size(metadata), 0)), 0) as bytes
                           from performance_events where tenant_id = $1) as p
             cross join (select count(*) as many, coalesce(sum(pg_column_size(entity_id) + pg_column_size(about)
                             + pg_column_size(constitutional_refs) + pg_column_size(relationships)
                             + pg_column_size(derived_from) + pg_column_size(hash) + pg_column_size(signature)), 0) as bytes
                           from caws_provenance_graph where tenant_id = $1) as c
             cross join (select coalesce(sum(coalesce(pg_column_size(description), 0)
                             + coalesce(pg_column_size(metadata), 0)), 0) as bytes
                           from provenance_payloads where tenant_id = $1) as d
             cross join (select count(*) as many, coalesce(sum(pg_column_size(name) + pg_column_size(text)
                             + pg_column_size(metadata)), 0) as bytes
                           from hybrid_search_index where tenant_id = $1) as i
             cross join (select coalesce(sum(bytes), 0) as bytes from (
                           select pg_column_size(title) + pg_column_size(text) + pg_column_size(metadata) as bytes
                             from documents where tenant_id = $1
                            union all
                           select pg_column_size(title) + pg_column_size(text) from web_contents where tenant_id = $1
                            union all
                           select pg_column_size(url) + pg_column_size(metadata) from web_pages where tenant_id = $1
                            union all
                           select pg_column_size(query_text) + pg_column_size(context)
                             from knowledge_queries where tenant_id = $1
                            union all
                           select pg_column_size(title) + pg_column_size(content) + pg_column_size(url)
                                  + pg_column_size(provider_metadata) from knowledge_results where tenant_id = $1
                            union all
                           select pg_column_size(summary) from knowledge_responses where tenant_id = $1
                            union all
                           select pg_column_size(content) + pg_column_size(metadata) from knowledge_cache where tenant_id = $1
                            union all
                           select pg_column_size(content) + coalesce(pg_column_size(context), 0) + pg_column_size(metadata)
                             from verification_requests where tenant_id = $1
                            union all
                           select pg_column_size(reasoning) + pg_column_size(methods)
                             from verification_results where tenant_id = $1
                            union all
                           select pg_column_size(source) + pg_column_size(content) + pg_column_size(metadata)
                             from verification_evidence where tenant_id = $1) as part) as o
            """;

    static StoredSize of(Readable row) {
        Map<RowKind, Long> rows = new EnumMap<>(RowKind.class);
        for (RowKind kind : RowKind.values()) {
            rows.put(kind, Rows.required(row, kind.name().toLowerCase(Locale.ROOT), Long.class));
        }
        return new StoredSize(rows, Rows.required(row, "bytes", Long.class), Instant.now());
    }

    /** Rows of {@code kind}. */
    public long of(RowKind kind) {
        return rows.getOrDefault(kind, 0L);
    }
}
