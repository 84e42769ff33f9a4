package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WebAddress;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A page that a walk has found.
 *
 * @param place in the order of finding, from 1
 * @param pageId of the page, whether it is stored or not
 * @param depth in links from the start
 * @param parentId of the page that pointed to it; null for the start
 * @param linkType {@code start}, {@code internal} or {@code external}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TraversalNode(
        int place,
        String pageId,
        String url,
        int depth,
        @Nullable String parentId,
        @Nullable String linkText,
        String linkType,
        String status,
        @Nullable Long bytes,
        @Nullable String error,
        Instant discoveredAt,
        @Nullable Instant visitedAt) {

    static final String COLUMNS = """
            place, page_id, url, depth::integer as depth, parent_id, link_text, link_type, status, bytes, error, discovered_at,
            visited_at""";

    /**
     * A page that was found.
     *
     * @param url of the page
     * @param parentUrl of the page that points to it, which the walk has found already
     * @param linkText of the link
     */
    record Input(
            @WebAddress String url,
            @WebAddress String parentUrl,
            @Nullable @Text(max = 1_000) String linkText) {}

    /**
     * What became of a page.
     *
     * @param url of the page
     * @param status of it, once and for all
     * @param bytes that it had
     * @param rateLimited how often its site said to wait
     * @param error why it could not be visited
     */
    record Change(
            @WebAddress String url,
            @OneOf({"visited", "skipped", "error"}) String status,

            @Nullable @WholeNumber(min = 0, max = 1_000_000_000_000L)
            Long bytes,

            @Default("0") @WholeNumber(min = 0, max = 1_000) int rateLimited,
            @Nullable @Text(max = 4_000) String error)
            implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (error != null && !"error".equals(status)) {
                faults.reject("error", error, "nothing, unless the status is error");
            }
            if (bytes != null && !"visited".equals(status)) {
                faults.reject("bytes", bytes.toString(), "nothing, unless the status is visited");
            }
        }
    }

    static TraversalNode of(Readable row) {
        return new TraversalNode(
                Rows.required(row, "place", Integer.class),
                Rows.required(row, "page_id", String.class),
                Rows.required(row, "url", String.class),
                Rows.required(row, "depth", Integer.class),
                row.get("parent_id", String.class),
                row.get("link_text", String.class),
                Rows.required(row, "link_type", String.class),
                Rows.required(row, "status", String.class),
                row.get("bytes", Long.class),
                row.get("error", String.class),
                Rows.required(row, "discovered_at", Instant.class),
                row.get("visited_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(String.valueOf(place));
    }
}
