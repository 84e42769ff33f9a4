package dev.rhizome.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.ledger.LedgerEntry;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored, shown and archived. The groups of figures, {@code context} and {@code metadata} are JSON objects.
 *
 * @param id unique in its tenant
 * @param type such as {@code task_execution_complete}
 * @param at when it happened, to the microsecond
 * @param agentId of the agent, null for none
 * @param taskId of the task, null for none
 * @param latency see {@link Metrics}, as the five that follow
 * @param context circumstances
 * @param metadata anything else
 * @param sequence place in the tenant's chain, from 1 without gaps, in the order of arrival
 * @param receivedAt when it arrived
 * @param mac HMAC of all of this and of the MAC before, 64 hex digits
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Event(
        String id,
        String type,
        Instant at,
        @Nullable String agentId,
        @Nullable String taskId,
        @JsonRawValue @Nullable String latency,
        @JsonRawValue @Nullable String accuracy,
        @JsonRawValue @Nullable String resources,
        @JsonRawValue @Nullable String compliance,
        @JsonRawValue @Nullable String cost,
        @JsonRawValue @Nullable String reliability,
        @JsonRawValue @Nullable String context,
        @JsonRawValue @Nullable String metadata,
        long sequence,
        Instant receivedAt,
        String mac)
        implements LedgerEntry {

    /** What {@link #of} reads. */
    static final String COLUMNS = """
            event_id, type, occurred_at, agent_id, task_id, latency, accuracy, resources, compliance, cost, reliability,
            context, metadata, sequence, received_at, encode(mac, 'hex') as mac
            """;

    static Event of(Readable row) {
        return new Event(
                Rows.required(row, "event_id", String.class),
                Rows.required(row, "type", String.class),
                Rows.required(row, "occurred_at", Instant.class),
                row.get("agent_id", String.class),
                row.get("task_id", String.class),
                row.get("latency", String.class),
                row.get("accuracy", String.class),
                row.get("resources", String.class),
                row.get("compliance", String.class),
                row.get("cost", String.class),
                row.get("reliability", String.class),
                row.get("context", String.class),
                row.get("metadata", String.class),
                Rows.required(row, "sequence", Long.class),
                Rows.required(row, "received_at", Instant.class),
                Rows.required(row, "mac", String.class));
    }

    @Override
    public String link() {
        return mac;
    }

    Event withMac(String made) {
        return new Event(
                id,
                type,
                at,
                agentId,
                taskId,
                latency,
                accuracy,
                resources,
                compliance,
                cost,
                reliability,
                context,
                metadata,
                sequence,
                receivedAt,
                made);
    }

    /** Adds what the client said to {@code into}; equal events add equal bytes. */
    CanonicalEncoding content(CanonicalEncoding into) {
        return into.text(id)
                .text(type)
                .time(at)
                .text(agentId)
                .text(taskId)
                .json(latency)
                .json(accuracy)
                .json(resources)
                .json(compliance)
                .json(cost)
                .json(reliability)
                .json(context)
                .json(metadata);
    }

    /** Where the event is in a list, newest first. */
    Cursor cursor() {
        return Cursor.of(at.toString(), String.valueOf(sequence));
    }
}
