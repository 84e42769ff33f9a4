package dev.rhizome.search;

import dev.rhizome.database.Query;
import dev.rhizome.indexing.TenantProfile;
import java.util.List;

/**
 * Words, ranked by BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) over the tenant's own
 * documents: k1 1.2, b 0.75, a word in the name counting three times. A word of letters that no document has is taken for
 * the words of names that look like it, and counts less the less they do.
 */
final class TextRetriever {

    /*
     * Constants are float8 by name: SQL reads 2.2 as numeric, whose arithmetic took three quarters of the query. The best
     * are chosen before the join where nothing restricts them, for a common word is in more documents than are read; under
     * a restriction they are joined best first until enough have matched.
     *
     * The laterals with offset 0 keep the planner from another order of joining: it takes a tenant that the statistics do
     * not know yet for one row, and would read all of its postings. Trigrams are made before they are looked up, since
     * under row-level security no function that could tell what it sees may stand in a condition of the index. Words alike
     * by half have half of their trigrams in common, and counting those is cheaper than comparing all that share one.
     */
    private static final String RANKED = """
            with given as materialized (
              select term, show_trgm(term) as trigrams,
                     (select count(*)::float8 from search_terms s where s.tenant_id = $1 and s.term = lexeme.term) as documents
                from unnest(tsvector_to_array(to_tsvector($3::regconfig, $2))) as lexeme (term)
            ), words as (
              select term, documents, 1::float8 as likeness from given where documents > 0
               union all
              select near.term, (select count(*)::float8 from search_terms s where s.tenant_id = $1 and s.term = near.term), near.likeness
                from (select * from given where documents = 0 and term ~ '^[[:alpha:]]{5,}$' limit 10) as unknown
               cross join lateral (
                 select v.term, similarity(v.term, unknown.term)::float8 as likeness
                   from (select term from search_vocabulary where tenant_id = $1 and trigram = any (unknown.trigrams)
                          group by term having 2 * count(*) >= cardinality(unknown.trigrams) offset 0) as v
                  where v.term ~ '^[[:alpha:]]{5,}$' and similarity(v.term, unknown.term) >= 0.5
                    and exists (select from search_terms s where s.tenant_id = $1 and s.term = v.term)
                  order by likeness desc, v.term
                  limit 3) as near
            ), weights as materialized (
              select term, max(likeness) * ln(1 + (greatest($4::float8, documents) - documents + 0.5::float8)
                                                  / (documents + 0.5::float8)) as idf
                from words
               group by term, documents
            ), ranked as (
              select document_id,
                     sum(idf * 2.2::float8 * frequency
                         / (frequency + 1.2::float8 * (0.25::float8 + 0.75::float8 * length / $5::float8))) as measure
                from weights
               cross join lateral (select document_id, frequency, length from search_terms
                                    where tenant_id = $1 and term = weights.term offset 0)
               group by document_id
            )
            """;

    static final String BM25 = RANKED + """
            select %s
              from (select %s, best.measure
                      from (select * from ranked order by measure desc, document_id limit $6) as best
                     cross join lateral (select * from hybrid_search_index
                                          where tenant_id = $1 and document_id = best.document_id offset 0) as i
                     order by best.measure desc, best.document_id) as found
            """.formatted(Candidate.PACKED, Candidate.COLUMNS);
    static final String RESTRICTED_BM25 =
            RANKED + """
            select %s
              from (select %s, best.measure
                      from (select * from ranked order by measure desc, document_id offset 0) as best
                     cross join lateral (select * from hybrid_search_index as i
                                          where i.tenant_id = $1 and i.document_id = best.document_id and %s offset 0) as i
                     order by best.measure desc, best.document_id
                     limit $6) as found
            """.formatted(Candidate.PACKED, Candidate.COLUMNS, RestrictionSql.condition(7));

    private TextRetriever() {}

    /** The best {@code limit} documents for the words of {@code request}. */
    static Query<List<Candidate>> query(SearchRequest request, TenantProfile profile, int limit) {
        SearchRequest.Restriction restriction = request.restriction();
        Object[] ranked = {
            request.words(), profile.language(), profile.documents(), Math.max(1, profile.meanLength()), limit
        };
        return restriction.isNone()
                ? Query.ofTenant(BM25, Candidate::list, ranked)
                : Query.ofTenant(
                        RESTRICTED_BM25,
                        Candidate::list,
                        RestrictionSql.arguments(restriction, ranked).toArray());
    }
}
