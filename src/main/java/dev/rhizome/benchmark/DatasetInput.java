package dev.rhizome.benchmark;

import dev.rhizome.event.EventFields;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import java.util.Map;
import java.util.Set;

/** The body of a request that stores a dataset. */
final class DatasetInput {

    private static final Set<String> FIELDS = Set.of(
            "name", "description", "taskType", "version", "testCases", "baseline", "checksum", "validationStatus");
    private static final Map<String, String> VALIDATION =
            EventFields.known("pending", "validating", "valid", "invalid");
    private static final int LONGEST_NAME = 500;
    private static final int LONGEST_WORD = 200;

    private DatasetInput() {}

    static Dataset parse(String id, byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        FieldReader fields = body.fields();
        String version = EventFields.text(body, "version", LONGEST_WORD);
        String checksum = EventFields.text(body, "checksum", LONGEST_WORD);
        Long testCases = body.whole("testCases", 1, Long.MAX_VALUE);
        if (testCases == null && !body.has("testCases")) {
            fields.reject("testCases", "missing", "a whole number from 1 on");
        }
        Dataset dataset = new Dataset(
                fields.id("id", id),
                fields.text("name", body.requiredText("name"), 1, LONGEST_NAME),
                EventFields.text(body, "description", EventFields.LONGEST_TEXT),
                EventFields.type(fields, "taskType", body.requiredText("taskType")),
                version.isEmpty() ? "1.0.0" : version,
                testCases == null ? 0 : testCases,
                EventFields.object(body, "baseline"),
                checksum.isEmpty() ? null : checksum,
                body.word("validationStatus", "pending", VALIDATION),
                null,
                null);
        body.finish();
        return dataset;
    }
}
