package dev.rhizome.rollup;

import dev.rhizome.event.EventFields;
import dev.rhizome.http.JsonFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bodies of requests about anomalies. */
final class AnomalyInput {

    static final Map<String, String> SEVERITIES = EventFields.known("low", "medium", "high", "critical");
    static final Map<String, String> STATUSES =
            EventFields.known("active", "investigating", "resolved", "false_positive");

    private static final Set<String> FIELDS = Set.of(
            "id",
            "type",
            "severity",
            "agentId",
            "taskId",
            "description",
            "evidence",
            "impact",
            "relatedEventIds",
            "at");
    private static final int MOST_EVENTS = 100;

    private AnomalyInput() {}

    /**
     * Reads an anomaly that a client reports.
     *
     * @param now when it was found, unless the client gives a time
     */
    static Anomaly parse(byte[] json, Instant now) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String severity = body.fields().word("severity", body.requiredText("severity"), SEVERITIES);
        Anomaly anomaly = new Anomaly(
                EventFields.idOrNew(body, "id"),
                EventFields.type(body.fields(), "type", body.requiredText("type")),
                severity == null ? "" : severity,
                "active",
                EventFields.id(body, "agentId"),
                EventFields.id(body, "taskId"),
                "client",
                EventFields.text(body, "description", EventFields.LONGEST_TEXT),
                EventFields.object(body, "evidence"),
                EventFields.object(body, "impact"),
                events(body),
                body.instant("at", now),
                null,
                "",
                now);
        body.finish();
        return anomaly;
    }

    private static List<String> events(JsonFields body) {
        List<String> events = body.list("relatedEventIds").stream()
                .map(event -> body.fields().id("relatedEventIds", event))
                .toList();
        if (events.size() > MOST_EVENTS) {
            body.fields().reject("relatedEventIds", events.size() + " ids", "at most " + MOST_EVENTS);
        }
        return events;
    }

    /** Reads a change of an anomaly. */
    static Anomaly.Change change(byte[] json) {
        JsonFields body = JsonFields.parse(json, Set.of("status", "notes"));
        String status = body.text("status");
        String notes = body.text("notes") == null ? null : EventFields.text(body, "notes", EventFields.LONGEST_TEXT);
        Anomaly.Change change = new Anomaly.Change(EventFields.word(body, "status", STATUSES), notes);
        if (status == null && notes == null) {
            body.fields().reject("status", "missing", "status or notes");
        }
        body.finish();
        return change;
    }
}
