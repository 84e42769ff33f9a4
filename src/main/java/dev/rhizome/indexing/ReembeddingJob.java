package dev.rhizome.indexing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's move from one embedding model to another.
 *
 * @param from model that it is moved from
 * @param to model that it is moved to
 * @param state {@code filling} the new vectors, {@code clearing} the old ones after the switch, {@code cancelling} by
 *     clearing the new ones, {@code done} or {@code cancelled}
 * @param documents that the tenant had in search when the move began
 * @param filled of them, vectors made so far
 * @param error why it does not go on at the moment, null where it does; it is tried again
 * @param startedAt when it began
 * @param updatedAt when it was last heard of
 * @param switchedAt since when the new model answers, null before
 * @param endedAt when it was over, null before
 * @param secondsLeft until the switch, by the rate so far; null where nothing can be said
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
