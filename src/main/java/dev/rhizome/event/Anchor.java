package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain begins since retention removed what was before.
 *
 * @param sequence of the last event that was removed
 * @param mac of it
 * @param events how many were removed with this anchor
 * @param policy {@code delete} or {@code archive}
 * @param file that they are in, null where they were deleted
 * @param newestAt latest time of one of them
 * @param prunedAt when they were removed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Anchor(
        long sequence,
        String mac,
        long events,
        String policy,
        @Nullable String file,
        Instant newestAt,
        Instant prunedAt) {

    /** What {@link Sealed#of} reads. */
    static final String COLUMNS =
            "sequence, encode(mac, 'hex') as mac, events, policy, file, newest_at, pruned_at, encode(seal, 'hex') as seal";

    /** The anchor that counts, the last. */
    static final String LATEST = "select " + COLUMNS + " from event_anchors order by sequence desc limit 1";

    /** Of a chain that is whole. */
    static final Anchor NONE = new Anchor(0, EventChain.BEGINNING, 0, "retain", null, Instant.EPOCH, Instant.EPOCH);

    /**
     * An anchor as it is stored.
     *
     * @param anchor what it says
     * @param seal over that, empty for {@link #NONE}
     */
    record Sealed(Anchor anchor, String seal) {

        static final Sealed NONE = new Sealed(Anchor.NONE, "");

        static Sealed of(Readable row) {
            return new Sealed(
                    new Anchor(
                            Rows.required(row, "sequence", Long.class),
                            Rows.required(row, "mac", String.class),
                            Rows.required(row, "events", Long.class),
                            Rows.required(row, "policy", String.class),
                            row.get("file", String.class),
                            Rows.required(row, "newest_at", Instant.class),
                            Rows.required(row, "pruned_at", Instant.class)),
                    Rows.required(row, "seal", String.class));
        }

        boolean holds(EventChain chain) {
            return anchor.equals(Anchor.NONE) || EventChain.equal(chain.sealOf(anchor), seal);
        }
    }
}
