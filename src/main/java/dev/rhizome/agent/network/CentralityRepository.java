package dev.rhizome.agent.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.audit.AuditLog;
import dev.rhizome.database.Columns;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.Conflict;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Centrality of agents, computed on request over the whole network and kept until the next time. */
final class CentralityRepository {

    private static final String AGENTS = """
            select agent_id
              from agent_profiles
             where tenant_id = $1 and deleted_at is null
             order by agent_id
             limit $2
            """;
    private static final String EDGES = """
            select substr(r.source_id, 7) as source, substr(r.target_id, 7) as target, r.is_directional,
                   (r.confidence * r.strength)::float8 as weight
              from agent_relationships r
              join agent_profiles s on s.tenant_id = r.tenant_id and s.node_id = r.source_id and s.deleted_at is null
              join agent_profiles t on t.tenant_id = r.tenant_id and t.node_id = r.target_id and t.deleted_at is null
             where r.tenant_id = $1
             order by r.source_id, r.type, r.target_id
             limit $2
            """;
    private static final String CLEAR = "delete from agent_centrality where tenant_id = $1";
    /** Agents that went while it was computed are left out. */
    private static final String STORE = """
            insert into agent_centrality (tenant_id, agent_id, degree, weighted_degree, pagerank, betweenness, computed_at)
            select $1, t.agent_id, degree, weighted, pagerank, betweenness, now()
              from unnest($2::text[], $3::integer[], $4::float8[], $5::float8[], $6::float8[])
                as t (agent_id, degree, weighted, pagerank, betweenness)
             where exists (select from agent_profiles p where p.tenant_id = $1 and p.agent_id = t.agent_id)
            """;

    private static final String LIST = """
            select c.agent_id, p.name, c.degree, c.weighted_degree, c.pagerank, c.betweenness, c.computed_at
              from agent_centrality c join agent_profiles p on p.tenant_id = c.tenant_id and p.agent_id = c.agent_id
             where c.tenant_id = $1 and (c.pagerank < $2 or (c.pagerank = $2 and c.agent_id > $3))
             order by c.pagerank desc, c.agent_id
             limit $4
            """;

    private final TenantTransactions transactions;
    private final NetworkProperties properties;

    CentralityRepository(TenantTransactions transactions, NetworkProperties properties) {
        this.transactions = transactions;
        this.properties = properties;
    }

    /** What a computation was over. */
    record Computed(int agents, int relationships, boolean betweenness, long tookMs) {}

    /** Centrality of an agent as it was computed last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Central(
            String agent,
            String name,
            int degree,
            double weightedDegree,
            double pagerank,
            @Nullable Double betweenness,
            Instant computedAt) {

        private static Central of(Readable row) {
            return new Central(
                    Rows.required(row, "agent_id", String.class),
                    Rows.required(row, "name", String.class),
                    Rows.required(row, "degree", Integer.class),
                    Rows.required(row, "weighted_degree", Double.class),
                    Rows.required(row, "pagerank", Double.class),
                    row.get("betweenness", Double.class),
                    Rows.required(row, "computed_at", Instant.class));
        }

        Cursor cursor() {
            return Cursor.of(Double.toString(pagerank), agent);
        }
    }

    private record Network(List<String> agents, List<Centrality.Edge> edges) {}

    /**
     * Computes it anew, off the event loops and without a connection, and replaces what is stored.
     *
     * @return over what; an error of {@link Conflict} where the network is larger than the settings allow. Cancelled, what is
     *     stored stays
     */
    Mono<Computed> compute() {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return network().delayUntil(this::measureAndStore).map(network -> computed(network, began));
        });
    }

    private Mono<Network> network() {
        Query<String> agents = Query.ofTenant(AGENTS, CentralityRepository::agent, properties.maxAgents() + 1);
        Query<Centrality.Edge> edges =
                Query.ofTenant(EDGES, CentralityRepository::edge, properties.maxRelationships() + 1);
        return transactions
                .read(agents, edges, TransactionSettings.NONE)
                .map(both -> new Network(both.getT1(), both.getT2()))
                .filter(network -> !isTooLarge(network))
                .switchIfEmpty(Mono.error(() -> new Conflict("there are more than " + properties.maxAgents()
                        + " agents or " + properties.maxRelationships() + " relationships")));
    }

    private Mono<Void> measureAndStore(Network network) {
        return Mono.fromCallable(() ->
                        Centrality.measure(network.agents(), network.edges(), properties.maxAgentsForBetweenness()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(this::store);
    }

    private Computed computed(Network network, long began) {
        int agents = network.agents().size();
        return new Computed(
                agents,
                network.edges().size(),
                agents <= properties.maxAgentsForBetweenness(),
                (System.nanoTime() - began) / 1_000_000);
    }

    private boolean isTooLarge(Network network) {
        return network.agents().size() > properties.maxAgents()
                || network.edges().size() > properties.maxRelationships();
    }

    private static String agent(Readable row) {
        return Rows.required(row, "agent_id", String.class);
    }

    private static Centrality.Edge edge(Readable row) {
        return new Centrality.Edge(
                Rows.required(row, "source", String.class),
                Rows.required(row, "target", String.class),
                Rows.required(row, "is_directional", Boolean.class),
                Rows.required(row, "weight", Double.class));
    }

    private Mono<Void> store(List<Centrality.Measures> measures) {
        Object[] arguments = {
            Columns.texts(measures, Centrality.Measures::agent),
            Columns.of(measures, Centrality.Measures::degree, Integer[]::new),
            Columns.of(measures, Centrality.Measures::weightedDegree, Double[]::new),
            Columns.of(measures, Centrality.Measures::pagerank, Double[]::new),
            Columns.of(measures, Centrality.Measures::betweenness, Double[]::new)
        };
        return transactions
                .writing(connection -> connection
                        .changed(Query.changeOfTenant(CLEAR))
                        .then(connection.changed(Query.changeOfTenant(STORE, arguments)))
                        .then(AuditLog.record(connection, "computed", "centrality", "agents"))
                        .thenReturn(true))
                .then();
    }

    /** As it was computed last, the agent of the highest PageRank first, those behind {@code after}. */
    Flux<Central> list(@Nullable Cursor after, int limit) {
        return transactions.read(Query.ofTenant(
                LIST,
                Central::of,
                after == null ? 2d : Double.parseDouble(after.key().getFirst()),
                Cursor.idOf(after),
                limit));
    }
}
