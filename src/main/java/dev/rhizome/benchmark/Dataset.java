package dev.rhizome.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What agents are evaluated with.
 *
 * @param id unique in its tenant
 * @param name for people, 1 to 500 characters
 * @param description for people
 * @param taskType kind of task that it tests
 * @param version of the data set, free text
 * @param testCases how many, 1 or more
 * @param baseline figures to compare with, a JSON object
 * @param checksum of the data, null for none
 * @param validationStatus {@code pending}, {@code validating}, {@code valid} or {@code invalid}
 * @param createdAt when it was stored first, null before it is stored
 * @param updatedAt when it was changed last, null before it is stored
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Dataset(
        String id,
        String name,
        String description,
        String taskType,
        String version,
        long testCases,
        @JsonRawValue String baseline,
        @Nullable String checksum,
        String validationStatus,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt) {

    static Dataset of(Readable row) {
        return new Dataset(
                Rows.required(row, "dataset_id", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "description", String.class),
                Rows.required(row, "task_type", String.class),
                Rows.required(row, "version", String.class),
                Rows.required(row, "test_cases", Long.class),
                Rows.required(row, "baseline", String.class),
                row.get("checksum", String.class),
                Rows.required(row, "validation_status", String.class),
                row.get("created_at", Instant.class),
                row.get("updated_at", Instant.class));
    }
}
