package dev.rhizome.agent;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rhizome.database.Rows;
import dev.rhizome.paging.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent as it is stored.
 *
 * @param id chosen by its writer
 * @param nodeId of its node in the graph and in search
 * @param name unique in the tenant
 * @param modelFamily such as {@code claude-3.5}
 * @param description what it is for
 * @param status available, busy, offline or maintenance
 * @param capabilities what it declares that it can do
 * @param performance how it did
 * @param load what it is busy with
 * @param metadata a JSON object
 * @param registeredAt when it was registered
 * @param updatedAt when its profile was changed last
 * @param lastActiveAt when it was heard of last: registration, an outcome, a change of load
 * @param deletedAt when it was deleted softly, null where it was not
 * @param card of A2A, as it came
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Agent(
        String id,
        String nodeId,
        String name,
        String modelFamily,
        String description,
        String status,
        Skills capabilities,
        Performance performance,
        Load load,
        @JsonRawValue String metadata,
        Instant registeredAt,
        Instant updatedAt,
        Instant lastActiveAt,
        @Nullable Instant deletedAt,
        @JsonIgnore @Nullable String card) {

    /**
     * What an agent is busy with.
     *
     * @param active tasks that it works on
     * @param queued tasks that wait
     * @param maxConcurrent tasks that it can work on at once
     * @param utilization active of those, 0 to 1
     */
    record Load(int active, int queued, int maxConcurrent, double utilization) {

        static Load of(Readable row) {
            int active = Rows.required(row, "active", Integer.class);
            int most = Rows.required(row, "max_concurrent", Integer.class);
            return new Load(
                    active, Rows.required(row, "queued", Integer.class), most, Math.min(1, (double) active / most));
        }
    }

    /** Columns of a query over {@code agent_profiles p}, to be followed by {@link #FROM}. */
    static final String COLUMNS = """
            p.agent_id, p.node_id, p.name, p.model_family, p.description, p.status, p.max_concurrent, p.metadata, p.card,
            p.registered_at, p.updated_at, p.deleted_at, l.active, l.queued, l.last_active_at,
            c.task_types, c.languages, c.specializations, h.task_count, h.success_count, h.quality_total, h.latency_total,
            h.tokens_total""";

    /** Joins of such a query, in which {@code $1} is the tenant. */
    static final String FROM = """
            agent_profiles p
              join current_load l on l.tenant_id = p.tenant_id and l.agent_id = p.agent_id
             cross join lateral (
               select coalesce(array_agg(value order by canonical) filter (where kind = 'task_type'), '{}') as task_types,
                      coalesce(array_agg(value order by canonical) filter (where kind = 'language'), '{}') as languages,
                      coalesce(array_agg(value order by canonical) filter (where kind = 'specialization'), '{}')
                        as specializations
                 from agent_capabilities where tenant_id = $1 and agent_id = p.agent_id) as c
             cross join lateral (
               select coalesce(sum(task_count), 0)::bigint as task_count,
                      coalesce(sum(success_count), 0)::bigint as success_count,
                      coalesce(sum(quality_total), 0)::numeric as quality_total,
                      coalesce(sum(latency_total), 0)::bigint as latency_total,
                      coalesce(sum(tokens_total), 0)::bigint as tokens_total
                 from agent_performance_history where tenant_id = $1 and agent_id = p.agent_id) as h
            """;

    static Agent of(Readable row) {
        return new Agent(
                Rows.required(row, "agent_id", String.class),
                Rows.required(row, "node_id", String.class),
                Rows.required(row, "name", String.class),
                Rows.required(row, "model_family", String.class),
                Rows.required(row, "description", String.class),
                Rows.required(row, "status", String.class),
                new Skills(words(row, "task_types"), words(row, "languages"), words(row, "specializations")),
                Performance.of(row),
                Load.of(row),
                Rows.required(row, "metadata", String.class),
                Rows.required(row, "registered_at", Instant.class),
                Rows.required(row, "updated_at", Instant.class),
                Rows.required(row, "last_active_at", Instant.class),
                row.get("deleted_at", Instant.class),
                row.get("card", String.class));
    }

    private static List<String> words(Readable row, String column) {
        return List.of(Rows.required(row, column, String[].class));
    }

    Cursor cursor() {
        return Cursor.of(lastActiveAt.toString(), id);
    }

    /** What its writer wanted. */
    AgentInput input() {
        return new AgentInput(
                id, name, modelFamily, description, status, load.maxConcurrent(), capabilities, metadata, card);
    }
}
