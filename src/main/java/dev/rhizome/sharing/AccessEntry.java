package dev.rhizome.sharing;

import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;

/**
 * That something was shared, no longer shared, or read.
 *
 * @param id of the entry; the other side's log has it under another
 * @param at when, to the microsecond
 * @param owner whose things
 * @param guest who may read or read
 * @param action {@code granted}, {@code revoked}, {@code searched} or {@code read}
 * @param subject id of the grant, SHA-256 in hex of what was searched for, or id of the thing
 * @param actor the key's id or the JWT's subject, of the owner for grants, else of the guest
 */
record AccessEntry(UUID id, Instant at, UUID owner, UUID guest, String action, String subject, String actor) {

    static AccessEntry of(Readable row) {
        return new AccessEntry(
                Rows.required(row, "entry_id", UUID.class),
                Rows.required(row, "occurred_at", Instant.class),
                Rows.required(row, "owner", UUID.class),
                Rows.required(row, "guest", UUID.class),
                Rows.required(row, "action", String.class),
                Rows.required(row, "subject", String.class),
                Rows.required(row, "actor", String.class));
    }

    Cursor cursor() {
        return Cursor.of(at.toString(), id.toString());
    }
}
