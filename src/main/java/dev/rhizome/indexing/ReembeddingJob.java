package dev.rhizome.indexing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The change of a tenant's embedding model.
 *
 * @param from the old model
 * @param to the new model
 * @param state {@code filling} the new vectors, {@code clearing} the old ones after the switch, {@code cancelling} by
 *     clearing the new ones, {@code done} or {@code cancelled}
 * @param documents number of the tenant's documents in search when the job began
 * @param filled number of new vectors made so far
 * @param error why the last attempt failed, null where it did not; the job is tried again
 * @param startedAt when the job began
 * @param updatedAt when it last made progress
 * @param switchedAt when the new model began to answer, null before
 * @param endedAt when the job ended, null before
 * @param secondsLeft seconds until the switch, estimated by the rate so far; null where there is no estimate
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReembeddingJob(
        String from,
        String to,
        String state,
        @JsonProperty("things") long documents,
        long filled,
        @Nullable String error,
        Instant startedAt,
        Instant updatedAt,
        @Nullable Instant switchedAt,
        @Nullable Instant endedAt,
        @Nullable Long secondsLeft) {

    static ReembeddingJob of(Readable row) {
        String state = Rows.required(row, "state", String.class);
        long documents = Rows.required(row, "documents", Long.class);
        long filled = Rows.required(row, "filled", Long.class);
        Instant startedAt = Rows.required(row, "started_at", Instant.class);
        Instant updatedAt = Rows.required(row, "updated_at", Instant.class);
        return new ReembeddingJob(
                Rows.required(row, "from_model", String.class),
                Rows.required(row, "to_model", String.class),
                state,
                documents,
                filled,
                row.get("error", String.class),
                startedAt,
                updatedAt,
                row.get("switched_at", Instant.class),
                row.get("ended_at", Instant.class),
                state.equals("filling") && filled > 0
                        ? Duration.between(startedAt, updatedAt).toSeconds() * Math.max(0, documents - filled) / filled
                        : null);
    }
}
