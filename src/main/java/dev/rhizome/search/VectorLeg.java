package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.database.TransactionSettings;
import dev.rhizome.embedding.Embedding;
import io.r2dbc.postgresql.codec.Vector;
import org.jspecify.annotations.Nullable;

/** Nearest neighbours by cosine distance: exactly for a small tenant, through the HNSW index for a large one. */
final class VectorLeg {

    /** How the neighbours are found. */
    enum Plan {
        EXACT,
        HNSW
    }

    /*
     * The exact form orders by an expression, which no index can give, so the tenant's rows are read through its key and
     * sorted. The other form orders by the bare distance, and with enable_sort off only the HNSW index gives that order.
     * So the plan is ours, and what the answer says of it is true. The vector itself is ordered by first and joined with
     * nothing: a distance in WHERE or GROUP BY would lose the index.
     */
    private static final String RESTRICTION = """
             where embedding is not null and embedding_model = $2 and confidence >= $3
               and (cardinality($4::text[]) = 0 or type = any ($4)) and ($5::jsonb is null or metadata @> $5::jsonb)
            """;
    private static final String COLUMNS =
            "select thing_id, type, name, confidence, metadata, embedding <=> $1 as measure from hybrid_search_index";
    static final String EXACT = COLUMNS + RESTRICTION + " order by (embedding <=> $1) + 0.0, thing_id limit $6";
    static final String HNSW = COLUMNS + RESTRICTION + " order by embedding <=> $1 limit $6";

    private final SearchProperties properties;
    private final String model;

    VectorLeg(SearchProperties properties, String model) {
        this.properties = properties;
        this.model = model;
    }

    Plan plan(TenantStatistics statistics) {
        return statistics.documents() <= properties.exactBelow() ? Plan.EXACT : Plan.HNSW;
    }

    Query<Candidate> query(Plan plan, Embedding embedding, SearchRequest request, int candidates) {
        SearchRequest.Restriction restriction = request.restriction();
        return Query.of(
                plan == Plan.EXACT ? EXACT : HNSW,
                Candidate::of,
                Vector.of(embedding.values()),
                model,
                restriction.minConfidence(),
                restriction.types().toArray(String[]::new),
                Query.nullable(restriction.filter(), String.class),
                candidates);
    }

    TransactionSettings settings(Plan plan, @Nullable Integer efSearch, int candidates) {
        if (plan == Plan.EXACT) {
            return TransactionSettings.NONE;
        }
        int wanted = efSearch == null ? properties.efSearch() : efSearch;
        return TransactionSettings.NONE
                .with("hnsw.ef_search", Math.min(1_000, Math.max(wanted, candidates)))
                .with("hnsw.iterative_scan", "strict_order")
                .with("hnsw.max_scan_tuples", properties.maxScanTuples())
                .with("enable_sort", "off")
                .with("enable_seqscan", "off");
    }
}
