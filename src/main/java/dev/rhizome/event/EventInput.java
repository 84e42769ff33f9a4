package dev.rhizome.event;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.integrity.CanonicalEncoding;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
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
