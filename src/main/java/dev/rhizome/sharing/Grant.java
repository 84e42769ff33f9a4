package dev.rhizome.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant lets another one read.
 *
 * @param id of the grant
 * @param tenant who may read
 * @param name for people
 * @param things which things
 * @param createdAt since when
 * @param expiresAt until when, null for no end
 * @param revokedAt since when no longer, null where it was not revoked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Grant(
        UUID id,
        UUID tenant,
        String name,
        Things things,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /**
     * Which things may be read; all of these hold.
     *
     * @param types one of these, null for any
     * @param filter JSON that the metadata contains, null for any
     * @param ids these and no others, null for any
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Things(
            @Nullable List<String> types,
            @JsonRawValue @Nullable String filter,
            @Nullable List<String> ids) {

        static Things of(Readable row) {
            return new Things(strings(row, "types"), row.get("filter", String.class), strings(row, "ids"));
        }

        private static @Nullable List<String> strings(Readable row, String column) {
            String[] values = row.get(column, String[].class);
            return values == null ? null : List.of(values);
        }
    }

    /**
     * A grant as its guest sees it.
     *
     * @param id of the grant
     * @param tenant slug of the owner, to name it in a search
     * @param name that the owner gave it
     * @param things see {@link Grant}
     * @param createdAt see {@link Grant}
     * @param expiresAt see {@link Grant}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Received(
            UUID id,
            String tenant,
            String name,
            Things things,
            Instant createdAt,
            @Nullable Instant expiresAt) {

        static Received of(Readable row) {
            return new Received(
                    Rows.required(row, "grant_id", UUID.class),
                    Rows.required(row, "owner", String.class),
                    Rows.required(row, "name", String.class),
                    Things.of(row),
                    Rows.required(row, "created_at", Instant.class),
                    row.get("expires_at", Instant.class));
        }

        Cursor cursor() {
            return Cursor.of(id.toString());
        }
    }

    static Grant of(Readable row) {
        return new Grant(
                Rows.required(row, "grant_id", UUID.class),
                Rows.required(row, "guest", UUID.class),
                Rows.required(row, "name", String.class),
                Things.of(row),
                Rows.required(row, "created_at", Instant.class),
                row.get("expires_at", Instant.class),
                row.get("revoked_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(id.toString());
    }
}
