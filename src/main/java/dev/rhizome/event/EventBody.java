package dev.rhizome.event;

import dev.rhizome.binding.Document;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.Ids;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.NoneOf;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of an event.
 *
 * @param id null to have one generated; the words that it cannot be are names below {@code /v1/events}
 * @param type see {@link Event}, as all that follow
 * @param at null where it happened as it arrived
 */
record EventBody(
        @Nullable
        @Identifier
        @NoneOf({"stats", "rollups", "verify", "health", "retention", "profiles", "anomalies", "head", "truncations"})
        String id,

        @LowerTypeName String type,
        @Nullable Instant at,
        @Nullable @Identifier String agentId,
        @Nullable @Identifier String taskId,
        @Nullable Document<Metrics.Latency> latency,
        @Nullable Document<Metrics.Accuracy> accuracy,
        @Nullable Document<Metrics.Resources> resources,
        @Nullable Document<Metrics.Compliance> compliance,
        @Nullable Document<Metrics.Cost> cost,
        @Nullable Document<Metrics.Reliability> reliability,
        @Nullable @JsonObject String context,
        @Nullable @JsonObject String metadata) {

    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /**
     * The event that this describes.
     *
     * @param now an event may be an hour ahead of it, since clocks differ
     * @throws InvalidRequest where it is more
     */
    EventInput event(Instant now) {
        if (at != null && at.isAfter(now.plus(CLOCKS_DIFFER))) {
            throw InvalidRequest.of("at", at, "a time not later than an hour from now");
        }
        return new EventInput(id == null ? Ids.next() : id, id == null, type, at, agentId, taskId, documents());
    }

    private Map<String, String> documents() {
        Map<String, String> documents = new HashMap<>();
        put(documents, "latency", Document.textOf(latency));
        put(documents, "accuracy", Document.textOf(accuracy));
        put(documents, "resources", Document.textOf(resources));
        put(documents, "compliance", Document.textOf(compliance));
        put(documents, "cost", Document.textOf(cost));
        put(documents, "reliability", Document.textOf(reliability));
        put(documents, "context", context);
        put(documents, "metadata", metadata);
        return documents;
    }

    private static void put(Map<String, String> documents, String field, @Nullable String document) {
        if (document != null) {
            documents.put(field, document);
        }
    }
}
