package dev.rhizome.graph;

import dev.rhizome.database.PackedTexts;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.database.TransactionSettings;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Steps from entities to their neighbours. */
public final class GraphRepository {

    /** Past so many relationships, and so many more for each entity, only the heaviest of each are read. */
    private static final int MOST_AT_ONCE = 1_000;

    private static final int USUAL_DEGREE = 50;

    /**
     * For {@link #EXPAND_ALL}. Where the statistics know too little, the planner may read all of a tenant and sort what is left, and
     * only the index that has the entities in front has their order.
     */
    private static final TransactionSettings IN_ORDER_OF_THE_INDEX =
            TransactionSettings.NONE.with("enable_sort", "off");

    /*
     * Both queries answer with relationships and with the entities that they lead to. A join would be the planner's to order,
     * and it takes a tenant that the statistics do not know for one row: 29 s for 100 entities of a tenant of 5,000. A list
     * of keys goes through the index in any case, and faster than one by one.
     *
     * Both ends of a relationship are indexed by weight, so a hub costs no more than the edges taken from it. One more than
     * asked for is read, to know whether there are more.
     */
    static final String EXPAND = """
            with steps as materialized (
              select f.place::integer, n.*
                from unnest($2::text[]) with ordinality as f (id, place)
               cross join lateral (
                 (select target_id as to_id, type, directed, true as outgoing, confidence, strength
                    from relationships
                   where tenant_id = $1 and source_id = f.id and ($3 or not directed)
                     and (cardinality($5::text[]) = 0 or type = any ($5)) and confidence >= $6
                   order by weight desc, target_id, type, directed limit $7::integer + 1)
                 union all
                 (select source_id, type, directed, false, confidence, strength
                    from relationships
                   where tenant_id = $1 and target_id = f.id and ($4 or not directed)
                     and (cardinality($5::text[]) = 0 or type = any ($5)) and confidence >= $6
                   order by weight desc, source_id, type, directed limit $7 + 1)
               ) as n
               limit $8
            )
            select (select string_agg(place || E'\\x01' || to_id || E'\\x01' || type || E'\\x01' || (directed::integer + 2 * outgoing::integer) || E'\\x01'
                                     || confidence || E'\\x01' || strength || E'\\x01', '') from steps) as edges,
                   (select string_agg(entity_id || E'\\x01' || type || E'\\x01' || char_length(name) || E'\\x01' || name, '')
                      from entities
                     where tenant_id = $1 and entity_id = any (array(select to_id from steps) || $9::text[])) as entities
            """;

    /**
     * All relationships of some entities, and none where there are more than {@code $7}. It scans each index once, in half the time that
     * {@link #EXPAND} takes, which looks at each entity by itself for its heaviest.
     */
    static final String EXPAND_ALL = """
            with steps as materialized (
              select n.*
                from (
                 (select source_id as from_id, target_id as to_id, type, directed, true as outgoing, confidence, strength
                    from relationships
                   where tenant_id = $1 and source_id = any ($2::text[]) and ($3 or not directed)
                     and (cardinality($5::text[]) = 0 or type = any ($5)) and confidence >= $6
                   order by source_id, weight desc, target_id, type, directed limit $7::integer + 1)
                 union all
                 (select target_id, source_id, type, directed, false, confidence, strength
                    from relationships
                   where tenant_id = $1 and target_id = any ($2) and ($4 or not directed)
                     and (cardinality($5::text[]) = 0 or type = any ($5)) and confidence >= $6
                   order by target_id, weight desc, source_id, type, directed limit $7 + 1)
                ) as n
               limit $7 + 1
            ), few as materialized (
              select count(*) <= $7 as are from steps
            )
            select few.are as few,
                   (select string_agg(from_id || E'\\x01' || to_id || E'\\x01' || type || E'\\x01' || (directed::integer + 2 * outgoing::integer) || E'\\x01'
                                     || confidence || E'\\x01' || strength || E'\\x01', '') from steps where few.are) as edges,
                   (select string_agg(entity_id || E'\\x01' || type || E'\\x01' || char_length(name) || E'\\x01' || name, '')
                      from entities
                     where tenant_id = $1 and few.are
                       and entity_id = any (array(select to_id from steps) || $8::text[])) as entities
              from few
            """;

