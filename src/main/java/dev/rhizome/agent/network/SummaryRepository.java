package dev.rhizome.agent.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.problem.NotFound;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What an agent's capabilities and relationships come to. */
final class SummaryRepository {

    private static final String CAPABILITIES = """
            select p.agent_id, count(g.node_id) as capabilities,
                   count(*) filter (where g.validation_status = 'validated') as validated,
                   count(*) filter (where g.validation_status = 'rejected') as rejected,
                   avg(g.confidence)::float8 as mean_confidence, avg(g.success_rate)::float8 as mean_success_rate,
                   coalesce(sum(g.demonstration_count), 0)::bigint as demonstrations,
                   (select count(distinct o.agent_id) from agent_capabilities_graph o
                     where o.tenant_id = $1 and o.agent_id <> p.agent_id
                       and o.node_id in (select node_id from agent_capabilities_graph
                                         where tenant_id = $1 and agent_id = p.agent_id))
                     as agents_sharing
              from agent_profiles p left join agent_capabilities_graph g on g.tenant_id = p.tenant_id and g.agent_id = p.agent_id
             where p.tenant_id = $1 and p.agent_id = $2
             group by p.tenant_id, p.agent_id
            """;
    /** Both ends count, whichever the relationship is stored from. */
    private static final String RELATIONSHIPS = """
            select type, count(*) as relationships, count(distinct other) as agents,
                   count(*) filter (where way = 'out') as outgoing, count(*) filter (where way = 'in') as incoming,
                   count(*) filter (where way = 'both') as undirected,
                   avg(confidence)::float8 as mean_confidence, avg(strength)::float8 as mean_strength,
                   sum(cooccurrence_count)::bigint as cooccurrences
              from (select type, target_id as other, case when is_directional then 'out' else 'both' end as way, confidence,
                           strength, cooccurrence_count
                      from agent_relationships where tenant_id = $1 and source_id = 'agent:' || $2
                     union all
                    select type, source_id, case when is_directional then 'in' else 'both' end, confidence, strength,
                           cooccurrence_count
                      from agent_relationships where tenant_id = $1 and target_id = 'agent:' || $2) as ends
             group by type
             order by count(*) desc, type
            """;

    private final TenantTransactions transactions;

    SummaryRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Of an agent.
     *
     * @param connectivity other agents that it has a relationship with, or shares a capability with
     */
    record Summary(String agent, Capabilities capabilities, List<OfType> relationships, Connectivity connectivity) {}

    /** Means are absent where there is nothing to take them of. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Capabilities(
            long count,
            long validated,
            long rejected,
            long demonstrations,
            @Nullable Double meanConfidence,
            @Nullable Double meanSuccessRate) {}

    /** Relationships of one type, from either end. */
    record OfType(
            String type,
            long count,
            long agents,
            long outgoing,
            long incoming,
            long undirected,
            double meanConfidence,
            double meanStrength,
            long cooccurrences) {

        private static OfType of(Readable row) {
            return new OfType(
                    Rows.required(row, "type", String.class),
                    Rows.required(row, "relationships", Long.class),
                    Rows.required(row, "agents", Long.class),
                    Rows.required(row, "outgoing", Long.class),
                    Rows.required(row, "incoming", Long.class),
                    Rows.required(row, "undirected", Long.class),
                    Rows.required(row, "mean_confidence", Double.class),
                    Rows.required(row, "mean_strength", Double.class),
                    Rows.required(row, "cooccurrences", Long.class));
        }
    }

    /** Numbers of relationships, and of agents that have a capability in common with this one. */
    record Connectivity(long relationships, long agentsSharingCapabilities) {}

    private record Found(String agent, Capabilities capabilities, long agentsSharing) {

        private static Found of(Readable row) {
            return new Found(
                    Rows.required(row, "agent_id", String.class),
                    new Capabilities(
                            Rows.required(row, "capabilities", Long.class),
                            Rows.required(row, "validated", Long.class),
                            Rows.required(row, "rejected", Long.class),
                            Rows.required(row, "demonstrations", Long.class),
                            row.get("mean_confidence", Double.class),
                            row.get("mean_success_rate", Double.class)),
                    Rows.required(row, "agents_sharing", Long.class));
        }
    }

    /** The summary of {@code agent}; an error of {@link NotFound} where there is none. */
    Mono<Summary> of(String agent) {
        return transactions
                .read(
                        Query.ofTenant(CAPABILITIES, Found::of, agent),
                        Query.ofTenant(RELATIONSHIPS, OfType::of, agent),
                        TransactionSettings.NONE)
                .filter(both -> !both.getT1().isEmpty())
                .switchIfEmpty(Mono.error(() -> new NotFound("agent", agent)))
                .map(both -> summary(both.getT1().getFirst(), both.getT2()));
    }

    private static Summary summary(Found found, List<OfType> types) {
        long relationships = types.stream().mapToLong(OfType::count).sum();
        return new Summary(
                found.agent(), found.capabilities(), types, new Connectivity(relationships, found.agentsSharing()));
    }
}
