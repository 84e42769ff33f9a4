package dev.rhizome.agent.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A relationship of two agents as it is stored; source and target are ids of agents, not of their nodes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AgentRelationship(
        String source,
        String type,
        String target,
        boolean directed,
        float confidence,
        float strength,
        long cooccurrences,
        List<String> supportingTasks,
        @Nullable String context,
        @Nullable Double mutualInformation,
        @Nullable Double pointwiseMutualInformation,
        @JsonRawValue String metadata,
        Instant createdAt,
        Instant updatedAt,
        Instant lastObserved) {

    private static final int NODE_PREFIX = "agent:".length();

    static final String COLUMNS = """
            r.source_id, r.type, r.target_id, r.is_directional, r.confidence, r.strength, r.cooccurrence_count,
            r.supporting_tasks, r.extraction_context, r.mutual_information, r.pointwise_mutual_information, r.metadata,
            r.created_at, r.updated_at, r.last_observed""";

    static AgentRelationship of(Readable row) {
        return new AgentRelationship(
                agent(row, "source_id"),
                Rows.required(row, "type", String.class),
                agent(row, "target_id"),
                Rows.required(row, "is_directional", Boolean.class),
                Rows.required(row, "confidence", Float.class),
                Rows.required(row, "strength", Float.class),
                Rows.required(row, "cooccurrence_count", Long.class),
                List.of(Rows.required(row, "supporting_tasks", String[].class)),
                row.get("extraction_context", String.class),
                row.get("mutual_information", Double.class),
                row.get("pointwise_mutual_information", Double.class),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "created_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class),
                Rows.required(row, "last_observed", Instant.class));
    }

    static AgentRelationshipInput.Key key(Readable row) {
        return new AgentRelationshipInput.Key(
                agent(row, "source_id"),
                Rows.required(row, "type", String.class),
                agent(row, "target_id"),
                Rows.required(row, "is_directional", Boolean.class));
    }

    private static String agent(Readable row, String column) {
        return Rows.required(row, column, String.class).substring(NODE_PREFIX);
    }

    Cursor cursor() {
        return Cursor.of(source, type, target, Boolean.toString(directed));
    }
}