    /** Of the weight that the last page ended with, what comes behind it; then what is lighter. */
    static final String NEIGHBOURS = """
            with page as materialized (
              select n.*, row_number() over (order by weight desc, to_id, type, outgoing, directed) as place
                from (
                  (select target_id as to_id, type, directed, true as outgoing, confidence, strength, weight
                     from relationships
                    where tenant_id = $1 and source_id = $2 and ($3 or not directed)
                      and (cardinality($5::text[]) = 0 or type = any ($5)) and weight = $6 and target_id >= $7
                      and (target_id, type, true, directed) > ($7, $8, $9, $10)
                    order by target_id, type, directed limit $11)
                  union all
                  (select target_id, type, directed, true, confidence, strength, weight
                     from relationships
                    where tenant_id = $1 and source_id = $2 and ($3 or not directed)
                      and (cardinality($5::text[]) = 0 or type = any ($5)) and weight < $6
                    order by weight desc, target_id, type, directed limit $11)
                  union all
                  (select source_id, type, directed, false, confidence, strength, weight
                     from relationships
                    where tenant_id = $1 and target_id = $2 and ($4 or not directed)
                      and (cardinality($5::text[]) = 0 or type = any ($5)) and weight = $6 and source_id >= $7
                      and (source_id, type, false, directed) > ($7, $8, $9, $10)
                    order by source_id, type, directed limit $11)
                  union all
                  (select source_id, type, directed, false, confidence, strength, weight
                     from relationships
                    where tenant_id = $1 and target_id = $2 and ($4 or not directed)
                      and (cardinality($5::text[]) = 0 or type = any ($5)) and weight < $6
                    order by weight desc, source_id, type, directed limit $11)
                ) as n
               order by weight desc, to_id, type, outgoing, directed
               limit $11
            )
            select $2::text as from_id, to_id, type, directed, outgoing, confidence, strength, null as name, place
              from page
             union all
            select null, entity_id, type, null, null, null, null, name, null
              from entities
             where tenant_id = $1 and entity_id = any (array(select to_id from page) || $2::text)
             order by place
            """;

    /**
     * How much one step may read.
     *
     * @param perEnd relationships of each entity each way, the heaviest
     * @param inAll relationships; those of the first entities come first
     */
    public record ReadLimit(int perEnd, int inAll) {}

    /** A relationship or an entity of a page of neighbours. */
    private record Row(@Nullable Edge edge, @Nullable Node entity) {

        static Row of(Readable row) {
            String name = row.get("name", String.class);
            String id = Rows.required(row, "to_id", String.class);
            String type = Rows.required(row, "type", String.class);
            if (name != null) {
                return new Row(null, new Node(id, type, name));
            }
            Edge edge = new Edge(
                    Rows.required(row, "from_id", String.class),
                    id,
                    type,
                    Rows.required(row, "directed", Boolean.class),
                    Rows.required(row, "outgoing", Boolean.class),
                    Rows.required(row, "confidence", Float.class),
                    Rows.required(row, "strength", Float.class));
            return new Row(edge, null);
        }
    }

    private final TenantTransactions transactions;

    /** Works through the one door. */
    public GraphRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * One hop from {@code id}, heaviest relationship first. Names the entity {@code id} as well, where it is known.
     *
     * @param after where the page before this one ended
     */
    Mono<Expansion> neighbours(String id, EdgeFilter filter, Position after, int limit) {
        Query<Row> query = Query.ofTenant(
                NEIGHBOURS,
                Row::of,
                id,
                filter.direction().followsOut(),
                filter.direction().followsIn(),
                filter.types().toArray(String[]::new),
                after.weight(),
                after.to(),
                after.type(),
                after.outgoing(),
                after.directed(),
                limit + 1);
        return transactions.read(query).collectList().map(rows -> page(rows, limit));
    }

