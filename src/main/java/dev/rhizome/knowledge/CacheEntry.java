package dev.rhizome.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.WholeNumber;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is kept a while.
 *
 * @param key unique in its tenant
 * @param kind query_result, search_result or response
 * @param bytes of its content, as JSON
 * @param hits how often it was found since it was stored, this time included
 * @param expiresAt from then on it is not found
 * @param lastHitAt when it was found last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CacheEntry(
        String key,
        String kind,
        @JsonRawValue String content,
        @JsonRawValue String metadata,
        long bytes,
        long hits,
        Instant storedAt,
        Instant expiresAt,
        @Nullable Instant lastHitAt) {

    private static final long LONGEST_SECONDS = 366L * 24 * 60 * 60;
    private static final int LARGEST = 512 * 1024;

    /**
     * An entry as a client sends it.
     *
     * @param kind see {@link CacheEntry}
     * @param content a JSON object of up to 512 KB
     * @param metadata a JSON object
     * @param ttlSeconds how long it is kept, 1 second to 366 days; an hour where it is not told
     */
    record Input(
            @Default("response") @OneOf({"query_result", "search_result", "response"})
            String kind,

            @JsonObject(max = LARGEST) String content,
            @Default("{}") @JsonObject String metadata,

            @Default("3600") @WholeNumber(min = 1, max = LONGEST_SECONDS)
            long ttlSeconds) {}

    /**
     * What a cache has, and how often it helped.
     *
     * @param entries that have not expired
     * @param bytes of their contents
     * @param expired entries that have, and are not removed yet
     * @param hits lookups that found something, since the tenant began
     * @param misses lookups that did not
     * @param hitRate hits by lookups, 0 to 1; null where nothing was looked up
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Statistics(
            long entries,
            long bytes,
            long expired,
            long hits,
            long misses,
            @Nullable Double hitRate) {

        static Statistics of(Readable row) {
            long hits = Rows.required(row, "hits", Long.class);
            long misses = Rows.required(row, "misses", Long.class);
            return new Statistics(
                    Rows.required(row, "entries", Long.class),
                    Rows.required(row, "bytes", Long.class),
                    Rows.required(row, "expired", Long.class),
                    hits,
                    misses,
                    hits + misses == 0 ? null : (double) hits / (hits + misses));
        }
    }

    static CacheEntry of(Readable row) {
        return new CacheEntry(
                Rows.required(row, "cache_key", String.class),
                Rows.required(row, "kind", String.class),
                Rows.required(row, "content", String.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "bytes", Long.class),
                Rows.required(row, "hits", Long.class),
                Rows.required(row, "stored_at", Instant.class),
                Rows.required(row, "expires_at", Instant.class),
                row.get("last_hit_at", Instant.class));
    }
}
