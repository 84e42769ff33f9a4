package dev.rhizome.agent.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A capability of an agent as it is stored.
 *
 * @param agent id of the agent
 * @param nodeId of the node that agents with this capability share
 * @param successRate successes by demonstrations, null where successes are not known
 * @param evidence places that it was read in
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Capability(
        String agent,
        String nodeId,
        String name,
        String canonicalName,
        String type,
        List<String> aliases,
        float confidence,
        @Nullable Float extractionConfidence,
        String validationStatus,
        List<String> sourceTasks,
        long demonstrations,
        @Nullable Long successes,
        @Nullable Float successRate,
        long evidence,
        @JsonRawValue String metadata,
        Instant firstObserved,
        Instant lastUpdated,
        @Nullable Instant lastDemonstrated) {

    static final String COLUMNS = """
            g.agent_id, g.node_id, g.capability_type, g.capability_name, g.canonical_name, g.aliases, g.confidence,
            g.extraction_confidence, g.validation_status, g.source_tasks, g.demonstration_count, g.success_count,
            g.success_rate, g.metadata, g.first_observed, g.last_updated, g.last_demonstrated,
            (select count(*) from entity_chunk_mappings m
              where m.tenant_id = $1 and m.agent_id = g.agent_id and m.node_id = g.node_id) as evidence""";

    static Capability of(Readable row) {
        return new Capability(
                Rows.required(row, "agent_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "capability_name", String.class),
                Rows.required(row, "canonical_name", String.class),
                Rows.required(row, "capability_type", String.class),
                List.of(Rows.required(row, "aliases", String[].class)),
                Rows.required(row, "confidence", Float.class),
                row.get("extraction_confidence", Float.class),
                Rows.required(row, "validation_status", String.class),
                List.of(Rows.required(row, "source_tasks", String[].class)),
                Rows.required(row, "demonstration_count", Long.class),
                row.get("success_count", Long.class),
                row.get("success_rate", Float.class),
                Rows.required(row, "evidence", Long.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "first_observed", Instant.class),
                Rows.required(row, "last_updated", Instant.class),
                row.get("last_demonstrated", Instant.class));
    }

    Cursor cursor() {
        return Cursor.of(Float.toString(confidence), nodeId);
    }
}