    /**
     * The relationships of {@code ids}, each entity's heaviest first, in one round trip, or in two where there are many.
     *
     * @param named entities to look up besides
     */
    public Mono<Expansion> expand(List<String> ids, List<String> named, EdgeFilter filter, ReadLimit limit) {
        int most = Math.min(limit.inAll(), MOST_AT_ONCE + USUAL_DEGREE * ids.size());
        Query<Optional<Expansion>> all = Query.ofTenant(
                EXPAND_ALL,
                row -> all(row, ids, limit),
                ids.toArray(String[]::new),
                filter.direction().followsOut(),
                filter.direction().followsIn(),
                filter.types().toArray(String[]::new),
                filter.minConfidence(),
                most,
                named.toArray(String[]::new));
        return transactions
                .read(all, IN_ORDER_OF_THE_INDEX)
                .single()
                .flatMap(found -> found.map(Mono::just).orElseGet(() -> heaviest(ids, named, filter, limit)));
    }

    private Mono<Expansion> heaviest(List<String> ids, List<String> named, EdgeFilter filter, ReadLimit limit) {
        Query<Expansion> query = Query.ofTenant(
                EXPAND,
                row -> expansion(
                        PackedTexts.of(row, "edges", edge -> edge(edge, ids.get(edge.integer() - 1))),
                        entities(row),
                        limit),
                ids.toArray(String[]::new),
                filter.direction().followsOut(),
                filter.direction().followsIn(),
                filter.types().toArray(String[]::new),
                filter.minConfidence(),
                limit.perEnd(),
                limit.inAll() + 1,
                named.toArray(String[]::new));
        return transactions.read(query).single();
    }

    /** All there are, in the order of {@code ids}; empty where one of them has more than may be followed. */
    private static Optional<Expansion> all(Readable row, List<String> ids, ReadLimit limit) {
        if (!Rows.required(row, "few", Boolean.class)) {
            return Optional.empty();
        }
        List<Edge> read = PackedTexts.of(row, "edges", edge -> edge(edge, edge.identifier()));
        Map<String, List<Edge>> outgoing = HashMap.newHashMap(ids.size());
        Map<String, List<Edge>> incoming = HashMap.newHashMap(ids.size());
        for (Edge edge : read) {
            List<Edge> sameWay =
                    (edge.outgoing() ? outgoing : incoming).computeIfAbsent(edge.from(), id -> new ArrayList<>());
            sameWay.add(edge);
            if (sameWay.size() > limit.perEnd()) {
                return Optional.empty();
            }
        }
        List<Edge> edges = new ArrayList<>(read.size());
        for (String id : ids) {
            edges.addAll(outgoing.getOrDefault(id, List.of()));
            edges.addAll(incoming.getOrDefault(id, List.of()));
        }
        return Optional.of(new Expansion(edges, entities(row), false));
    }

    private static Edge edge(PackedTexts row, String from) {
        String to = row.identifier();
        String type = row.identifier();
        int flags = row.integer();
        return new Edge(from, to, type, (flags & 1) != 0, (flags & 2) != 0, row.real(), row.real());
    }

    private static Map<String, Node> entities(Readable row) {
        List<Node> found = PackedTexts.of(
                row, "entities", entity -> new Node(entity.identifier(), entity.identifier(), entity.text()));
        Map<String, Node> entities = HashMap.newHashMap(found.size());
        found.forEach(entity -> entities.put(entity.id(), entity));
        return entities;
    }

    /** Leaves out the one relationship too many that was read of each entity each way, and in all. */
    private static Expansion expansion(List<Edge> read, Map<String, Node> entities, ReadLimit limit) {
        List<Edge> edges = new ArrayList<>(read.size());
        String from = "";
        boolean outgoing = false;
        int taken = 0;
        for (Edge edge : read) {
            if (outgoing != edge.outgoing() || !from.equals(edge.from())) {
                from = edge.from();
                outgoing = edge.outgoing();
                taken = 0;
            }
            if (taken++ < limit.perEnd() && edges.size() < limit.inAll()) {
                edges.add(edge);
            }
        }
        return new Expansion(edges, entities, edges.size() < read.size());
    }

    private static Expansion page(List<Row> rows, int limit) {
        List<Edge> edges = new ArrayList<>(rows.size());
        Map<String, Node> entities = HashMap.newHashMap(rows.size());
        boolean cut = false;
        for (Row row : rows) {
            if (row.entity() != null) {
                entities.put(row.entity().id(), row.entity());
            } else if (row.edge() != null && edges.size() < limit) {
                edges.add(row.edge());
            } else {
                cut = true;
            }
        }
        return new Expansion(edges, entities, cut);
    }
}
