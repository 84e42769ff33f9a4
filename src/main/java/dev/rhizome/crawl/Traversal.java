package dev.rhizome.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WebAddress;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A walk from page to page.
 *
 * @param startUrl as it is compared
 * @param maxDepth links from the start, at most
 * @param maxPages that it may find
 * @param discovered pages that it has found
 * @param visited of them
 * @param skipped of them
 * @param failed of them
 * @param deepest page found, in links from the start
 * @param bytes of the pages that were visited
 * @param rateLimited how often a site said to wait
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Traversal(
        String id,
        String startUrl,
        int maxDepth,
        int maxPages,
        String strategy,
        boolean sameDomainOnly,
        boolean respectRobotsTxt,
        @JsonRawValue String metadata,
        String status,
        int discovered,
        int visited,
        int skipped,
        int failed,
        int deepest,
        long bytes,
        int rateLimited,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    static final String KIND = "traversal";

    static final String COLUMNS = """
            traversal_id, start_url, max_depth::integer as max_depth, max_pages, strategy, same_domain_only, respect_robots_txt,
            metadata, status, discovered, visited, skipped, failed, deepest::integer as deepest, bytes, rate_limited, error,
            created_at, started_at, completed_at, updated_at""";

    /**
     * A new walk, whose start is its first page.
     *
     * @param id chosen by the client
     * @param strategy in which order the client goes; stored, and nothing else
     * @param sameDomainOnly whether pages of other hosts are left out
     * @param respectRobotsTxt whether the client does
     */
    record Input(
            @Identifier String id,
            @WebAddress String startUrl,
            @Default("3") @WholeNumber(min = 1, max = 10) int maxDepth,

            @Default("50") @WholeNumber(min = 1, max = 100_000)
            int maxPages,

            @Default("breadth_first") @OneOf({"breadth_first", "depth_first", "relevance_based"})
            String strategy,

            @Default("true") boolean sameDomainOnly,
            @Default("true") boolean respectRobotsTxt,
            @Default("{}") @JsonObject String metadata) {}

    /**
     * A step.
     *
     * @param status to take
     * @param error why it failed
     */
    record Change(
            @OneOf({"running", "completed", "failed"}) String status,
            @Nullable @Text(max = 4_000) String error) implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (error != null && !"failed".equals(status)) {
                faults.reject("error", error, "nothing, unless the status is failed");
            }
        }

        /** From which it may be taken. */
        String[] before() {
            return switch (status) {
                case "running" -> new String[] {"pending"};
                case "completed" -> new String[] {"running"};
                default -> new String[] {"pending", "running"};
            };
        }
    }

    static Traversal of(Readable row) {
        return new Traversal(
                Rows.required(row, "traversal_id", String.class),
                Rows.required(row, "start_url", String.class),
                Rows.required(row, "max_depth", Integer.class),
                Rows.required(row, "max_pages", Integer.class),
                Rows.required(row, "strategy", String.class),
                Rows.required(row, "same_domain_only", Boolean.class),
                Rows.required(row, "respect_robots_txt", Boolean.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "status", String.class),
                Rows.required(row, "discovered", Integer.class),
                Rows.required(row, "visited", Integer.class),
                Rows.required(row, "skipped", Integer.class),
                Rows.required(row, "failed", Integer.class),
                Rows.required(row, "deepest", Integer.class),
                Rows.required(row, "bytes", Long.class),
                Rows.required(row, "rate_limited", Integer.class),
                row.get("error", String.class),
                Rows.required(row, "created_at", Instant.class),
                row.get("started_at", Instant.class),
                row.get("completed_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(createdAt.toString(), id);
    }
}
