package dev.rhizome.verification;

import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;

/**
 * How a method of verification does.
 *
 * @param method its name
 * @param uses results that it was part of
 * @param failures of them, those in which it said {@code error}
 * @param successRate the others by all, 0 to 1
 * @param meanConfidence of all, 0 to 1
 * @param meanProcessingTimeMs of all
 * @param evidence that it found
 * @param lastUsedAt when a result with it was stored last
 */
record Method(
        String method,
        long uses,
        long failures,
        double successRate,
        double meanConfidence,
        double meanProcessingTimeMs,
        long evidence,
        Instant lastUsedAt) {

    static Method of(Readable row) {
        long uses = Rows.required(row, "uses", Long.class);
        long failures = Rows.required(row, "failures", Long.class);
        return new Method(
                Rows.required(row, "method", String.class),
                uses,
                failures,
                (double) (uses - failures) / uses,
                Rows.required(row, "confidence_total", Double.class) / uses,
                (double) Rows.required(row, "processing_time_ms", Long.class) / uses,
                Rows.required(row, "evidence", Long.class),
                Rows.required(row, "last_used_at", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(method);
    }
}
