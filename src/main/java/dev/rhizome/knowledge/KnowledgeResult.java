package dev.rhizome.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A result as it is stored; see {@link KnowledgeResultBody} for what its writer said.
 *
 * @param nodeId of its node in the graph
 * @param query id of the query that it is of
 * @param domain host of its URL
 * @param contentHash SHA-256 of URL, title and content, in hex
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record KnowledgeResult(
        String id,
        String nodeId,
        String query,
        String title,
        String content,
        String url,
        String domain,
        String sourceType,
        float relevance,
        float credibility,
        String quality,
        String provider,
        @JsonRawValue String providerMetadata,
        String contentHash,
        @Nullable Instant publishedAt,
        Instant retrievedAt,
        Instant createdAt) {

    static final String COLUMNS = """
            result_id, node_id, query_id, title, content, url, domain, source_type, relevance, credibility, quality, provider,
            provider_metadata, encode(content_hash, 'hex') as content_hash, published_at, retrieved_at, created_at""";

    static KnowledgeResult of(Readable row) {
        return new KnowledgeResult(
                Rows.required(row, "result_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "query_id", String.class),
                Rows.required(row, "title", String.class),
                Rows.required(row, "content", String.class),
                Rows.required(row, "url", String.class),
                Rows.required(row, "domain", String.class),
                Rows.required(row, "source_type", String.class),
                Rows.required(row, "relevance", Float.class),
                Rows.required(row, "credibility", Float.class),
                Rows.required(row, "quality", String.class),
                Rows.required(row, "provider", String.class),
                Rows.required(row, "provider_metadata", String.class),
                Rows.required(row, "content_hash", String.class),
                row.get("published_at", Instant.class),
                Rows.required(row, "retrieved_at", Instant.class),
                Rows.required(row, "created_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(Float.toString(relevance), id);
    }
}
