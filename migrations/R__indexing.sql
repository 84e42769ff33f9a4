-- Functions of V004 that put documents into search and take them out.

-- The terms of a document: lexemes of name (weight A) and text.
create or replace function rhizome.document_terms(language regconfig, name text, body text) returns tsvector
  language sql immutable parallel safe
  as $$
  select setweight(to_tsvector(language, name), 'A') || to_tsvector(language, body)
$$;
grant execute on function rhizome.document_terms(regconfig, text, text) to rhizome_app;

-- What a filter can look for by equality, as terms that no text has: U+0001 begins them. Like words they are found under
-- row-level security through an index, which containment of JSON is not. Terms may collide, so the filter is asked again.
create or replace function rhizome.filter_terms(type text, metadata jsonb) returns text[]
  language sql immutable parallel safe
  as $$
  select array(
    select E'\x01t' || type
     union all
    select distinct term -- {"a":"=b","a=s":"b"} has one twice
      from (select E'\x01m' || key || case jsonb_typeof(value)
                     when 'string' then '=s' || (value #>> '{}')
                     when 'number' then '=n' || trim_scale((value #>> '{}')::numeric)
                     else '=b' || (value #>> '{}') end as term
              from jsonb_each(metadata)
             where jsonb_typeof(value) in ('string', 'number', 'boolean')) as scalar
     where octet_length(term) <= 200)
$$;
grant execute on function rhizome.filter_terms(text, jsonb) to rhizome_app;

comment on function rhizome.filter_terms(text, jsonb) is 'Type and scalar metadata as terms of search_terms.';

-- Statistics do not know a tenant until the next ANALYZE, and the planner then expects one row of it and joins in any
-- order: 31 s for 250 documents of a tenant of 5,000. Hence the laterals with offset 0, which it cannot reorder: each key is
-- looked up in the index, however large the tenant is. They name the tenant each, since it is not passed on into them.

-- Removes postings by their place in the table. Switched off is what would read the tenant instead.
create or replace function rhizome.remove_postings(places tid[]) returns bigint
  language plpgsql volatile
  set enable_indexscan = off
  set enable_bitmapscan = off
  set enable_seqscan = off
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  removed bigint;
begin
  delete from rhizome.search_terms where tenant_id = tenant and ctid = any (places);
  get diagnostics removed = row_count;
  return removed;
end
$$;
grant execute on function rhizome.remove_postings(tid[]) to rhizome_app;

comment on function rhizome.remove_postings(tid[]) is 'Removes postings found just before, in the same statement.';

-- Takes the lock on the current tenant's home until the commit. Writers that overlap could share a lock on a row for ever while a
-- move waits; an advisory lock has a fair queue. A move gives up after its lock_timeout, and so holds up no writer for longer than
-- that. It is here, since this file runs before the others that call it.
create or replace function rhizome.lock_vector_home(for_a_move boolean) returns void
  language plpgsql volatile
  as $$
declare
  lock constant bigint := hashtextextended('vector home of ' || rhizome.current_tenant(), 0);
begin
  if for_a_move then
    perform pg_advisory_xact_lock(lock);
  else
    perform pg_advisory_xact_lock_shared(lock);
  end if;
end
$$;
grant execute on function rhizome.lock_vector_home(boolean) to rhizome_app;

comment on function rhizome.lock_vector_home(boolean) is 'Waits for moves of the current tenant''s vectors, or for their writers.';

-- A document that is written gets its vectors, and loses those that were made of what it was before. The writer says which
-- spaces it knows of; where the tenant has moved on since, it has to ask again (RZ001). A document that comes without a vector in the
-- space that answers waits for it in late_vectors.
create or replace function rhizome.put_vectors(
  ids text[], in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  vectors text;
  written bigint;
begin
  perform rhizome.lock_vector_home(false);
  perform from rhizome.tenants
    where tenant_id = tenant and vector_space = in_space and next_vector_space is not distinct from in_next_space
      for key share;
  if not found then
    raise exception 'the tenant''s vector spaces have changed' using errcode = 'RZ001';
  end if;
  vectors := rhizome.change_vectors(ids);
  execute format(
    'delete from %s
      where tenant_id = $1
        and space = any (array(select s.space from rhizome.vector_spaces s)) and document_id = any ($2)', vectors)
    using tenant, ids;
  execute format(
    'insert into %s (tenant_id, space, document_id, embedding)
     select $1, $2, id, embedding from unnest($4, $5) as given (id, embedding) where embedding is not null
      union all
     select $1, $3, id, embedding from unnest($4, $6) as given (id, embedding) where embedding is not null', vectors)
    using tenant, in_space, in_next_space, ids, embeddings, next_embeddings;
  get diagnostics written = row_count;
  if array_position(embeddings, null) is not null then
    insert into rhizome.late_vectors (tenant_id, document_id)
    select tenant, id from unnest(ids, embeddings) as given (id, embedding) where embedding is null order by id
        on conflict on constraint late_vectors_pkey do nothing;
  end if;
  return written;
end
$$;
grant execute on function rhizome.put_vectors(text[], smallint, vector[], smallint, vector[]) to rhizome_app;

comment on function rhizome.put_vectors(text[], smallint, vector[], smallint, vector[])
  is 'Replaces the vectors of documents, in the space that answers and in the one that will.';

-- Puts documents into search, or replaces them. Every source calls it in the statement that writes the source's own rows.
-- The second statement sees what was committed while the first waited for a lock. Whether a word is known is asked word by
-- word: as a join, the planner would read all of a new tenant's vocabulary for each.
create or replace function rhizome.index_documents(
  ids text[], types text[], names text[], bodies text[], confidences real[], metadatas jsonb[],
  in_space smallint, embeddings vector[], in_next_space smallint, next_embeddings vector[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  written bigint;
  kept text[] := '{}';
begin
  if array_position(embeddings, null) is not null then
    -- A document whose name and text stay keeps its vectors, or waits for them already.
    select coalesce(array_agg(given.id), '{}') into kept
      from unnest(ids, names, bodies, embeddings) as given (id, name, body, embedding)
     cross join lateral (select from rhizome.hybrid_search_index h
                          where h.tenant_id = tenant and h.document_id = given.id
                            and h.name = given.name and h.text = given.body offset 0) as same
     where given.embedding is null;
  end if;
  with documents as materialized (
    select given.*, rhizome.document_terms(settings.language::regconfig, given.name, given.body) as tsv
      from unnest(ids, types, names, bodies, confidences, metadatas)
             as given (document_id, type, name, body, confidence, metadata),
           (select t.language from rhizome.tenants t where t.tenant_id = tenant) as settings
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
    select document_id, term, 0, 0 from documents, unnest(rhizome.filter_terms(type, metadata)) as term
  ), old as materialized (
    select i.document_id, l.term
      from unnest(ids) as given (id)
     cross join lateral (select h.document_id, h.tsv, h.type, h.metadata from rhizome.hybrid_search_index h
                          where h.tenant_id = tenant and h.document_id = given.id offset 0) as i
     cross join unnest(tsvector_to_array(i.tsv) || rhizome.filter_terms(i.type, i.metadata)) as l (term)
  ), stale as materialized (
    select s.place
      from (select document_id, term from old except select document_id, term from postings) as dropped
     cross join lateral (select p.ctid as place from rhizome.search_terms p
                          where p.tenant_id = tenant and p.term = dropped.term and p.document_id = dropped.document_id
                         offset 0) as s
  ), removed as (
    select rhizome.remove_postings(array(select place from stale)) as postings
  ), posted as (
    insert into rhizome.search_terms as s (tenant_id, term, document_id, frequency, length)
    select tenant, term, document_id, frequency, length from postings
        on conflict on constraint search_terms_pkey do update
       set frequency = excluded.frequency, length = excluded.length
     where (s.frequency, s.length) is distinct from (excluded.frequency, excluded.length)
  ), new_words as materialized (
    select distinct term
      from words
     where in_name and char_length(term) between 4 and 40
       and not exists (select from rhizome.search_vocabulary v
                        where v.tenant_id = tenant and v.trigram = (public.show_trgm(words.term))[1] and v.term = words.term
                       offset 0)
  ), learned as (
    insert into rhizome.search_vocabulary (tenant_id, trigram, term)
    select tenant, trigram, term from new_words, unnest(public.show_trgm(term)) as trigram
     order by trigram, term -- two writers that learn the same words wait for each other in one order
        on conflict on constraint search_vocabulary_pkey do nothing
  ), indexed as (
    insert into rhizome.hybrid_search_index
      (tenant_id, document_id, type, name, text, tsv, length, confidence, metadata)
    select tenant, document_id, type, name, body, tsv, coalesce(lengths.length, 0), confidence, metadata
      from documents left join lengths using (document_id)
        on conflict on constraint hybrid_search_index_pkey do update
       set type = excluded.type, name = excluded.name, text = excluded.text, tsv = excluded.tsv,
           length = excluded.length, confidence = excluded.confidence, metadata = excluded.metadata,
           indexed_at = clock_timestamp()
    returning 1
  )
  select count(*) into written from indexed, removed;
  if kept = '{}' then
    perform rhizome.put_vectors(ids, in_space, embeddings, in_next_space, next_embeddings);
  else
    perform rhizome.put_vectors(
              array_agg(id), in_space, array_agg(embedding), in_next_space, array_agg(next_embedding))
       from unnest(ids, embeddings, next_embeddings) as given (id, embedding, next_embedding)
      where id <> all (kept)
     having count(*) > 0;
  end if;
  return cardinality(ids);
end
$$;
grant execute on function
  rhizome.index_documents(text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[])
  to rhizome_app;

comment on function rhizome.index_documents(
  text[], text[], text[], text[], real[], jsonb[], smallint, vector[], smallint, vector[])
  is 'Puts documents into search, replacing what is there; gives how many.';

-- Takes documents out of search.
create or replace function rhizome.unindex_documents(ids text[]) returns bigint
  language plpgsql volatile
  as $$
declare
  tenant constant uuid := rhizome.current_tenant();
  removed_documents bigint;
begin
  with stale as materialized (
    select s.place
      from unnest(ids) as given (id)
     cross join lateral (select h.document_id, h.tsv, h.type, h.metadata from rhizome.hybrid_search_index h
                          where h.tenant_id = tenant and h.document_id = given.id offset 0) as i
     cross join unnest(tsvector_to_array(i.tsv) || rhizome.filter_terms(i.type, i.metadata)) as l (term)
     cross join lateral (select p.ctid as place from rhizome.search_terms p
                          where p.tenant_id = tenant and p.term = l.term and p.document_id = i.document_id offset 0) as s
  ), removed_postings as (
    select rhizome.remove_postings(array(select place from stale)) as postings
  ), removed as (
    delete from rhizome.hybrid_search_index where tenant_id = tenant and document_id = any (ids) returning 1
  )
  select count(*) into removed_documents from removed, removed_postings;
  perform rhizome.lock_vector_home(false);
  perform from rhizome.tenants where tenant_id = tenant for key share;
  execute format(
    'delete from %s
      where tenant_id = $1
        and space = any (array(select s.space from rhizome.vector_spaces s)) and document_id = any ($2)',
    rhizome.change_vectors(ids))
    using tenant, ids;
  delete from rhizome.late_vectors where tenant_id = tenant and document_id = any (ids);
  return removed_documents;
end
$$;
grant execute on function rhizome.unindex_documents(text[]) to rhizome_app;

comment on function rhizome.unindex_documents(text[]) is 'Takes documents out of search; gives how many were in it.';
