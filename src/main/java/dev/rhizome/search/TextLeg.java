package dev.rhizome.search;

import dev.rhizome.database.Query;

/**
 * Words, ranked by BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) over the tenant's own
 * documents: k1 1.2, b 0.75, a word in the name counting three times.
 */
final class TextLeg {

    /*
     * Constants are float8 by name: SQL reads 2.2 as numeric, whose arithmetic took three quarters of the query. The best
     * are chosen before the join where nothing restricts them, for a common word is in more documents than are read.
     *
     * The laterals with offset 0 keep the planner from another order of joining: it takes a tenant that the statistics do
     * not know yet for one row, and would read all of its postings.
     */
    private static final String RANKED = """
            with words as (
              select term, (select count(*)::float8 from search_terms s where s.term = word.term) as documents
                from unnest(tsvector_to_array(to_tsvector('pg_catalog.english', $1))) as word (term)
            ), weights as materialized (
              select term, ln(1 + (greatest($2::float8, documents) - documents + 0.5::float8) / (documents + 0.5::float8)) as idf
                from words
            ), ranked as (
              select thing_id,
                     sum(idf * 2.2::float8 * frequency
                         / (frequency + 1.2::float8 * (0.25::float8 + 0.75::float8 * length / $3::float8))) as measure
                from weights
               cross join lateral (select thing_id, frequency, length from search_terms where term = weights.term offset 0)
               group by thing_id
            )
            """;
    private static final String COLUMNS = "select i.thing_id, i.type, i.name, i.confidence, i.metadata, best.measure";

    static final String BM25 =
            RANKED + ", best as (select * from ranked order by measure desc, thing_id limit $4) " + COLUMNS + """
              from best
             cross join lateral (select * from hybrid_search_index where thing_id = best.thing_id offset 0) as i
             order by best.measure desc, i.thing_id
            """;
    static final String RESTRICTED_BM25 = RANKED + COLUMNS + """
              from ranked as best
             cross join lateral (select * from hybrid_search_index where thing_id = best.thing_id offset 0) as i
             where i.confidence >= $5 and (cardinality($6::text[]) = 0 or i.type = any ($6))
               and ($7::jsonb is null or i.metadata @> $7::jsonb)
             order by best.measure desc, i.thing_id
             limit $4
            """;

    Query<Candidate> query(String words, TenantStatistics statistics, SearchRequest request, int candidates) {
        SearchRequest.Restriction restriction = request.restriction();
        double meanLength = Math.max(1, statistics.meanLength());
        return restriction.isNone()
                ? Query.of(BM25, Candidate::of, words, statistics.documents(), meanLength, candidates)
                : Query.of(
                        RESTRICTED_BM25,
                        Candidate::of,
                        words,
                        statistics.documents(),
                        meanLength,
                        candidates,
                        restriction.minConfidence(),
                        restriction.types().toArray(String[]::new),
                        Query.nullable(restriction.filter(), String.class));
    }
}
