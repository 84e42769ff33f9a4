package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain begins since retention removed the events before.
 *
 * @param sequence of the last event that was removed
 * @param mac of that event
 * @param events how many were removed up to this point since the point before
 * @param policy {@code delete} or {@code archive}
 * @param file that has the events, null where they were deleted
 * @param newestAt latest time of one of the events
 * @param prunedAt when they were removed
 * @param seal MAC over all of this, empty for {@link #NONE}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TruncationPoint(
        long sequence,
        String mac,
        long events,
        String policy,
        @Nullable String file,
        Instant newestAt,
        Instant prunedAt,
        @JsonIgnore String seal) {

    /** Of a chain from which nothing was removed. */
    static final TruncationPoint NONE =
            new TruncationPoint(0, ChainPosition.BEGINNING.link(), 0, "retain", null, Instant.EPOCH, Instant.EPOCH, "");

    private static final String POINTS = """
            select sequence, encode(mac, 'hex') as mac, events, policy, file, newest_at, pruned_at,
                   encode(truncation_mac, 'hex') as truncation_mac
              from event_truncations
             where tenant_id = $1
            """;

    /** The newest point, which counts. */
    static final String LATEST = POINTS + " order by sequence desc limit 1";

    /** The first point from a sequence on. */
    static final String FROM = POINTS + " and sequence >= $2 order by sequence limit 1";

    /** Points in front of a sequence. */
    static final String BEFORE = POINTS + " and sequence < $2 order by sequence desc limit $3";

    static TruncationPoint of(Readable row) {
        return new TruncationPoint(
                Rows.required(row, "sequence", Long.class),
                Rows.required(row, "mac", String.class),
                Rows.required(row, "events", Long.class),
                Rows.required(row, "policy", String.class),
                row.get("file", String.class),
                Rows.required(row, "newest_at", Instant.class),
                Rows.required(row, "pruned_at", Instant.class),
                Rows.required(row, "truncation_mac", String.class));
    }

    TruncationPoint withSeal(String made) {
        return new TruncationPoint(sequence, mac, events, policy, file, newestAt, prunedAt, made);
    }

    /** Where the point is in a list, newest first. */
    Cursor cursor() {
        return Cursor.of(String.valueOf(sequence));
    }

    ChainPosition position() {
        return new ChainPosition(sequence, mac);
    }
}
