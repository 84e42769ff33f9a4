package dev.rhizome.graph;

import dev.rhizome.database.Query;
import dev.rhizome.database.TenantTransactions;
import dev.rhizome.http.Cursor;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Steps from entities to their neighbours. */
public final class GraphRepository {

    /** Both ends of a relationship are indexed by weight, so a hub costs no more than the edges taken from it. */
    private static final String EXPAND = """
            select f.id as from_id, n.other, n.type, n.direction, n.confidence, n.strength,
                   e.type as entity_type, e.name
              from unnest($1::text[]) as f (id)
             cross join lateral (
               (select target_id as other, type, case when directed then 'out' else 'both' end as direction,
                       confidence, strength
                  from relationships
                 where source_id = f.id and ($2 or not directed)
                   and (cardinality($4::text[]) = 0 or type = any ($4)) and confidence >= $5
                 order by weight desc, target_id limit $6)
               union all
               (select source_id, type, case when directed then 'in' else 'both' end, confidence, strength
                  from relationships
                 where target_id = f.id and ($3 or not directed)
                   and (cardinality($4::text[]) = 0 or type = any ($4)) and confidence >= $5
                 order by weight desc, source_id limit $6)
             ) as n
              join entities e on e.entity_id = n.other
            """;

    private static final String NEIGHBOURS = """
            select $1::text as from_id, n.other, n.type, n.direction, n.confidence, n.strength,
                   e.type as entity_type, e.name
              from (
                (select target_id as other, type, case when directed then 'out' else 'both' end as direction,
                        confidence, strength, weight
                   from relationships
                  where source_id = $1 and ($2 or not directed) and (cardinality($4::text[]) = 0 or type = any ($4))
                    and weight <= $6 and (weight < $6 or (target_id, type) > ($5, $7))
                  order by weight desc, target_id, type limit $8)
                union all
                (select source_id, type, case when directed then 'in' else 'both' end, confidence, strength, weight
                   from relationships
                  where target_id = $1 and ($3 or not directed) and (cardinality($4::text[]) = 0 or type = any ($4))
                    and weight <= $6 and (weight < $6 or (source_id, type) > ($5, $7))
                  order by weight desc, source_id, type limit $8)
              ) as n
              join entities e on e.entity_id = n.other
             order by n.weight desc, n.other, n.type
             limit $8
            """;

    private final TenantTransactions transactions;

    /** Works through the one door. */
    public GraphRepository(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * One hop from {@code id}, heaviest relationship first; empty where the entity has none or is unknown.
     *
     * @param after where the page before this one ended, null for the first
     */
    Flux<Edge> neighbours(String id, EdgeFilter filter, @Nullable Cursor after, int limit) {
        List<String> key = after == null ? List.of("2", "", "") : after.key();
        return transactions.read(Query.of(
                NEIGHBOURS,
                Edge::of,
                id,
                filter.direction().followsOut(),
                filter.direction().followsIn(),
                filter.types().toArray(String[]::new),
                key.get(1),
                Float.parseFloat(key.get(0)),
                key.get(2),
                limit));
    }

    /**
     * The relationships of all of {@code ids}, in one round trip.
     *
     * @param mostPerEnd of each entity, the heaviest so many each way
     */
    public Mono<List<Edge>> expand(Collection<String> ids, EdgeFilter filter, int mostPerEnd) {
        return transactions
                .read(Query.of(
                        EXPAND,
                        Edge::of,
                        ids.toArray(String[]::new),
                        filter.direction().followsOut(),
                        filter.direction().followsIn(),
                        filter.types().toArray(String[]::new),
                        filter.minConfidence(),
                        mostPerEnd))
                .collectList();
    }
}
