package dev.rhizome.event;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import dev.rhizome.integrity.CanonicalEncoding;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An event as a client sends it.
 *
 * @param id chosen by the client, or generated
 * @param isGenerated whether the id was generated, so that no event has it already
 * @param type see {@link Event}
 * @param at null where it happened as it arrived
 * @param agentId see {@link Event}
 * @param taskId see {@link Event}
 * @param documents JSON objects by field; absent where not given
 */
record EventInput(
        String id,
        boolean isGenerated,
        String type,
        @Nullable Instant at,
        @Nullable String agentId,
        @Nullable String taskId,
        Map<String, String> documents)
        implements BulkItem {

    /** Fields with objects of any content. */
    private static final Set<String> OPEN = Set.of("context", "metadata");

    private static final Set<String> FIELDS = Stream.of(
                    Stream.of("id", "type", "at", "agentId", "taskId"),
                    Arrays.stream(MetricGroup.values()).map(MetricGroup::field),
                    OPEN.stream())
            .flatMap(names -> names)
            .collect(Collectors.toSet());

    /** Names below /v1/events that are not events, so an event of such an id could not be read. */
    private static final Set<String> TAKEN =
            Set.of("stats", "rollups", "verify", "health", "retention", "profiles", "anomalies");

    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /**
     * Reads one JSON object.
     *
     * @param now an event may be an hour ahead of it, since clocks differ
     * @throws dev.rhizome.problem.InvalidRequest with everything that is wrong
     */
    static EventInput parse(byte[] json, Instant now) {
        JsonFields body = JsonFields.parse(json, FIELDS);
        String id = EventFields.id(body, "id");
        if (id != null && TAKEN.contains(id)) {
            body.fields().reject("id", id, "none of " + TAKEN.stream().sorted().toList());
        }
        Instant at = body.instant("at");
        if (at != null && at.isAfter(now.plus(CLOCKS_DIFFER))) {
            body.fields().reject("at", at, "a time not later than an hour from now");
        }
        EventInput event = new EventInput(
                id == null ? FieldReader.newId() : id,
                id == null,
                EventFields.type(body.fields(), "type", body.requiredText("type")),
                at,
                EventFields.id(body, "agentId"),
                EventFields.id(body, "taskId"),
                documents(body));
        body.finish();
        return event;
    }

    private static Map<String, String> documents(JsonFields body) {
        Map<String, String> documents = new java.util.HashMap<>();
        for (MetricGroup group : MetricGroup.values()) {
            putIfKnown(documents, group.field(), EventFields.metrics(body, group));
        }
        OPEN.forEach(field -> putIfKnown(documents, field, body.object(field)));
        return documents;
    }

    private static void putIfKnown(Map<String, String> documents, String field, @Nullable String document) {
        if (document != null) {
            documents.put(field, document);
        }
    }

    @Override
    public String key() {
        return id;
    }

    /**
     * The event that this becomes, without its MAC.
     *
     * @param received when it arrived; the time of the event too, where the client gives none
     */
    Event event(long sequence, Instant received) {
        return new Event(
                id,
                type,
                at == null ? received : at,
                agentId,
                taskId,
                documents.get("latency"),
                documents.get("accuracy"),
                documents.get("resources"),
                documents.get("compliance"),
                documents.get("cost"),
                documents.get("reliability"),
                documents.get("context"),
                documents.get("metadata"),
                sequence,
                received,
                "");
    }

    /** Whether {@code stored} is what this would become; its time does not count where this gives none. */
    boolean isSameAs(Event stored) {
        return Arrays.equals(content(event(0, stored.at())), content(stored));
    }

    private static byte[] content(Event event) {
        return event.content(new CanonicalEncoding("rhizome.event.content", 1)).toBytes();
    }
}
