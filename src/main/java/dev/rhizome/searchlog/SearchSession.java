package dev.rhizome.searchlog;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.paging.Cursor;
import dev.rhizome.search.SearchObserver.Searched;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.validation.Ids;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search that was answered.
 *
 * @param at when the answer was complete
 * @param queryHash by which equal words are known, in hex; null where only a vector was given
 * @param searched the rest; its words are not stored
 */
record SearchSession(UUID id, Instant at, @Nullable String queryHash, Searched searched) {

    static SearchSession now(TenantId tenant, Searched searched) {
        String query = searched.query();
        return new SearchSession(
                UUID.fromString(Ids.next()), Instant.now(), query == null ? null : hash(tenant, query), searched);
    }

    /** SHA-256, in hex, of tenant and words, without regard to case and to white space at the ends; no two tenants have the same. */
    static String hash(TenantId tenant, String query) {
        byte[] hash = new CanonicalEncoding("rhizome.search.query", 1)
                .id(tenant.value())
                .text(query.strip().toLowerCase(Locale.ROOT))
                .sha256();
        return HexFormat.of().formatHex(hash);
    }

    /**
     * A search as it is stored.
     *
     * @param limit most hits that were wanted
     * @param complete whether each retriever could look
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Stored(
            UUID id,
            Instant at,
            @Nullable String queryHash,
            String kind,
            int limit,
            int hops,
            int hits,
            int related,
            boolean complete,
            float tookMs,
            @Nullable Float vectorMs,
            @Nullable Float textMs,
            @Nullable Float graphMs,
            @Nullable String vectorPlan) {

        static Stored of(Readable row) {
            return new Stored(
                    Rows.required(row, "session_id", UUID.class),
                    Rows.required(row, "searched_at", Instant.class),
                    row.get("query_hash", String.class),
                    Rows.required(row, "kind", String.class),
                    Rows.required(row, "max_results", Integer.class),
                    Rows.required(row, "hops", Integer.class),
                    Rows.required(row, "hits", Integer.class),
                    Rows.required(row, "related", Integer.class),
                    Rows.required(row, "complete", Boolean.class),
                    Rows.required(row, "took_ms", Float.class),
                    row.get("vector_ms", Float.class),
                    row.get("text_ms", Float.class),
                    row.get("graph_ms", Float.class),
                    row.get("vector_plan", String.class));
        }

        Cursor cursor() {
            return Cursor.of(at.toString(), id.toString());
        }
    }
}
