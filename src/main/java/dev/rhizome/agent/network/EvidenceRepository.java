package dev.rhizome.agent.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.audit.AuditLog;
import dev.rhizome.bulk.BatchWriter;
import dev.rhizome.bulk.Outcome;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Why agents have their capabilities: the places in which that was read. */
final class EvidenceRepository {

    private static final String PUT = """
            with incoming as (
              select t.*, sha256(convert_to(mention, 'UTF8')) as digest
                from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::integer[],
                            $10::text[], $11::real[]) with ordinality
                  as t (node_id, chunk_id, chunk_type, mention, context, start_at, end_at, method, confidence, position)
            ), known as (
              select i.* from incoming i
                join agent_capabilities_graph g on g.tenant_id = $1 and g.agent_id = $2 and g.node_id = i.node_id
            ), written as (
              insert into entity_chunk_mappings as m
                (tenant_id, agent_id, node_id, chunk_id, mention_digest, chunk_type, mention_text, mention_context, start_position,
                 end_position, extraction_method, extraction_confidence)
              select $1, $2, node_id, chunk_id, digest, chunk_type, mention, context, start_at, end_at, method, confidence from known
                  on conflict on constraint entity_chunk_mappings_pkey do update
                 set chunk_type = excluded.chunk_type, mention_context = excluded.mention_context,
                     start_position = excluded.start_position, end_position = excluded.end_position,
                     extraction_method = excluded.extraction_method, extraction_confidence = excluded.extraction_confidence
               where (m.chunk_type, m.mention_context, m.start_position, m.end_position, m.extraction_method,
                      m.extraction_confidence)
                     is distinct from
                     (excluded.chunk_type, excluded.mention_context, excluded.start_position, excluded.end_position,
                      excluded.extraction_method, excluded.extraction_confidence)
              returning node_id, chunk_id, mention_digest, (xmax = 0) as created
            )
            select i.position::integer as position, k.position is not null as known, w.created
              from incoming i
              left join known k on k.position = i.position
              left join written w on w.node_id = i.node_id and w.chunk_id = i.chunk_id and w.mention_digest = i.digest
             order by i.position
            """;
    private static final String LIST = """
            select m.node_id, g.capability_name, m.chunk_id, m.chunk_type, m.mention_text, m.mention_context, m.start_position,
                   m.end_position, m.extraction_method, m.extraction_confidence, m.recorded_at,
                   encode(m.mention_digest, 'hex') as digest
              from entity_chunk_mappings m
              join agent_capabilities_graph g on g.tenant_id = m.tenant_id and g.agent_id = m.agent_id and g.node_id = m.node_id
             where m.tenant_id = $1 and m.agent_id = $2 and ($3::text is null or m.node_id = $3)
               and (m.node_id, m.chunk_id, encode(m.mention_digest, 'hex')) > ($4, $5, $6)
             order by m.node_id, m.chunk_id, encode(m.mention_digest, 'hex')
             limit $7
            """;

    private final TenantTransactions transactions;

    EvidenceRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** Evidence as it is stored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Evidence(
            String nodeId,
            String capability,
            String chunkId,
            String chunkType,
            String mention,
            @Nullable String context,
            @Nullable Integer start,
            @Nullable Integer end,
            String method,
            float confidence,
            Instant recordedAt,
            @JsonIgnore String digest) {

        private static Evidence of(Readable row) {
            return new Evidence(
                    Rows.required(row, "node_id", String.class),
                    Rows.required(row, "capability_name", String.class),
                    Rows.required(row, "chunk_id", String.class),
                    Rows.required(row, "chunk_type", String.class),
                    Rows.required(row, "mention_text", String.class),
                    row.get("mention_context", String.class),
                    row.get("start_position", Integer.class),
                    row.get("end_position", Integer.class),
                    Rows.required(row, "extraction_method", String.class),
                    Rows.required(row, "extraction_confidence", Float.class),
                    Rows.required(row, "recorded_at", Instant.class),
                    Rows.required(row, "digest", String.class));
        }

        Cursor cursor() {
            return Cursor.of(nodeId, chunkId, digest);
        }
    }

    /** A writer of evidence for capabilities of {@code agent}; one that the agent has not is refused. */
    BatchWriter<EvidenceInput> of(String agent) {
        return batch -> write(agent, batch);
    }

    private Mono<List<BatchWriter.Result>> write(String agent, List<EvidenceInput> batch) {
        Query<BatchWriter.Result> query = Query.ofTenant(
                PUT,
                row -> result(row, batch),
                agent,
                Columns.texts(batch, evidence -> CapabilityInput.nodeId(evidence.canonical())),
                Columns.texts(batch, EvidenceInput::chunkId),
                Columns.texts(batch, EvidenceInput::chunkType),
                Columns.texts(batch, EvidenceInput::mention),
                Columns.texts(batch, EvidenceInput::context),
                Columns.of(batch, EvidenceInput::start, Integer[]::new),
                Columns.of(batch, EvidenceInput::end, Integer[]::new),
                Columns.texts(batch, EvidenceInput::method),
                Columns.of(batch, EvidenceInput::confidence, Float[]::new));
        return transactions.writing(connection -> connection
                .list(query)
                .delayUntil(results -> AuditLog.record(connection, "evidence", subjects(agent, batch, results))));
    }

    private static BatchWriter.Result result(Readable row, List<EvidenceInput> batch) {
        if (!Rows.required(row, "known", Boolean.class)) {
            EvidenceInput evidence = batch.get(Rows.required(row, "position", Integer.class) - 1);
            return BatchWriter.Result.of(
                    InvalidRequest.of("capability", evidence.canonical(), "a capability that the agent has"));
        }
        Boolean created = row.get("created", Boolean.class);
        if (created == null) {
            return BatchWriter.Result.of(Outcome.UNCHANGED);
        }
        return BatchWriter.Result.of(created ? Outcome.CREATED : Outcome.UPDATED);
    }

    private static Map<String, Outcome> subjects(
            String agent, List<EvidenceInput> batch, List<BatchWriter.Result> results) {
        Map<String, Outcome> subjects = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = results.get(i).outcome();
            if (outcome != null) {
                subjects.put(
                        agent + " " + batch.get(i).canonical() + " "
                                + batch.get(i).chunkId(),
                        outcome);
            }
        }
        return subjects;
    }

    /** Evidence for capabilities of {@code agent}, by capability and chunk, that behind {@code after}. */
    Flux<Evidence> list(String agent, @Nullable String node, @Nullable Cursor after, int limit) {
        return transactions.filtered(Query.ofTenant(
                LIST,
                Evidence::of,
                agent,
                Query.nullable(node, String.class),
                after == null ? "" : after.key().get(0),
                after == null ? "" : after.key().get(1),
                after == null ? "" : after.key().get(2),
                limit));
    }
}
