package dev.rhizome.agent;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, as its writer tells it.
 *
 * @param id by which it is known again when it is sent twice, generated where there is none
 * @param success whether it was one
 * @param quality 0 to 1, to five decimals
 * @param latencyMs milliseconds that it took, 0 to 10^12
 * @param tokens used, null where it is not known
 * @param taskType in lower case, empty for none
 * @param taskId null where it is not told
 */
record OutcomeInput(
        String id,
        boolean success,
        BigDecimal quality,
        long latencyMs,
        @Nullable Long tokens,
        String taskType,
        @Nullable String taskId)
        implements BulkItem {

    private static final Set<String> FIELDS =
            Set.of("id", "success", "quality", "latencyMs", "tokens", "taskType", "taskId");
    private static final long MAX_NUMBER = 1_000_000_000_000L;
    private static final int MAX_TASK_TYPE_LENGTH = 100;
    private static final int QUALITY_SCALE = 5;

    static OutcomeInput parse(byte[] json) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String id = body.text("id");
        String taskId = body.text("taskId");
        String taskType = body.text("taskType");
        for (String needed : new String[] {"success", "quality", "latencyMs"}) {
            if (!body.has(needed)) {
                body.fields().reject(needed, "missing", needed.equals("success") ? "true or false" : "a number");
            }
        }
        Double quality = body.number("quality", 0, 1);
        Long latency = body.whole("latencyMs", 0, MAX_NUMBER);
        OutcomeInput outcome = new OutcomeInput(
                id == null ? FieldReader.newId() : body.fields().id("id", id),
                body.flag("success", false),
                BigDecimal.valueOf(quality == null ? 0 : quality).setScale(QUALITY_SCALE, RoundingMode.HALF_UP),
                latency == null ? 0 : latency,
                body.whole("tokens", 0, MAX_NUMBER),
                taskType == null
                        ? ""
                        : Skills.canonical(body.fields().text("taskType", taskType, 1, MAX_TASK_TYPE_LENGTH)),
                taskId == null ? null : body.fields().id("taskId", taskId));
        body.finish();
        return outcome;
    }

    @Override
    public String key() {
        return id;
    }
}
