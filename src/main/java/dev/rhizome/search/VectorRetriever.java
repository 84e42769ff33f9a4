package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.indexing.TenantProfile;
import io.r2dbc.postgresql.codec.Vector;

/** Nearest neighbours by cosine distance, as a {@link VectorPlan} says. */
final class VectorRetriever {

    /*
     * The exact forms order by an expression, which no index can give, so the tenant's rows are read through a key and
     * sorted. The other form orders by the bare distance, and with enable_sort off only the HNSW index gives that order.
     * So the plan is ours, and what the answer says of it is true. Nothing is joined before it is known to be near: a
     * distance in WHERE or GROUP BY would lose the index.
     *
     * The tenant and the space are bound, though row-level security holds without: from values the planner knows, before
     * it plans, which partition is meant, and no other is touched.
     */
    private static final String OWN = " v.tenant_id = $2 and v.space = $3 ";
    private static final String MATCHING =
            "select i.document_id, i.type, i.name, i.confidence, i.metadata, i.indexed_at"
                    + " from hybrid_search_index as i where i.tenant_id = $2 and i.document_id = %s and"
                    + SearchRequest.Restriction.condition(5) + "offset 0";

    static final String EXACT = """
            select %s, near.measure
              from (select v.document_id, v.embedding <=> $1 as measure from vectors as v where %s
                     order by (v.embedding <=> $1) + 0.0, v.document_id limit $4) as near
             cross join lateral (select * from hybrid_search_index where tenant_id = $2 and document_id = near.document_id offset 0) as i
             order by near.measure, i.document_id
            """.formatted(Candidate.COLUMNS, OWN);
    static final String EXACT_WHERE = """
            select %s, v.embedding <=> $1 as measure
              from hybrid_search_index as i
             cross join lateral (select embedding from vectors as v where %s and v.document_id = i.document_id offset 0) as v
             where i.tenant_id = $2 and %s
             order by (v.embedding <=> $1) + 0.0, i.document_id limit $4
            """.formatted(Candidate.COLUMNS, OWN, SearchRequest.Restriction.condition(5));
    static final String EXACT_AMONG = """
            select %s, v.embedding <=> $1 as measure
              from (select distinct document_id from search_terms where term = any ($8::text[])) as listed
             cross join lateral (%s) as i
             cross join lateral (select embedding from vectors as v where %s and v.document_id = i.document_id offset 0) as v
             order by (v.embedding <=> $1) + 0.0, i.document_id limit $4
            """.formatted(Candidate.COLUMNS, MATCHING.formatted("listed.document_id"), OWN);
    static final String HNSW = """
            select %s, v.embedding::vector(%%1$d) <=> $1 as measure
              from vectors as v
             cross join lateral (%s) as i
             where %s
             order by v.embedding::vector(%%1$d) <=> $1 limit $4
            """.formatted(Candidate.COLUMNS, MATCHING.formatted("v.document_id"), OWN);

    private static final int MOST_EF_SEARCH = 1_000;

    private final SearchProperties.Vector properties;

    VectorRetriever(SearchProperties.Vector properties) {
        this.properties = properties;
    }

    Query<Candidate> query(VectorPlan plan, Embedding embedding, SearchRequest request, Asked asked) {
        TenantProfile profile = asked.profile();
        SearchRequest.Restriction restriction = request.restriction();
        Vector vector = Vector.of(embedding.values());
        Object[] near = {vector, profile.tenant().value(), profile.space().number(), asked.candidates()};
        if (plan.kind() == VectorPlan.Kind.EXACT && restriction.isNone()) {
            return Query.of(EXACT, Candidate::of, near);
        }
        Object[] where = {
            near[0],
            near[1],
            near[2],
            near[3],
            restriction.minConfidence(),
            restriction.typeArray(),
            restriction.filterParameter()
        };
        if (plan.kind() == VectorPlan.Kind.HNSW) {
            return Query.of(HNSW.formatted(profile.space().model().dimension()), Candidate::of, where);
        }
        if (plan.filterTerms().isEmpty()) {
            return Query.of(EXACT_WHERE, Candidate::of, where);
        }
        Object[] among = java.util.Arrays.copyOf(where, where.length + 1);
        among[where.length] = plan.filterTerms().toArray(String[]::new);
        return Query.of(EXACT_AMONG, Candidate::of, among);
    }

    /**
     * Of whom, and how much.
     *
     * @param profile of the tenant
     * @param candidates most neighbours
     */
    record Asked(TenantProfile profile, int candidates) {}

    TransactionSettings settings(VectorPlan plan, SearchRequest request, int candidates) {
        if (plan.kind() == VectorPlan.Kind.EXACT) {
            return TransactionSettings.NONE;
        }
        Integer given = request.efSearch();
        int wanted = given == null ? properties.efSearch() : given;
        return TransactionSettings.NONE
                .with("hnsw.ef_search", Math.min(MOST_EF_SEARCH, Math.max(wanted, candidates)))
                .with("hnsw.iterative_scan", "strict_order")
                .with("hnsw.max_scan_tuples", properties.maxScanTuples())
                .with("enable_sort", "off")
                .with("enable_seqscan", "off");
    }
}
