package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.indexing.TenantProfile;
import dev.rhizome.indexing.VectorHome;
import dev.rhizome.indexing.VectorSpace;
import io.r2dbc.postgresql.codec.Vector;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A search for nearest neighbours by cosine distance, as its {@link VectorPlan} says. Nothing has been read yet. */
final class VectorSearch {

    /*
     * The service chooses the plan by the form of the statement, and the answer names it. The exact forms order by an
     * expression, which no index can give: the tenant's rows are read through a key and sorted. The other form orders by the
     * distance of what the index is made of, and with enable_sort off only the index gives that order; the few that it gives are
     * put in the order of the whole vectors' distances. Its space is a number in the text: a plan
     * that is made without values could not know otherwise that the index has all rows of the space. Nothing is joined before
     * it is known to be near: a distance in WHERE or GROUP BY would lose the index.
     *
     * Duplicates are dropped by "distinct on", which is always sorted: by "distinct" they would be hashed or sorted, and which of
     * both would depend on statistics, that is on others' rows.
     *
     * All are written for the table that tenants share; VectorHome lets them read another.
     */
    private static final String OWN = " v.tenant_id = $1 and v.space = $3 ";
    private static final String MATCHING =
            "select i.document_id, i.type, i.name, i.confidence, i.metadata, i.indexed_at"
                    + " from hybrid_search_index as i where i.tenant_id = $1 and i.document_id = %s and%soffset 0";

    /** With the space and the home of the tenant at this moment: the profile is remembered, and they may have changed. */
    private static final String WITH_PLACE = "select (select vector_space from tenants where tenant_id = $1) as space,"
            + " coalesce((select home from vector_homes where tenant_id = $1), 0) as home, "
            + Candidate.PACKED + " from (%s) as found";

    static final String EXACT = WITH_PLACE.formatted("""
            select %s, near.measure
              from (select v.document_id, v.embedding <=> $2 as measure from vectors as v where %s
                     order by (v.embedding <=> $2) + 0.0, v.document_id limit $4) as near
             cross join lateral (select * from hybrid_search_index where tenant_id = $1 and document_id = near.document_id offset 0) as i
             order by near.measure, i.document_id
            """.formatted(Candidate.COLUMNS, OWN));
    static final String EXACT_WHERE =
            WITH_PLACE.formatted("""
            select %s, v.embedding <=> $2 as measure
              from hybrid_search_index as i
             cross join lateral (select embedding from vectors as v where %s and v.document_id = i.document_id offset 0) as v
             where i.tenant_id = $1 and %s
             order by (v.embedding <=> $2) + 0.0, i.document_id limit $4
            """.formatted(Candidate.COLUMNS, OWN, RestrictionSql.condition(5)));
    static final String EXACT_AMONG = WITH_PLACE.formatted("""
            select %s, v.embedding <=> $2 as measure
              from (select distinct on (document_id) document_id from search_terms where tenant_id = $1 and term = any ($8::text[])) as listed
             cross join lateral (%s) as i
             cross join lateral (select embedding from vectors as v where %s and v.document_id = i.document_id offset 0) as v
             order by (v.embedding <=> $2) + 0.0, i.document_id limit $4
            """.formatted(
                    Candidate.COLUMNS, MATCHING.formatted("listed.document_id", RestrictionSql.condition(5)), OWN));
    static final String HNSW = throughIndex("v.embedding::vector(%1$d) <=> $2");
    static final String HALF_HNSW =
            throughIndex("l2_normalize(v.embedding)::halfvec(%1$d) <=> l2_normalize($2::vector)::halfvec(%1$d)");

    private static final int MAX_EF_SEARCH = 1_000;

    private final SearchRequest request;
    private final TenantProfile profile;
    private final Embedding embedding;
    private final VectorPlan plan;
    private final int candidates;
    private final SearchProperties.Vector properties;

    VectorSearch(
            SearchRequest request,
            TenantProfile profile,
            Embedding embedding,
            VectorPlan plan,
            int candidates,
            SearchProperties.Vector properties) {
        this.request = request;
        this.profile = profile;
        this.embedding = embedding;
        this.plan = plan;
        this.candidates = candidates;
        this.properties = properties;
    }

    private static String throughIndex(String order) {
        return WITH_PLACE.formatted("""
                select *
                  from (select %s, v.embedding <=> $2 as measure
                          from vectors as v
                         cross join lateral (%s) as i
                         where v.tenant_id = $1 and v.space = %%2$d
                         order by %s limit $3) as near
                 order by measure, document_id
                """.formatted(
                        Candidate.COLUMNS, MATCHING.formatted("v.document_id", RestrictionSql.condition(4)), order));
    }

    TenantProfile profile() {
        return profile;
    }

    /**
     * What one statement read.
     *
     * @param space in which the tenant is searched, null where it is gone
     * @param home number of the home with its vectors
     * @param documents nearest first
     */
    record Neighbours(@Nullable Short space, int home, List<Candidate> documents) {

        private static Neighbours of(Readable row) {
            return new Neighbours(
                    row.get("space", Short.class), Rows.required(row, "home", Integer.class), Candidate.list(row));
        }

        /** Whether they were looked for where they are, and with a vector of the right model. */
        boolean areAsIn(TenantProfile profile) {
            return space != null
                    && space == profile.space().number()
                    && home == profile.home().number();
        }
    }

    /** The statement, to be run under {@link #settings}. */
    Query<Neighbours> query() {
        SearchRequest.Restriction restriction = request.restriction();
        VectorSpace space = profile.space();
        Vector vector = Vector.of(embedding.values());
        if (plan.kind() == VectorPlan.Kind.HNSW) {
            String sql = Objects.requireNonNull(plan.index()).type() == VectorHome.IndexType.HALFVEC ? HALF_HNSW : HNSW;
            return query(
                    sql.formatted(space.model().dimension(), space.number()),
                    RestrictionSql.arguments(restriction, vector, candidates));
        }
        if (restriction.isNone()) {
            return query(EXACT, List.of(vector, space.number(), candidates));
        }
        List<Object> arguments = RestrictionSql.arguments(restriction, vector, space.number(), candidates);
        if (plan.filterTerms().isEmpty()) {
            return query(EXACT_WHERE, arguments);
        }
        arguments.add(plan.filterTerms().toArray(String[]::new));
        return query(EXACT_AMONG, arguments);
    }

    private Query<Neighbours> query(String sql, List<Object> arguments) {
        return Query.ofTenant(profile.home().in(sql), Neighbours::of, arguments.toArray());
    }

    TransactionSettings settings() {
        VectorHome.Index index = plan.index();
        if (index == null) {
            return TransactionSettings.NONE;
        }
        return TransactionSettings.NONE
                .with("hnsw.ef_search", Math.min(MAX_EF_SEARCH, Math.max(index.efSearch(), candidates)))
                .with("hnsw.iterative_scan", "strict_order")
                .with("hnsw.max_scan_tuples", properties.maxScanTuples())
                .with("enable_sort", "off");
    }

    RetrieverResult result(List<Candidate> documents, long began) {
        return RetrieverResult.ofVector(documents, candidates, began, plan);
    }

    /** Whether {@code found} came from an index scan that brought too little, and may have given up early. */
    boolean mayHaveMissed(RetrieverResult found) {
        return plan.kind() == VectorPlan.Kind.HNSW && found.documents().size() < candidates;
    }

    /** The same search by an exact scan. */
    VectorSearch exactly() {
        return new VectorSearch(request, profile, embedding, plan.exactly(), candidates, properties);
    }
}
