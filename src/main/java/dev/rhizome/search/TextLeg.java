package dev.rhizome.search;

import dev.rhizome.database.Query;

/**
 * Words, ranked by BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) over the tenant's own
 * documents: k1 1.2, b 0.75, a word in the name counting three times.
 */
final class TextLeg {

    static final String BM25 = """
            with postings as materialized (
              select term, thing_id, frequency, length
                from search_terms
               where term = any (tsvector_to_array(to_tsvector('pg_catalog.english', $1)))
            ), weights as (
              select term, ln(1 + (greatest($2::bigint, count(*)) - count(*) + 0.5) / (count(*) + 0.5)) as idf
                from postings group by term
            ), ranked as (
              select thing_id,
                     sum(idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / $3::float8))) as measure
                from postings join weights using (term)
               group by thing_id
            )
            select i.thing_id, i.type, i.name, i.confidence, i.metadata, r.measure
              from ranked r join hybrid_search_index i on i.thing_id = r.thing_id
             where i.confidence >= $4 and (cardinality($5::text[]) = 0 or i.type = any ($5))
               and ($6::jsonb is null or i.metadata @> $6::jsonb)
             order by r.measure desc, i.thing_id
             limit $7
            """;

    Query<Candidate> query(String words, TenantStatistics statistics, SearchRequest request, int candidates) {
        SearchRequest.Restriction restriction = request.restriction();
        return Query.of(
                BM25,
                Candidate::of,
                words,
                statistics.documents(),
                Math.max(1, statistics.meanLength()),
                restriction.minConfidence(),
                restriction.types().toArray(String[]::new),
                Query.nullable(restriction.filter(), String.class),
                candidates);
    }
}
