package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A page as it is stored.
 *
 * @param id of the page, made of its URL
 * @param url as it is compared
 * @param contentId of what it says, which other pages may say too
 * @param nodeId of its node in the graph
 * @param bytes of what was sent
 * @param chunks how many it is found by
 * @param links how many it has
 * @param hits look-ups that it answered since it was fetched
 * @param expiresAt from when on no look-up answers with it
 * @param text all that it says; null in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Page(
        String id,
        String url,
        String domain,
        String title,
        String contentId,
        String nodeId,
        String mediaType,
        String quality,
        String extractionType,
        @Nullable Integer statusCode,
        @JsonRawValue String metadata,
        long bytes,
        int chunks,
        int links,
        long hits,
        Instant fetchedAt,
        Instant expiresAt,
        @Nullable String text) {

    /** Of a page {@code p} and its content {@code c}. */
    static final String COLUMNS = """
            p.page_id, p.url, p.domain, c.title, p.content_id, p.node_id, c.media_type, p.quality, p.extraction_type,
            p.status_code::integer as status_code, p.metadata, c.bytes, c.chunks,
            (select count(*)::integer from web_links l where l.tenant_id = $1 and l.content_id = p.content_id) as links,
            p.hits, p.fetched_at, p.expires_at""";

    static Page of(Readable row) {
        return of(row, null);
    }

    /** With its text, which the row has too. */
    static Page whole(Readable row) {
        return of(row, Rows.required(row, "text", String.class));
    }

    private static Page of(Readable row, @Nullable String text) {
        return new Page(
                Rows.required(row, "page_id", String.class),
                Rows.required(row, "url", String.class),
                Rows.required(row, "domain", String.class),
                Rows.required(row, "title", String.class),
                Rows.required(row, "content_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "media_type", String.class),
                Rows.required(row, "quality", String.class),
                Rows.required(row, "extraction_type", String.class),
                row.get("status_code", Integer.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "bytes", Long.class),
                Rows.required(row, "chunks", Integer.class),
                Rows.required(row, "links", Integer.class),
                Rows.required(row, "hits", Long.class),
                Rows.required(row, "fetched_at", Instant.class),
                Rows.required(row, "expires_at", Instant.class),
                text);
    }

    Cursor cursor() {
        return Cursor.of(fetchedAt.toString(), id);
    }
}
