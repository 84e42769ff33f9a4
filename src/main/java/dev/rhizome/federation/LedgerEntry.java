package dev.rhizome.federation;

import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * What a new answer cost a tenant.
 *
 * @param at when
 * @param side {@code contributor} or {@code asker}
 * @param group task type
 */
record LedgerEntry(UUID id, Instant at, String side, String measure, String group, Figure.Span period, double epsilon) {

    static LedgerEntry of(Readable row) {
        return new LedgerEntry(
                Rows.required(row, "entry_id", UUID.class),
                Rows.required(row, "charged_at", Instant.class),
                Rows.required(row, "side", String.class),
                Rows.required(row, "measure", String.class),
                Rows.required(row, "task_type", String.class),
                Figure.Span.of(row),
                Rows.required(row, "epsilon", BigDecimal.class).doubleValue());
    }

    Cursor cursor() {
        return Cursor.of(at.toString(), id.toString());
    }
}
