package dev.rhizome.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done.
 *
 * @param id of the entry
 * @param at when, to the microsecond
 * @param actor the key's id, the JWT's subject, {@code operator}, or the name of a job
 * @param role as which the actor acted; {@code service} for a job
 * @param requestId of the request, null for a job
 * @param action such as {@code created}, {@code updated}, {@code deleted}
 * @param kind of the thing, such as {@code agent}
 * @param subject id of the thing
 * @param details a JSON object, mostly empty
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditEntry(
        UUID id,
        Instant at,
        String actor,
        String role,
        @Nullable String requestId,
        String action,
        String kind,
        String subject,
        @JsonRawValue String details) {

    static AuditEntry of(Readable row) {
        return new AuditEntry(
                Rows.required(row, "entry_id", UUID.class),
                Rows.required(row, "occurred_at", Instant.class),
                Rows.required(row, "actor", String.class),
                Rows.required(row, "role", String.class),
                row.get("request_id", String.class),
                Rows.required(row, "action", String.class),
                Rows.required(row, "kind", String.class),
                Rows.required(row, "subject", String.class),
                Rows.required(row, "details", String.class));
    }

    Cursor cursor() {
        return Cursor.of(at.toString(), id.toString());
    }
}
