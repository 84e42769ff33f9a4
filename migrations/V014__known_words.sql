-- V014: whether a word is known already is asked word by word.
--
-- Without offset 0 the planner makes a join of it, and where the statistics do not know the tenant yet, it takes the tenant
-- for one row and reads all of its vocabulary for each word. Nothing else differs from V006.

create or replace function rhizome.index_documents(
  ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[],
  in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language sql volatile
  begin atomic
    with documents as materialized (
      select t.*, rhizome.document_terms(tenant.language::regconfig, t.name, t.body) as tsv
        from unnest(ids, types, names, bodies, confidences, metadatas)
               as t (document_id, type, name, body, confidence, metadata),
             (select language from rhizome.tenants where tenant_id = rhizome.current_tenant()) as tenant
    ), words as materialized (
      select documents.document_id, l.lexeme as term, l.weights[1] = 'A' as in_name,
             least(32767, cardinality(l.positions) + 2 * cardinality(array_positions(l.weights, 'A'))) as frequency,
             cardinality(l.positions) as occurrences
        from documents, unnest(documents.tsv) as l
       where octet_length(l.lexeme) <= 200 -- longer ones are blobs, and would not fit a B-tree entry
    ), lengths as materialized (
      select document_id, sum(occurrences)::integer as length from words group by document_id
    ), postings as materialized (
      select document_id, term, frequency, lengths.length from words join lengths using (document_id)
       union all
      select document_id, facet, 0, 0 from documents, unnest(rhizome.filter_terms(type, metadata)) as facet
    ), old as materialized (
      select i.document_id, l.term
        from unnest(ids) as given (id)
       cross join lateral (select document_id, tsv, type, metadata from rhizome.hybrid_search_index
                            where document_id = given.id offset 0) as i
       cross join unnest(tsvector_to_array(i.tsv) || rhizome.filter_terms(i.type, i.metadata)) as l (term)
    ), stale as materialized (
      select s.ctid
        from (select document_id, term from old except select document_id, term from postings) as dropped
       cross join lateral (select ctid from rhizome.search_terms
                            where term = dropped.term and document_id = dropped.document_id offset 0) as s
    ), gone as (
      select rhizome.remove_postings(array(select ctid from stale)) as postings
    ), posted as (
      insert into rhizome.search_terms as s (term, document_id, frequency, length)
      select term, document_id, frequency, length from postings
          on conflict on constraint search_terms_pkey do update
         set frequency = excluded.frequency, length = excluded.length
       where (s.frequency, s.length) is distinct from (excluded.frequency, excluded.length)
    ), new_words as materialized (
      select distinct term
        from words
       where in_name and char_length(term) between 4 and 40
         and not exists (select from rhizome.search_vocabulary v
                          where v.trigram = (show_trgm(words.term))[1] and v.term = words.term offset 0)
    ), learned as (
      insert into rhizome.search_vocabulary (trigram, term)
      select trigram, term from new_words, unnest(show_trgm(term)) as trigram
       order by trigram, term -- two writers that learn the same words wait for each other in one order
          on conflict on constraint search_vocabulary_pkey do nothing
    ), indexed as (
      insert into rhizome.hybrid_search_index (document_id, type, name, text, tsv, length, confidence, metadata)
      select document_id, type, name, body, tsv, coalesce(lengths.length, 0), confidence, metadata
        from documents left join lengths using (document_id)
          on conflict on constraint hybrid_search_index_pkey do update
         set type = excluded.type, name = excluded.name, text = excluded.text, tsv = excluded.tsv,
             length = excluded.length, confidence = excluded.confidence, metadata = excluded.metadata,
             indexed_at = clock_timestamp()
      returning 1
    )
    select count(*) from indexed, gone;
    select rhizome.put_vectors(ids, in_space, embeddings, in_next_space, next_embeddings);
    select cardinality(ids)::bigint;
  end;
