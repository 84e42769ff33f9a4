package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
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
 * @param checksum of the data, null where nobody made one
 * @param validationStatus {@code pending}, {@code validating}, {@code valid} or {@code invalid}
 * @param createdAt when it was stored first, null before that
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

    private static final Set<String> FIELDS = Set.of(
            "name", "description", "taskType", "version", "testCases", "baseline", "checksum", "validationStatus");
    private static final Map<String, String> VALIDATION = Words.known("pending", "validating", "valid", "invalid");
    private static final int LONGEST_NAME = 500;
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_TEXT = 4_000;

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

    static Dataset parse(String id, byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        FieldReader fields = body.fields();
        String version = Words.text(body, "version", LONGEST_WORD);
        String checksum = Words.text(body, "checksum", LONGEST_WORD);
        Long testCases = body.whole("testCases", 1, Long.MAX_VALUE);
        if (testCases == null && !body.has("testCases")) {
            fields.reject("testCases", "missing", "a whole number from 1 on");
        }
        Dataset dataset = new Dataset(
                fields.id("id", id),
                fields.text("name", body.requiredText("name"), 1, LONGEST_NAME),
                Words.text(body, "description", LONGEST_TEXT),
                Words.type(fields, "taskType", body.requiredText("taskType")),
                version.isEmpty() ? "1.0.0" : version,
                testCases == null ? 0 : testCases,
                Words.object(body, "baseline"),
                checksum.isEmpty() ? null : checksum,
                body.word("validationStatus", "pending", VALIDATION),
                null,
                null);
        body.finish();
        return dataset;
    }
}
