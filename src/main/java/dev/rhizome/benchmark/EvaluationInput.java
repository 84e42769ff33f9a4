package dev.rhizome.benchmark;

import dev.rhizome.event.EventFields;
import dev.rhizome.http.JsonFields;
import java.util.Map;
import java.util.Set;

/** Bodies of requests about evaluations. */
final class EvaluationInput {

    static final Map<String, String> STATUSES =
            EventFields.known("queued", "running", "completed", "failed", "cancelled");

    private EvaluationInput() {}

    /** Reads an evaluation to be queued. */
    static Evaluation.Queued queued(byte[] json) {
        JsonFields body = JsonFields.parse(json, Set.of("id", "datasetId", "agentId"));
        Evaluation.Queued queued = new Evaluation.Queued(
                EventFields.idOrNew(body, "id"),
                body.fields().id("datasetId", body.requiredText("datasetId")),
                body.fields().id("agentId", body.requiredText("agentId")));
        body.finish();
        return queued;
    }

    /** Reads a change of an evaluation. */
    static Evaluation.Change change(byte[] json) {
        JsonFields body = JsonFields.parse(json, Set.of("status", "progress", "score", "metrics", "error"));
        Double score = body.number("score", 0, 1);
        if ("completed".equals(body.text("status")) && score == null) {
            body.fields().reject("score", "missing", "a number from 0 to 1 with the status completed");
        }
        Evaluation.Change change = new Evaluation.Change(
                EventFields.word(body, "status", STATUSES),
                body.number("progress", 0, 1),
                score,
                body.object("metrics"),
                body.text("error") == null ? null : EventFields.text(body, "error", EventFields.LONGEST_TEXT));
        body.finish();
        return change;
    }
}
